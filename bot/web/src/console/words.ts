import type { Case, Message, SendState, Tab } from './api';

export const channelNames: Record<Case['channel'], string> = { messenger: 'Messenger', zalo: 'Zalo', web: 'Trang web' };

export const tabs: readonly { id: Tab; title: string; empty: string }[] = [
  { id: 'waiting', title: 'Đang chờ', empty: 'Không còn ai phải chờ. Anh/chị làm tốt lắm!' },
  { id: 'mine', title: 'Của tôi', empty: 'Anh/chị chưa giữ phiếu nào. Mở thẻ “Đang chờ” để nhận phiếu.' },
  { id: 'held', title: 'Đang giữ', empty: 'Chưa có phiếu nào đang được cán bộ giữ.' },
  { id: 'closed', title: 'Đã xong', empty: 'Chưa có phiếu nào kết thúc.' },
];

const states: Record<SendState, string> = {
  queued: 'Đang chờ gửi',
  sending: 'Đang gửi',
  accepted: 'Đã gửi',
  delivered: 'Đã tới người dân',
  failed: 'Không gửi được',
  uncertain: 'Chưa chắc đã tới',
  cancelled: 'Đã hủy, không gửi',
};

/** What became of a message on its way to the resident, in words; empty for what the resident wrote himself. */
export function deliveryOf(message: Pick<Message, 'from' | 'state' | 'why'>): { words: string; trouble: boolean } {
  if (message.from === 'resident') return { words: '', trouble: false };
  // On the web there is no platform in between: what is kept is what the resident's page shows.
  if (message.state === null || message.state === undefined) return { words: message.from === 'officer' ? states.accepted : '', trouble: false };
  const trouble = message.state === 'failed' || message.state === 'uncertain';
  const why = (trouble || message.state === 'cancelled') && message.why !== null && message.why !== '' ? `: ${message.why}` : '';
  return { words: (states[message.state] ?? message.state) + why, trouble };
}

const attachmentNames: Record<string, string> = {
  image: 'Ảnh', picture: 'Ảnh', video: 'Phim', audio: 'Tin thoại', voice: 'Tin thoại', file: 'Tệp', location: 'Vị trí', place: 'Vị trí', sticker: 'Nhãn dán', contact: 'Danh thiếp',
};

export function attachmentName(kind: string, name: string): string {
  const what = attachmentNames[kind] ?? 'Tệp đính kèm';
  return name === '' ? what : `${what}: ${name}`;
}

export function speakerOf(message: Pick<Message, 'from' | 'by'>, person: string): string {
  if (message.from === 'resident') return person === '' ? 'Người dân' : person;
  if (message.from === 'bot') return 'Trợ lý tự động';
  if (message.from === 'outside') return message.by === '' ? 'Cán bộ, trả lời ngoài hệ thống' : `${message.by} (ngoài hệ thống)`;
  return message.by === '' ? 'Cán bộ' : message.by;
}

export function stateOf(one: Case, myId: string | number | undefined): string {
  if (one.state === 'waiting') return 'Đang chờ tiếp nhận';
  if (one.state === 'closed') return 'Đã kết thúc';
  return one.officer !== null && one.officer.id === myId ? 'Anh/chị đang giữ' : `${one.officer?.name ?? 'Cán bộ khác'} đang giữ`;
}
