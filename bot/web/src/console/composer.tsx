import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Case } from './api';
import { desk, useDesk } from './desk';
import { Button, Icon } from './parts';
import { useShortcut } from './shortcuts';
import { filled, inserted, snippets } from './snippets';

const longest = 4000;

export function Composer({ one, mine, onTake, taking }: { one: Case; mine: boolean; onTake(): void; taking: boolean }) {
  const { officer } = useDesk();
  const code = one.code;
  const text = desk.draft(code);
  const box = useRef<HTMLTextAreaElement>(null);
  const cursor = useRef<number | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const [showing, setShowing] = useState(false);
  const over = [...text].length - longest;

  useShortcut('answer', () => box.current?.focus());
  useShortcut('snippets', () => {
    if (mine) setShowing(!showing);
  });

  useLayoutEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight + 2, 260)}px`;
    if (cursor.current !== null) {
      area.setSelectionRange(cursor.current, cursor.current);
      cursor.current = null;
    }
  }, [text]);
  useLayoutEffect(() => {
    if (showing) list.current?.querySelector('button')?.focus();
  }, [showing]);

  if (!mine) {
    return (
      <div className="composer locked" id="tra-loi" tabIndex={-1}>
        {one.state === 'waiting' && <><p>Nhận phiếu để trả lời. Trợ lý tự động sẽ im lặng khi anh/chị giữ phiếu.</p><Button kind="main" onPress={onTake} busy={taking}>Nhận phiếu</Button></>}
        {one.state === 'held' && <p><Icon name="lock" /> {one.officer?.name ?? 'Cán bộ khác'} đang giữ phiếu này nên anh/chị chỉ xem được.</p>}
        {one.state === 'closed' && <p><Icon name="check" /> Phiếu đã kết thúc. Người dân nhắn tiếp thì trợ lý tự động trả lời.</p>}
      </div>
    );
  }

  const send = () => {
    const words = text.trim();
    if (words === '' || over > 0) {
      box.current?.focus();
      return;
    }
    // First onto the shelf, then out of the box.
    desk.answer(code, words);
    desk.setDraft(code, '');
    box.current?.focus();
  };
  const insert = (index: number) => {
    const snippet = snippets[index];
    const area = box.current;
    if (snippet === undefined || area === null) return;
    const put = inserted(text, area.selectionStart, area.selectionEnd, filled(snippet, officer?.name ?? ''));
    cursor.current = put.cursor;
    desk.setDraft(code, put.text);
    setShowing(false);
    area.focus();
  };
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };
  const listKeys = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === 'Escape') {
      setShowing(false);
      box.current?.focus();
      return;
    }
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? at - 1 : null;
    if (to === null || event.altKey) return;
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length]?.focus();
  };

  return (
    <form
      className="composer" aria-label="Trả lời người dân"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {showing && (
        <div className="snippets" id="mau-cau" role="group" aria-label="Mẫu câu" ref={list} onKeyDown={listKeys}>
          {snippets.map((snippet, index) => (
            <button type="button" key={snippet.title} className="snippet" onClick={() => insert(index)}>
              <strong>{snippet.title}</strong><span>{filled(snippet, officer?.name ?? '')}</span>
            </button>
          ))}
        </div>
      )}
      <label htmlFor="tra-loi">Trả lời {one.person === '' ? 'người dân' : one.person}</label>
      <textarea
        id="tra-loi" ref={box} rows={2} value={text} onChange={(event) => desk.setDraft(code, event.target.value)} onKeyDown={keys}
        aria-describedby="tra-loi-hint" aria-invalid={over > 0} placeholder="Dạ, em chào anh/chị…"
      />
      <div className="composer-foot">
        <button type="button" className="button plain" aria-expanded={showing} aria-controls={showing ? 'mau-cau' : undefined} onClick={() => setShowing(!showing)}>Mẫu câu</button>
        <p id="tra-loi-hint" className={over > 0 ? 'hint trouble' : 'hint'}>{over > 0 ? `Dài quá ${over} ký tự` : 'Ctrl + Enter để gửi'}</p>
        <Button kind="main" type="submit">Gửi</Button>
      </div>
    </form>
  );
}
