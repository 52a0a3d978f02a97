import { useCallback, useEffect, useMemo, useState, type FormEvent } from 'react';
import { Checkbox, CheckboxGroup, Label, Radio, RadioGroup } from 'react-aria-components';
import { Trouble, type Account, type Role, type Unit } from './api';
import { desk, messageOf, useDesk } from './desk';
import { Button, Field, Icon, Window } from './parts';

const roleNames: Record<Role, string> = { officer: 'Cán bộ', admin: 'Quản trị' };

export function Accounts() {
  const { officer } = useDesk();
  const [accounts, setAccounts] = useState<Account[] | null>(null);
  const [units, setUnits] = useState<Unit[]>([]);
  const [error, setError] = useState('');
  const [adding, setAdding] = useState(false);
  const [given, setGiven] = useState<{ name: string; login: string; code: string } | null>(null);
  const [stopping, setStopping] = useState<Account | null>(null);

  const load = useCallback(async () => {
    try {
      const [found, known] = await Promise.all([desk.api.officers(), desk.api.units()]);
      setAccounts(found.officers);
      setUnits(known.units);
      setError('');
    } catch (trouble) {
      setError(messageOf(trouble));
    }
  }, []);
  useEffect(() => void load(), [load]);

  const unitNames = useMemo(() => new Map(units.map((unit) => [unit.id, unit.full_name])), [units]);

  return (
    <main className="accounts" id="noi-dung" tabIndex={-1}>
      <div className="accounts-head">
        <h1>Tài khoản cán bộ</h1>
        <Button kind="main" onPress={() => setAdding(true)}>Thêm cán bộ</Button>
      </div>
      {error !== '' && <div className="error-line" role="alert"><p>{error}</p><Button onPress={() => void load()}>Tải lại</Button></div>}
      {accounts === null && error === '' && <p className="quiet" role="status">Đang tải danh sách…</p>}
      {accounts !== null && (
        <div className="table-frame" role="region" aria-label="Bảng tài khoản" tabIndex={0}>
          <table className="table">
            <thead>
              <tr><th scope="col">Họ tên</th><th scope="col">Tên đăng nhập</th><th scope="col">Vai trò</th><th scope="col">Đơn vị</th><th scope="col">Tình trạng</th><th scope="col">Việc</th></tr>
            </thead>
            <tbody>
              {accounts.map((one) => (
                <tr key={String(one.id)} className={one.disabled ? 'off' : ''}>
                  <th scope="row">{one.name}</th>
                  <td>{one.login}</td>
                  <td>{roleNames[one.role] ?? one.role}</td>
                  <td>{one.units.length === 0 ? 'Tất cả' : one.units.map((id) => unitNames.get(id) ?? id).join(', ')}</td>
                  <td>{one.disabled ? 'Đã ngừng' : one.waiting_for_code ? 'Chờ nhập mã' : 'Đang dùng'}</td>
                  <td>
                    {!one.disabled && one.id !== officer?.id && <Button onPress={() => setStopping(one)}>Ngừng<span className="hidden"> tài khoản {one.name}</span></Button>}
                    {one.id === officer?.id && <span className="quiet">Tài khoản của anh/chị</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Window title="Thêm cán bộ" open={adding} onClose={() => setAdding(false)} wide>
        <AddForm
          units={units} onCancel={() => setAdding(false)}
          onAdded={(added) => {
            setAdding(false);
            setGiven(added);
            void load();
          }}
        />
      </Window>
      <Window title="Mã dùng một lần" open={given !== null} onClose={() => setGiven(null)}>
        {given !== null && <Given {...given} onClose={() => setGiven(null)} />}
      </Window>
      <Window title="Ngừng tài khoản?" open={stopping !== null} onClose={() => setStopping(null)}>
        {stopping !== null && (
          <StopForm
            one={stopping} onCancel={() => setStopping(null)}
            onStopped={() => {
              setStopping(null);
              void load();
            }}
          />
        )}
      </Window>
    </main>
  );
}

function Given({ name, login, code, onClose }: { name: string; login: string; code: string; onClose(): void }) {
  const [copied, setCopied] = useState('');
  return (
    <>
      <p>Đưa tận tay mã này cho {name}. Mã chỉ hiện một lần. Ở trang đăng nhập, chọn “Tôi có mã một lần” để đặt mật khẩu; tên đăng nhập là <strong>{login}</strong>.</p>
      <p className="code" aria-label="Mã">{code}</p>
      <p role="status" className="quiet">{copied}</p>
      <div className="actions">
        <Button
          onPress={() => {
            const done = navigator.clipboard?.writeText(code) ?? Promise.reject(new Error('no clipboard'));
            done.then(() => setCopied('Đã chép mã.'), () => setCopied('Trình duyệt không cho chép; anh/chị chép tay giúp nhé.'));
          }}
        >
          Chép mã
        </Button>
        <Button kind="main" onPress={onClose}>Đã ghi lại</Button>
      </div>
    </>
  );
}

function StopForm({ one, onCancel, onStopped }: { one: Account; onCancel(): void; onStopped(): void }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  return (
    <>
      <p>{one.name} sẽ bị đăng xuất ngay và không vào được nữa. Các câu trả lời cũ vẫn còn.</p>
      {error !== '' && <p className="error-line" role="alert">{error}</p>}
      <div className="actions">
        <Button
          kind="danger" busy={busy}
          onPress={() => {
            setBusy(true);
            desk.api.disable(one.id).then(onStopped, (trouble: unknown) => {
              setError(messageOf(trouble));
              setBusy(false);
            });
          }}
        >
          Ngừng tài khoản
        </Button>
        <Button onPress={onCancel} autoFocus>Không</Button>
      </div>
    </>
  );
}

/** Vietnamese without marks, so that "bien hoa" finds Biên Hòa. */
function bare(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/gu, '').replace(/đ/gu, 'd');
}

function AddForm({ units, onCancel, onAdded }: {
  units: Unit[]; onCancel(): void; onAdded(added: { name: string; login: string; code: string }): void;
}) {
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [role, setRole] = useState<Role>('officer');
  const [chosen, setChosen] = useState<string[]>([]);
  const [search, setSearch] = useState('');
  const [error, setError] = useState({ field: '', text: '' });
  const [busy, setBusy] = useState(false);
  const shown = units.filter((unit) => chosen.includes(unit.id) || bare(unit.full_name).includes(bare(search)));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError({ field: '', text: '' });
    try {
      const { officer, code } = await desk.api.addOfficer({ name: name.trim(), login: login.trim(), role, units: chosen });
      onAdded({ name: officer.name, login: officer.login, code });
    } catch (trouble) {
      const of = trouble instanceof Trouble ? trouble.code : '';
      setError({ field: of === 'bad_name' ? 'name' : of.includes('login') ? 'login' : 'all', text: messageOf(trouble) });
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      {error.field === 'all' && <p className="error-line" role="alert">{error.text}</p>}
      <Field label="Họ và tên" description="Người dân sẽ thấy tên này." value={name} onChange={setName} isRequired autoFocus error={error.field === 'name' ? error.text : ''} />
      <Field label="Tên đăng nhập" description="Chữ thường không dấu, ví dụ: lan.nguyen" value={login} onChange={setLogin} isRequired capitals="none" spellCheck="false" error={error.field === 'login' ? error.text : ''} />
      <RadioGroup className="radios" value={role} onChange={(value) => setRole(value as Role)}>
        <Label>Vai trò</Label>
        <Radio value="officer" className="radio">Cán bộ trả lời</Radio>
        <Radio value="admin" className="radio">Quản trị, thêm quyền lập tài khoản</Radio>
      </RadioGroup>
      {units.length > 12 && <Field label="Tìm đơn vị" value={search} onChange={setSearch} />}
      <CheckboxGroup className="checks" value={chosen} onChange={setChosen}>
        <Label>Đơn vị phụ trách</Label>
        <p className="description">{chosen.length === 0 ? 'Không chọn nghĩa là tất cả đơn vị.' : `Đã chọn ${chosen.length} đơn vị.`}</p>
        <div className="check-list">
          {shown.map((unit) => (
            <Checkbox key={unit.id} value={unit.id} className="check"><span className="box" aria-hidden="true"><Icon name="check" /></span>{unit.full_name}</Checkbox>
          ))}
          {shown.length === 0 && <p className="quiet">Không có đơn vị nào tên như vậy.</p>}
        </div>
      </CheckboxGroup>
      <div className="actions">
        <Button kind="main" type="submit" busy={busy}>Thêm và lấy mã</Button>
        <Button onPress={onCancel}>Thôi</Button>
      </div>
    </form>
  );
}
