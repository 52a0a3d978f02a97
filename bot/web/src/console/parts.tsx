import { Fragment, useEffect, useState, type ComponentProps, type ReactNode } from 'react';
import { Dialog, Heading, Input, Label, Modal, ModalOverlay, Text, TextArea, TextField, type TextFieldProps } from 'react-aria-components';
import { splitLinks } from '../shared/links';

/** A plain button. While it is `busy` it keeps the focus and does nothing, so that nobody is thrown to the top of the page. */
export function Button({ kind = 'plain', busy = false, onPress, ...props }: Omit<ComponentProps<'button'>, 'className' | 'onClick'> & {
  kind?: 'plain' | 'main' | 'danger' | 'quiet'; busy?: boolean; onPress?(): void;
}) {
  return (
    <button
      type="button" {...props} className={`button ${kind}`} {...(busy ? { 'aria-disabled': true } : {})}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onPress?.();
      }}
    />
  );
}

export function Field({
  label, description, error, lines, capitals, ...props
}: Omit<TextFieldProps, 'children' | 'className'> & {
  label: string; description?: ReactNode; error?: string; lines?: number; capitals?: 'none' | 'characters';
}) {
  return (
    <TextField {...props} isInvalid={error !== undefined && error !== ''} validationBehavior="aria" className="field">
      <Label>{label}</Label>
      {lines === undefined ? <Input {...(capitals === undefined ? {} : { autoCapitalize: capitals })} /> : <TextArea rows={lines} />}
      {description !== undefined && <Text slot="description" className="description">{description}</Text>}
      {error !== undefined && error !== '' && <Text slot="errorMessage" className="field-error">{error}</Text>}
    </TextField>
  );
}

/** A password box whose content can be shown: long passwords are typed right when they can be read. */
export function Password({ label, description, error, autoComplete, value, onChange }: {
  label: string; description?: string; error?: string; autoComplete: string; value: string; onChange(value: string): void;
}) {
  const [shown, setShown] = useState(false);
  return (
    <div className="password">
      <Field
        label={label} type={shown ? 'text' : 'password'} autoComplete={autoComplete} value={value} onChange={onChange} isRequired
        {...(description === undefined ? {} : { description })} {...(error === undefined ? {} : { error })}
      />
      <Button kind="quiet" onPress={() => setShown(!shown)} aria-pressed={shown}>{shown ? 'Ẩn' : 'Hiện'}<span className="hidden"> mật khẩu</span></Button>
    </div>
  );
}

export function Window({ title, open, onClose, children, wide }: { title: string; open: boolean; onClose(): void; children: ReactNode; wide?: boolean }) {
  return (
    <ModalOverlay className="shade" isOpen={open} onOpenChange={(now) => !now && onClose()} isDismissable>
      <Modal className={wide === true ? 'window wide' : 'window'}>
        <Dialog className="dialog">
          <Heading slot="title" level={2}>{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** People's words: text nodes and, for http and https, links that show the whole address. */
export function Words({ text }: { text: string }) {
  return (
    <>
      {splitLinks(text).map((stretch, index) =>
        stretch.href === undefined
          ? <Fragment key={index}>{stretch.text}</Fragment>
          : <a key={index} href={stretch.href} target="_blank" rel="noopener noreferrer">{stretch.text}</a>)}
    </>
  );
}

/** The time, fresh every twenty seconds, for "trễ 2 giờ" that stays true while nothing else happens. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Small drawings, always beside words and hidden from screen readers. */
export function Icon({ name }: { name: 'clock' | 'alert' | 'check' | 'back' | 'person' | 'lock' | 'flame' }) {
  const paths: Record<typeof name, string> = {
    clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4v5l3.500 2.200',
    alert: 'M12 3 2 20h20L12 3zm0 6v5m0 3v.5',
    check: 'm4 13 5 5L20 6',
    back: 'M15 5l-7 7 7 7',
    person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-8 9c.5-4 4-6 8-6s7.500 2 8 6',
    lock: 'M6 11h12v9H6zm2.500 0V8a3.500 3.500 0 0 1 7 0v3',
    flame: 'M12 3c1 4 5 5.500 5 10.500a5 5 0 0 1-10 0c0-2 1-3.500 2-4.500.3 1.600 1 2.300 1.800 2.500C10.500 8.500 10.800 5.500 12 3z',
  };
  return (
    <svg className="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
