import type { KeyboardEvent } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { agoOf, dueOf } from '../shared/times';
import type { Case, Tab as TabId } from './api';
import { desk, useDesk } from './desk';
import { Button, Icon, useNow } from './parts';
import { channelNames, tabs } from './words';

export function DueMark({ one, now }: { one: Case; now: number }) {
  if (one.state === 'closed') return null;
  const due = dueOf(one.due_at, now);
  if (due === null) return null;
  return <span className={`due ${due.kind}`}><Icon name={due.kind === 'late' ? 'alert' : 'clock'} />{due.words}</span>;
}

function Row({ one, now, open, unread }: { one: Case; now: number; open: boolean; unread: boolean }) {
  return (
    <li>
      <a
        href={desk.addressOf(one.code)} className={`row${unread ? ' unread' : ''}${one.urgent && one.state !== 'closed' ? ' urgent' : ''}`}
        data-code={one.code} {...(open ? { 'aria-current': 'true' as const } : {})}
      >
        <span className="row-top">
          <span className="row-person">{unread && <span className="unread-dot"><span className="hidden">Chưa đọc: </span></span>}{one.person === '' ? 'Người dân' : one.person}</span>
          <DueMark one={one} now={now} />
        </span>
        <span className="row-marks">
          {one.urgent && one.state !== 'closed' && <span className="mark urgent"><Icon name="flame" />KHẨN</span>}
          <span className="mark">{channelNames[one.channel] ?? one.channel}</span>
          {one.topic_title !== null && one.topic_title !== '' && <span className="mark topic">{one.topic_title}</span>}
        </span>
        <span className="row-preview" dir="auto">{one.preview === '' ? one.summary : one.preview}</span>
        <span className="row-foot">
          <span>{one.code}</span>
          <span>{one.state === 'held' && one.officer !== null ? `${one.officer.name} · ` : ''}{one.last_message_at === null ? '' : agoOf(one.last_message_at, now)}</span>
        </span>
      </a>
    </li>
  );
}

export function Queue() {
  const state = useDesk();
  const now = useNow();
  const unreadMine = (state.lists.mine.cases ?? []).filter((one) => desk.unread(one)).length;

  const arrows = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('a.row')];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? rows.length - 1 : -1;
    if (at < 0 || to < 0 || to >= rows.length) return;
    event.preventDefault();
    rows[to]?.focus();
  };

  return (
    <section className="queue" aria-labelledby="danh-sach">
      <h2 id="danh-sach" tabIndex={-1} className="hidden">Danh sách phiếu</h2>
      <Tabs className="tabs" selectedKey={state.tab} onSelectionChange={(key) => desk.showTab(key as TabId)} keyboardActivation="manual">
        <TabList className="tab-list" aria-label="Lọc phiếu">
          {tabs.map((tab) => {
            const count = tab.id === 'closed' ? null : (state.counts?.[tab.id] ?? null);
            return (
              <Tab key={tab.id} id={tab.id} className="tab">
                <span>{tab.title}</span>
                {count !== null && <span className="count">{count}<span className="hidden"> phiếu</span></span>}
                {tab.id === 'mine' && unreadMine > 0 && <span className="count new"><span aria-hidden="true">+{unreadMine}</span><span className="hidden">, {unreadMine} chưa đọc</span></span>}
              </Tab>
            );
          })}
        </TabList>
        {tabs.map((tab) => {
          const list = state.lists[tab.id];
          return (
            <TabPanel key={tab.id} id={tab.id} className="tab-panel">
              {list.error !== '' && (
                <div className="error-line" role="alert">
                  <p>{list.error}</p>
                  <Button onPress={() => desk.refreshAll()}>Tải lại</Button>
                </div>
              )}
              {list.cases === null && list.error === '' && <p className="quiet" role="status">Đang tải danh sách…</p>}
              {list.cases !== null && list.cases.length === 0 && <p className="empty">{tab.empty}</p>}
              {list.cases !== null && list.cases.length > 0 && (
                <ul className="rows" onKeyDown={arrows} aria-label={tab.title}>
                  {list.cases.map((one) => (
                    <Row key={one.code} one={one} now={now} open={one.code === state.code} unread={desk.unread(one)} />
                  ))}
                </ul>
              )}
            </TabPanel>
          );
        })}
      </Tabs>
    </section>
  );
}
