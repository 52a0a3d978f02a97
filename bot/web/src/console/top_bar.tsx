import { useEffect, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import lotus from '../shared/lotus.svg';
import { applyPreferences, readPreferences, sizes, storageOf, themes, type Size, type Theme } from '../shared/preferences';
import { desk, messageOf, useDesk } from './desk';
import { Button, Icon, Window } from './parts';
import { shortcuts, useShortcut } from './shortcuts';

const linkWords = { live: 'Trực tuyến', connecting: 'Đang kết nối…', broken: 'Mất kết nối, đang nối lại…' } as const;

export function TopBar() {
  const state = useDesk();
  const [open, setOpen] = useState<'' | 'looks' | 'keys'>('');
  const [error, setError] = useState('');
  useShortcut('help', () => setOpen('keys'));
  const [menu, setMenu] = useState(false);
  const admin = state.officer?.role === 'admin';

  return (
    <>
      <nav className="skips" aria-label="Lối tắt">
        {state.page === 'desk' && <a href="#danh-sach" onClick={jump('danh-sach')}>Đến danh sách phiếu</a>}
        <a href="#noi-dung" onClick={jump('noi-dung')}>Đến nội dung chính</a>
        {state.page === 'desk' && state.code !== null && state.code in state.details && <a href="#tra-loi" onClick={jump('tra-loi')}>Đến ô trả lời</a>}
      </nav>
      <header className="top">
        <a className="brand" href="#/">
          <img src={lotus} alt="" width="40" height="40" />
          <span>Thân Thiện<small>Bàn làm việc của cán bộ</small></span>
        </a>
        <p className={`link ${state.link}`} role="status"><span className="dot" aria-hidden="true" />{linkWords[state.link]}</p>
        <button type="button" className="menu-button" aria-expanded={menu} aria-controls="menu" onClick={() => setMenu(!menu)}>Menu</button>
        <nav className={menu ? 'menu open' : 'menu'} id="menu" aria-label="Chính">
          {admin && <a href="#/" {...(state.page === 'desk' ? { 'aria-current': 'page' as const } : {})}>Phiếu</a>}
          {admin && <a href="#/tai-khoan" {...(state.page === 'accounts' ? { 'aria-current': 'page' as const } : {})}>Tài khoản</a>}
          <Button kind="quiet" onPress={() => setOpen('keys')}>Phím tắt</Button>
          <Button kind="quiet" onPress={() => setOpen('looks')}>Hiển thị</Button>
          <span className="me"><Icon name="person" /> {state.officer?.name}</span>
          <Button kind="quiet" onPress={() => desk.signOut().catch((trouble: unknown) => setError(messageOf(trouble)))}>Đăng xuất</Button>
        </nav>
      </header>
      {error !== '' && <p className="error-line bar" role="alert">{error}</p>}
      <Window title="Cách hiển thị" open={open === 'looks'} onClose={() => setOpen('')}><Looks onClose={() => setOpen('')} /></Window>
      <Window title="Phím tắt" open={open === 'keys'} onClose={() => setOpen('')}>
        <table className="keys">
          <thead><tr><th scope="col">Phím</th><th scope="col">Việc</th></tr></thead>
          <tbody>
            {shortcuts.map((one) => (
              <tr key={one.id}><th scope="row"><kbd>{one.keys}</kbd></th><td>{one.title}</td></tr>
            ))}
            <tr><th scope="row"><kbd>Ctrl + Enter</kbd></th><td>Gửi câu trả lời đang soạn</td></tr>
            <tr><th scope="row"><kbd>Esc</kbd></th><td>Đóng cửa sổ đang mở</td></tr>
          </tbody>
        </table>
        <div className="actions"><Button kind="main" onPress={() => setOpen('')}>Đóng</Button></div>
      </Window>
    </>
  );
}

/** Moves focus without touching the address, which names the open case. */
function jump(id: string) {
  return (event: { preventDefault(): void }) => {
    event.preventDefault();
    const target = document.getElementById(id);
    target?.focus();
    target?.scrollIntoView({ block: 'nearest' });
  };
}

function Looks({ onClose }: { onClose(): void }) {
  const storage = storageOf('local');
  const [chosen, setChosen] = useState(() => readPreferences(storage));
  useEffect(() => applyPreferences(storage, chosen), [chosen, storage]);
  return (
    <>
      <RadioGroup className="radios" value={chosen.size} onChange={(size) => setChosen({ ...chosen, size: size as Size })}>
        <Label>Cỡ chữ</Label>
        {sizes.map((one) => <Radio key={one.value} value={one.value} className="radio">{one.title}</Radio>)}
      </RadioGroup>
      <RadioGroup className="radios" value={chosen.theme} onChange={(theme) => setChosen({ ...chosen, theme: theme as Theme })}>
        <Label>Màu nền</Label>
        {themes.map((one) => <Radio key={one.value} value={one.value} className="radio">{one.title}</Radio>)}
      </RadioGroup>
      <div className="actions"><Button kind="main" onPress={onClose}>Xong</Button></div>
    </>
  );
}
