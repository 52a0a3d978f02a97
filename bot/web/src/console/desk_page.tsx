import { useRef } from 'react';
import lotus from '../shared/lotus.svg';
import { CaseInfo } from './case_info';
import { CaseView } from './case_view';
import { desk, useDesk } from './desk';
import { Button } from './parts';
import { Queue } from './queue';
import { useShortcut } from './shortcuts';

export function DeskPage() {
  const state = useDesk();
  const detail = state.code === null ? undefined : state.details[state.code];
  /** Where focus goes when the next case is there: whoever was writing goes on writing. */
  const landing = useRef<'title' | 'answer'>('title');

  const move = (by: number) => {
    const cases = state.lists[state.tab].cases ?? [];
    if (cases.length === 0) return;
    const at = cases.findIndex((one) => one.code === state.code);
    const next = cases[at < 0 ? (by > 0 ? 0 : cases.length - 1) : (at + by + cases.length) % cases.length];
    if (next !== undefined) open(next.code);
  };
  const open = (code: string) => {
    landing.current = document.activeElement?.id === 'tra-loi' ? 'answer' : 'title';
    desk.go(code);
  };
  useShortcut('next', () => move(1));
  useShortcut('previous', () => move(-1));
  useShortcut('unread', () => {
    const mine = state.lists.mine.cases ?? [];
    const at = mine.findIndex((one) => one.code === state.code);
    const after = [...mine.slice(at + 1), ...mine.slice(0, at + 1)].find((one) => desk.unread(one) && one.code !== state.code);
    if (after === undefined) desk.say('Không còn phiếu nào chưa đọc.');
    else {
      desk.showTab('mine');
      open(after.code);
    }
  });
  useShortcut('list', () => {
    const row = document.querySelector<HTMLElement>('a.row[aria-current]') ?? document.querySelector<HTMLElement>('a.row');
    (row ?? document.getElementById('danh-sach'))?.focus();
  });

  return (
    <main className={state.code === null ? 'desk no-case' : 'desk has-case'}>
      <h1 className="hidden">Bàn làm việc</h1>
      <Queue />
      <div className="middle" id="noi-dung" tabIndex={-1}>
        {state.code === null && <Welcome waiting={state.counts?.waiting ?? 0} />}
        {state.code !== null && detail === undefined && state.detailError === '' && <p className="quiet center" role="status">Đang mở phiếu {state.code}…</p>}
        {state.code !== null && state.detailError !== '' && (
          <div className="error-line center" role="alert">
            <p>{state.detailError}</p>
            <div className="actions">
              <Button onPress={() => desk.refreshAll()}>Tải lại</Button>
              <Button onPress={() => desk.go(null)}>Về danh sách</Button>
            </div>
          </div>
        )}
        {detail !== undefined && <CaseView key={detail.case.code} detail={detail} landing={landing} />}
      </div>
      {detail !== undefined && <CaseInfo key={detail.case.code} detail={detail} />}
    </main>
  );
}

function Welcome({ waiting }: { waiting: number }) {
  return (
    <div className="welcome">
      <img src={lotus} alt="" width="88" height="88" />
      <h2>{waiting === 0 ? 'Mọi người đều đã được trả lời' : `Có ${waiting} người đang chờ`}</h2>
      <p>{waiting === 0 ? 'Phiếu mới sẽ tự hiện ở danh sách.' : 'Chọn một phiếu trong danh sách. Phiếu khẩn và phiếu trễ nhất ở trên cùng.'}</p>
      <p className="quiet">Nhấn <kbd>Alt + ↓</kbd> để mở phiếu đầu tiên, <kbd>Ctrl + /</kbd> để xem mọi phím tắt.</p>
    </div>
  );
}
