import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import lotus from '../shared/lotus.svg';
import { Trouble } from './api';
import { desk, messageOf, useDesk } from './desk';
import { Button, Field, Password } from './parts';

/** The quiet page before the desk. */
export function Gate({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="gate">
      <div className="gate-card">
        <p className="gate-brand"><img src={lotus} alt="" width="56" height="56" /><span>Thân Thiện<small>Bàn làm việc của cán bộ</small></span></p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** Focus goes to what is wrong, so that it is read out and can be mended at once. */
function useErrorFocus(error: string) {
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (error !== '') ref.current?.focus();
  }, [error]);
  return ref;
}

export function SignInForm() {
  const { notice, officer } = useDesk();
  const [login, setLogin] = useState(officer?.login ?? '');
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [withCode, setWithCode] = useState(false);
  const alert = useErrorFocus(error);

  if (withCode) return <SetupForm first={false} onBack={() => setWithCode(false)} />;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError('');
    try {
      desk.entered(await desk.api.signIn(login.trim(), password));
    } catch (trouble) {
      const seconds = trouble instanceof Trouble && trouble.retryAfterMs !== null ? Math.ceil(trouble.retryAfterMs / 1000) : 0;
      const said = messageOf(trouble);
      setError(seconds > 0 && !said.includes(String(seconds)) ? `${said} Đợi ${seconds} giây nhé.` : said);
      setBusy(false);
    }
  };

  return (
    <Gate title="Đăng nhập">
      {notice !== '' && <p className="note-line" role="status">{notice}</p>}
      <form onSubmit={(event) => void submit(event)} noValidate>
        {error !== '' && <p className="error-line" role="alert" tabIndex={-1} ref={alert}>{error}</p>}
        <Field label="Tên đăng nhập" value={login} onChange={setLogin} autoComplete="username" capitals="none" spellCheck="false" isRequired autoFocus />
        <Password label="Mật khẩu" value={password} onChange={setPassword} autoComplete="current-password" />
        <Button kind="main" type="submit" busy={busy}>{busy ? 'Đang đăng nhập…' : 'Đăng nhập'}</Button>
      </form>
      <p className="gate-more">
        <Button kind="quiet" onPress={() => setWithCode(true)}>Tôi có mã một lần</Button>
      </p>
    </Gate>
  );
}

const codeErrors: Record<string, 'code' | 'name' | 'login' | 'password'> = {
  bad_code: 'code', bad_name: 'name', bad_login: 'login', weak_password: 'password',
};

/** The first account of all, with the code that the server printed; or an officer's own, with the code that an admin gave. */
export function SetupForm({ first, onBack }: { first: boolean; onBack?(): void }) {
  const [values, setValues] = useState({ code: '', name: '', login: '', password: '' });
  const [error, setError] = useState<{ field: string; text: string }>({ field: '', text: '' });
  const [busy, setBusy] = useState(false);
  const alert = useErrorFocus(error.text);
  const change = (field: keyof typeof values) => (value: string) => setValues({ ...values, [field]: value });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError({ field: '', text: '' });
    try {
      desk.entered(await desk.api.setup({ ...values, code: values.code.trim(), name: values.name.trim(), login: values.login.trim() }));
    } catch (trouble) {
      const field = trouble instanceof Trouble ? (codeErrors[trouble.code] ?? 'all') : 'all';
      setError({ field, text: messageOf(trouble) });
      setBusy(false);
    }
  };
  const errorOf = (field: string) => (error.field === field ? { error: error.text } : {});

  return (
    <Gate title={first ? 'Lập tài khoản đầu tiên' : 'Nhận tài khoản bằng mã'}>
      <p>
        {first
          ? 'Máy chủ đã in một mã dùng một lần khi khởi động. Nhập mã đó để lập tài khoản quản trị đầu tiên.'
          : 'Nhập mã dùng một lần mà người quản trị đã đưa, rồi tự đặt mật khẩu. Lần sau anh/chị đăng nhập bằng tên đăng nhập và mật khẩu này.'}
      </p>
      <form onSubmit={(event) => void submit(event)} noValidate>
        {error.text !== '' && <p className="error-line" role="alert" tabIndex={-1} ref={alert}>{error.text}</p>}
        <Field label="Mã dùng một lần" value={values.code} onChange={change('code')} autoComplete="one-time-code" capitals="characters" spellCheck="false" isRequired autoFocus {...errorOf('code')} />
        {first && <Field label="Họ và tên" description="Người dân sẽ thấy tên này khi anh/chị trả lời." value={values.name} onChange={change('name')} autoComplete="name" isRequired {...errorOf('name')} />}
        {first && <Field label="Tên đăng nhập" description="Chữ thường không dấu, ví dụ: lan.nguyen" value={values.login} onChange={change('login')} autoComplete="username" capitals="none" spellCheck="false" isRequired {...errorOf('login')} />}
        <Password label="Mật khẩu mới" description="Ít nhất 12 ký tự. Một câu dễ nhớ là tốt nhất." value={values.password} onChange={change('password')} autoComplete="new-password" {...errorOf('password')} />
        <Button kind="main" type="submit" busy={busy}>{first ? 'Lập tài khoản' : 'Đặt mật khẩu và vào'}</Button>
      </form>
      {onBack !== undefined && <p className="gate-more"><Button kind="quiet" onPress={onBack}>Quay lại đăng nhập</Button></p>}
    </Gate>
  );
}
