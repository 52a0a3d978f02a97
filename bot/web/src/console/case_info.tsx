import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { freshId } from '../shared/ids';
import { dueOf, momentOf } from '../shared/times';
import type { Detail } from './api';
import { desk, messageOf, useDesk } from './desk';
import { Button, Field, Words, useNow } from './parts';
import { useShortcut } from './shortcuts';
import { channelNames, stateOf } from './words';

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
  return (
    <aside className="info" aria-label="Thông tin phiếu">
      <h2>Thông tin phiếu</h2>
      <dl>
        {lines.map(([name, value]) => (value === null || value === undefined || value === '' ? null : (
          <div key={name}><dt>{name}</dt><dd dir="auto">{value}</dd></div>
        )))}
      </dl>
      <Notes detail={detail} now={now} />
    </aside>
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
  const box = useRef<HTMLDivElement>(null);
  useShortcut('note', () => box.current?.querySelector('textarea')?.focus());

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
        <div ref={box}>
          <Field
            label="Thêm ghi chú" lines={2} value={text} onChange={(value) => desk.setDraft(key, value)} error={error}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
              else event.continuePropagation();
            }}
          />
        </div>
        <Button type="submit" busy={busy}>Lưu ghi chú</Button>
      </form>
    </section>
  );
}
