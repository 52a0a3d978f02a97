import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { safeAddress } from '../shared/links';
import { clockOf, dayOf, momentOf } from '../shared/times';
import type { Detail, Message } from './api';
import { Composer } from './composer';
import { desk, messageOf, useDesk } from './desk';
import { Button, Field, Icon, useNow, Window, Words } from './parts';
import { DueMark } from './queue';
import { useShortcut } from './shortcuts';
import { attachmentName, channelNames, deliveryOf, speakerOf, stateOf } from './words';

export function CaseView({ detail, landing }: { detail: Detail; landing: RefObject<'title' | 'answer'> }) {
  const state = useDesk();
  const now = useNow();
  const one = detail.case;
  const mine = one.state === 'held' && one.officer?.id === state.officer?.id;
  const [error, setError] = useState('');
  const [busy, setBusy] = useState('');
  const [asking, setAsking] = useState<'' | 'close' | 'return'>('');
  const title = useRef<HTMLHeadingElement>(null);

  // Once, when the case is opened.
  useEffect(() => {
    const box = document.getElementById('tra-loi');
    if (landing.current === 'answer' && box !== null) box.focus({ preventScroll: true });
    else title.current?.focus({ preventScroll: true });
    landing.current = 'title';
  }, [landing]);

  const act = async (name: string, work: () => Promise<void>): Promise<boolean> => {
    if (busy !== '') return false;
    setBusy(name);
    setError('');
    try {
      await work();
      return true;
    } catch (trouble) {
      setError(messageOf(trouble));
      return false;
    } finally {
      setBusy('');
    }
  };
  const take = async () => {
    if (await act('take', () => desk.take(one.code))) requestAnimationFrame(() => document.getElementById('tra-loi')?.focus());
  };
  useShortcut('take', () => {
    if (one.state === 'waiting') void take();
  });
  useShortcut('return', () => {
    if (mine) setAsking('return');
  });
  useShortcut('close', () => {
    if (mine) setAsking('close');
  });

  return (
    <section className="case" aria-labelledby="case-title">
      <header className="case-head">
        <div className="case-name">
          <a className="back" href="#/"><Icon name="back" />Danh sách</a>
          <h2 id="case-title" tabIndex={-1} ref={title}>{one.person === '' ? 'Người dân' : one.person}<span className="case-code">{one.code}</span></h2>
          <p className="case-line">
            {one.urgent && one.state !== 'closed' && <span className="mark urgent"><Icon name="flame" />KHẨN</span>}
            <span className="mark">{channelNames[one.channel] ?? one.channel}</span>
            <DueMark one={one} now={now} />
            <span className="case-state">{stateOf(one, state.officer?.id)}</span>
          </p>
        </div>
        <div className="case-acts">
          {one.state === 'waiting' && <Button kind="main" onPress={() => void take()} busy={busy === 'take'}>Nhận phiếu</Button>}
          {mine && <Button onPress={() => setAsking('return')}>Trả cho trợ lý</Button>}
          {mine && <Button kind="main" onPress={() => setAsking('close')}>Kết thúc…</Button>}
        </div>
      </header>
      {error !== '' && (
        <p className="error-line" role="alert">{error} <Button kind="quiet" onPress={() => setError('')}>Đã hiểu</Button></p>
      )}
      <Talk detail={detail} now={now} onTrouble={setError} />
      <Composer one={one} mine={mine} onTake={() => void take()} taking={busy === 'take'} />
      <CloseWindow
        open={asking === 'close'} person={one.person} code={one.code} onCancel={() => setAsking('')}
        onClose={async (result) => {
          await desk.close(one.code, result);
          setAsking('');
        }}
      />
      <Window title="Trả cho trợ lý tự động?" open={asking === 'return'} onClose={() => setAsking('')}>
        <p>Trợ lý tự động sẽ trả lời {one.person === '' ? 'người dân' : one.person} trở lại. Anh/chị không còn giữ phiếu này nữa.</p>
        <div className="actions">
          <Button kind="main" busy={busy === 'return'} onPress={() => void act('return', () => desk.handBack(one.code)).then(() => setAsking(''))}>Trả cho trợ lý</Button>
          <Button onPress={() => setAsking('')} autoFocus>Giữ lại</Button>
        </div>
      </Window>
    </section>
  );
}

const quickResults = ['Đã hướng dẫn xong, người dân đã rõ.', 'Đã hẹn người dân đến Bộ phận Một cửa.', 'Đã chỉ người dân đến đúng nơi có thẩm quyền.'];

