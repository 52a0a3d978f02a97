import { useEffect } from 'react';
import { Accounts } from './accounts';
import { desk, useDesk } from './desk';
import { DeskPage } from './desk_page';
import { Gate, SetupForm, SignInForm } from './gate';
import { Button } from './parts';
import { TopBar } from './top_bar';

export function App() {
  const state = useDesk();
  const waiting = state.counts?.waiting ?? 0;
  useEffect(() => {
    const where = state.phase !== 'in' ? 'Đăng nhập' : state.page === 'accounts' ? 'Tài khoản cán bộ' : (state.code ?? 'Bàn làm việc');
    document.title = `${state.phase === 'in' && waiting > 0 ? `(${waiting} chờ) ` : ''}${where} – Thân Thiện`;
  }, [state.phase, state.page, state.code, waiting]);

  return (
    <>
      {state.phase === 'loading' && <Gate title="Đang mở…"><p role="status">Đang kết nối tới máy chủ…</p></Gate>}
      {state.phase === 'unreachable' && (
        <Gate title="Chưa kết nối được">
          <p role="alert">{state.notice}</p>
          <Button kind="main" onPress={() => void desk.open()}>Thử lại</Button>
        </Gate>
      )}
      {state.phase === 'setup' && <SetupForm first />}
      {state.phase === 'sign-in' && <SignInForm />}
      {state.phase === 'in' && (
        <div className="shell">
          <TopBar />
          {state.page === 'accounts' && state.officer?.role === 'admin' ? <Accounts /> : <DeskPage />}
        </div>
      )}
      <div className="hidden" role="status" aria-live="polite">{state.said}</div>
    </>
  );
}
