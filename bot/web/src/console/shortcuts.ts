import { useEffect, useRef } from 'react';

/**
 * Every shortcut needs Alt or Ctrl, so that none is struck by accident while typing or speaking (WCAG 2.1.4). They go by the
 * place of the key (`code`), which stays the same under Telex, VNI and on a Mac.
 */
export const shortcuts = [
  { id: 'next', code: 'ArrowDown', keys: 'Alt + ↓', title: 'Phiếu kế tiếp trong danh sách' },
  { id: 'previous', code: 'ArrowUp', keys: 'Alt + ↑', title: 'Phiếu trước trong danh sách' },
  { id: 'unread', code: 'KeyU', keys: 'Alt + U', title: 'Phiếu chưa đọc kế tiếp của tôi' },
  { id: 'list', code: 'KeyL', keys: 'Alt + L', title: 'Về danh sách phiếu' },
  { id: 'take', code: 'KeyN', keys: 'Alt + N', title: 'Nhận phiếu đang mở' },
  { id: 'answer', code: 'KeyR', keys: 'Alt + R', title: 'Đến ô trả lời' },
  { id: 'snippets', code: 'KeyM', keys: 'Alt + M', title: 'Mở mẫu câu' },
  { id: 'note', code: 'KeyG', keys: 'Alt + G', title: 'Đến ô ghi chú' },
  { id: 'return', code: 'KeyB', keys: 'Alt + B', title: 'Trả phiếu cho trợ lý tự động' },
  { id: 'close', code: 'KeyK', keys: 'Alt + K', title: 'Kết thúc phiếu' },
  { id: 'help', code: 'Slash', keys: 'Ctrl + /', title: 'Xem các phím tắt' },
] as const;

export type ShortcutId = (typeof shortcuts)[number]['id'];

export function useShortcut(id: ShortcutId, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const wanted = shortcuts.find((one) => one.id === id);
    const heard = (event: KeyboardEvent) => {
      if (event.code !== wanted?.code || event.shiftKey || event.metaKey) return;
      const control = id === 'help';
      if (event.ctrlKey !== control || event.altKey === control) return;
      // An open window has the keyboard to itself.
      if (document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', heard);
    return () => window.removeEventListener('keydown', heard);
  }, [id]);
}