function CloseWindow({ open, person, code, onCancel, onClose }: {
  open: boolean; person: string; code: string; onCancel(): void; onClose(result: string): Promise<void>;
}) {
  const key = `result.${code}`;
  const result = desk.draft(key);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const finish = async () => {
    if (result.trim() === '') {
      setError('Anh/chị ghi vắn tắt kết quả để người sau biết nhé.');
      return;
    }
    setBusy(true);
    setError('');
    try {
      await onClose(result.trim());
      desk.setDraft(key, '');
    } catch (trouble) {
      setError(messageOf(trouble));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Window title={`Kết thúc phiếu ${code}`} open={open} onClose={onCancel}>
      <p>Trợ lý tự động sẽ mời {person === '' ? 'người dân' : person} đánh giá việc phục vụ. Kết quả này chỉ cán bộ xem.</p>
      <Field
        label="Kết quả" lines={3} value={result} error={error} autoFocus isRequired
        onChange={(value) => desk.setDraft(key, value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void finish();
          else event.continuePropagation();
        }}
      />
      <div className="quick" role="group" aria-label="Kết quả hay dùng">
        {quickResults.map((words) => <Button key={words} onPress={() => desk.setDraft(key, words)}>{words}</Button>)}
      </div>
      <div className="actions">
        <Button kind="main" onPress={() => void finish()} busy={busy}>Kết thúc phiếu</Button>
        <Button onPress={onCancel}>Chưa kết thúc</Button>
      </div>
    </Window>
  );
}

/** How much of the end of the conversation lies below the window, or behind the answer box that sticks to its foot. */
function hiddenBelow(box: HTMLElement): number {
  const composer = box.parentElement?.querySelector<HTMLElement>('.composer');
  return Math.ceil(box.getBoundingClientRect().bottom + (composer?.offsetHeight ?? 0) - window.innerHeight);
}

/** The whole conversation: who said what, when, and what became of it on the way. */
function Talk({ detail, now, onTrouble }: { detail: Detail; now: number; onTrouble(text: string): void }) {
  const code = detail.case.code;
  const pending = desk.pending(code);
  const scroll = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [live, setLive] = useState(false);
  const count = detail.messages.length + pending.length;

  useLayoutEffect(() => {
    const box = scroll.current;
    if (box === null || !follows.current) return;
    box.scrollTop = box.scrollHeight;
    const below = hiddenBelow(box);
    if (below > 0) window.scrollBy(0, below);
  }, [count]);
  // On a phone the page scrolls, not the box.
  useEffect(() => {
    const moved = () => {
      const box = scroll.current;
      if (box !== null && box.scrollHeight <= box.clientHeight + 1) follows.current = hiddenBelow(box) < 80;
    };
    window.addEventListener('scroll', moved, { passive: true });
    return () => window.removeEventListener('scroll', moved);
  }, []);
  // What was there when the case was opened is not read out; what comes later is.
  useEffect(() => {
    const timer = setTimeout(() => setLive(true), 0);
    return () => clearTimeout(timer);
  }, []);

  let day = '';
  return (
    <div
      className="talk" ref={scroll} tabIndex={0} role="region" aria-label="Cuộc trò chuyện"
      onScroll={(event) => {
        const box = event.currentTarget;
        follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
      }}
    >
      <div role="log" aria-live={live ? 'polite' : 'off'} aria-relevant="additions" aria-label="Tin nhắn">
        {detail.messages.map((message) => {
          const today = dayOf(message.at, now);
          const mark = today !== day;
          day = today;
          return (
            <div key={String(message.id)}>
              {mark && <p className="day">{today}</p>}
              <Said message={message} person={detail.case.person} now={now} onAgain={() => desk.sendAgain(code, message.id).catch((trouble: unknown) => onTrouble(messageOf(trouble)))} />
            </div>
          );
        })}
        {pending.map((entry) => (
          <article key={entry.id} className={`said officer pending ${entry.progress}`}>
            <p className="said-by">Anh/chị<span className="said-at">{clockOf(new Date(entry.at).toISOString())}</span></p>
            <div className="said-text" dir="auto"><Words text={entry.body.text} /></div>
            <p className={entry.progress === 'failed' || entry.progress === 'refused' ? 'said-state trouble' : 'said-state'}>
              {entry.progress === 'refused' && <><Icon name="alert" />{entry.why} </>}
              {entry.progress === 'failed' && <><Icon name="alert" />Chưa gửi được. {entry.why} </>}
              {entry.progress === 'sending' && 'Đang gửi…'}
              {entry.progress === 'waiting' && 'Đang chờ gửi…'}
              {entry.progress === 'kept' && 'Đã gửi'}
              {(entry.progress === 'failed' || entry.progress === 'refused') && (
                <>
                  <Button onPress={() => desk.retry(code, entry.id)}>Gửi lại</Button>
                  <Button
                    onPress={() => {
                      const draft = desk.draft(code);
                      desk.setDraft(code, draft === '' ? entry.body.text : `${entry.body.text}\n${draft}`);
                      desk.forget(code, entry.id);
                      document.getElementById('tra-loi')?.focus();
                    }}
                  >
                    Sửa lại
                  </Button>
                </>
              )}
            </p>
          </article>
        ))}
      </div>
    </div>
  );
}

function Said({ message, person, now, onAgain }: { message: Message; person: string; now: number; onAgain(): void }) {
  const delivery = deliveryOf(message);
  const choices = message.choices ?? [];
  const attachments = message.attachments ?? [];
  return (
    <article className={`said ${message.from}`}>
      <p className="said-by">
        {speakerOf(message, person)}
        <time className="said-at" dateTime={message.at} title={momentOf(message.at, now)}>{clockOf(message.at)}</time>
      </p>
      {message.deleted
        ? <p className="said-text gone">Người viết đã thu hồi tin nhắn này.</p>
        : (
          <div className="said-text" dir="auto">
            <Words text={message.text} />
            {attachments.length > 0 && (
              <ul className="attachments">
                {attachments.map((attachment, index) => {
                  const href = safeAddress(attachment.url);
                  const name = attachmentName(attachment.kind, attachment.name);
                  return <li key={index}>{href === null ? name : <a href={href} target="_blank" rel="noopener noreferrer">{name}<span className="hidden"> (mở trang ngoài)</span></a>}</li>;
                })}
              </ul>
            )}
          </div>
        )}
      {choices.length > 0 && !message.deleted && (
        <ul className="said-choices" aria-label="Lựa chọn đã đưa ra">
          {choices.map((choice, index) => <li key={index}>{choice.title}</li>)}
        </ul>
      )}
      {delivery.words !== '' && (
        <p className={delivery.trouble ? 'said-state trouble' : 'said-state'}>
          {delivery.trouble && <Icon name="alert" />}
          {delivery.words}
          {delivery.trouble && <Button onPress={onAgain}>Gửi lại</Button>}
        </p>
      )}
    </article>
  );
}

