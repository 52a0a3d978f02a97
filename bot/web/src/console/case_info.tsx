import { useRef, useState, useSyncExternalStore, type FormEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { freshId } from '../shared/ids';
import { dueOf, momentOf } from '../shared/times';
import type { Detail } from './api';
import { desk, messageOf, useDesk } from './desk';
import { Button, Field, Words, useNow } from './parts';
import { useShortcut } from './shortcuts';
import { channelNames, stateOf } from './words';

const narrowScreen = window.matchMedia('(max-width: 75rem)');

/** Where three columns do not fit, what is known of the case is folded away below the conversation. */
function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrowScreen.addEventListener('change', changed);
      return () => narrowScreen.removeEventListener('change', changed);
    },
    () => narrowScreen.matches,
  );
}

/** What is known of the case, and the officers' own notes. */
export function CaseInfo({ detail }: { detail: Detail }) {
  const { officer } = useDesk();
  const now = useNow();
  const one = detail.case;
  const due = one.state === 'closed' ? null : dueOf(one.due_at, now);
  const lines: [string, ReactNode][] = [
    ['Người dân cần', one.summary],
    ['Lý do chuyển', one.reason_text],
    ['Thủ tục', one.topic_title],
    ['Đơn vị', one.unit_name],
    ['Kênh', channelNames[one.channel] ?? one.channel],
    ['Mở lúc', momentOf(one.created_at, now)],
    ['Hạn trả lời', one.due_at === null || one.state === 'closed' ? null : `${momentOf(one.due_at, now)}${due === null ? '' : ` (${due.words})`}`],
    ['Tình trạng', stateOf(one, officer?.id)],
    ['Kết thúc lúc', one.closed_at === null ? null : momentOf(one.closed_at, now)],
    ['Kết quả', one.result],
    ['Đánh giá', one.rating === null ? null : `${one.rating} trên 5 điểm`],
  ];
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const shown = open || !narrow;
  useShortcut('note', () => {
    flushSync(() => setOpen(true));
    document.querySelector<HTMLTextAreaElement>('.notes textarea')?.focus();
  });
  return (
    <section className={shown ? 'info' : 'info folded'} aria-labelledby="info-title">
      <h2 id="info-title" className={narrow ? 'hidden' : ''}>Thông tin phiếu</h2>
      {narrow && (
        <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Thu gọn thông tin phiếu' : `Thông tin phiếu, ghi chú (${detail.notes.length})`}
        </button>
      )}
      {shown && <><dl>
        {lines.map(([name, value]) => (value === null || value === undefined || value === '' ? null : (
          <div key={name}><dt>{name}</dt><dd dir="auto">{value}</dd></div>
        )))}
      </dl>
      <Notes detail={detail} now={now} /></>}
    </section>
  );
}

function Notes({ detail, now }: { detail: Detail; now: number }) {
  const code = detail.case.code;
  const key = `note.${code}`;
  const text = desk.draft(key);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  /** The id of the note in the box; a retry after a lost answer uses it again. */
  const attempt = useRef({ id: '', text: '' });

  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (busy || text.trim() === '') return;
    if (attempt.current.text !== text) attempt.current = { id: freshId(), text };
    setBusy(true);
    setError('');
    try {
      await desk.note(code, attempt.current.id, text.trim());
      attempt.current = { id: '', text: '' };
      desk.setDraft(key, '');
    } catch (trouble) {
      setError(messageOf(trouble));
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="notes" aria-labelledby="notes-title">
      <h3 id="notes-title">Ghi chú nội bộ</h3>
      {detail.notes.length === 0 && <p className="quiet">Chưa có ghi chú. Người dân không nhìn thấy phần này.</p>}
      {detail.notes.length > 0 && (
        <ul>
          {detail.notes.map((note) => (
            <li key={String(note.id)}>
              <p className="note-by">{note.by}, {momentOf(note.at, now)}</p>
              <p className="note-text" dir="auto"><Words text={note.text} /></p>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={(event) => void save(event)}>
        <Field
          label="Thêm ghi chú" lines={2} value={text} onChange={(value) => desk.setDraft(key, value)} error={error}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
            else event.continuePropagation();
          }}
        />
        <Button type="submit" busy={busy}>Lưu ghi chú</Button>
      </form>
    </section>
  );
}
