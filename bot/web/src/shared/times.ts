const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Office time: the whole country keeps one clock, whatever the phone is set to. */
const zone = 'Asia/Ho_Chi_Minh';

function clockFormat(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('vi-VN', { timeZone: zone, hour12: false, ...options });
  } catch {
    format = new Intl.DateTimeFormat(undefined, options);
  }
  return (at) => format.format(at);
}

const twoDigits = clockFormat({ hour: '2-digit', minute: '2-digit' });
const dayKey = clockFormat({ year: 'numeric', month: '2-digit', day: '2-digit' });

/** Milliseconds of an ISO time, or null for anything that is not one. */
export function millisecondsOf(iso: string | null | undefined): number | null {
  if (typeof iso !== 'string') return null;
  const value = Date.parse(iso);
  return Number.isNaN(value) ? null : value;
}

/** "08:05", in Vietnam. */
export function clockOf(iso: string): string {
  const at = millisecondsOf(iso);
  return at === null ? '' : twoDigits(new Date(at)).replace(/^24/u, '00');
}

/** "Hôm nay", "Hôm qua" or the date; in Vietnam. */
export function dayOf(iso: string, now: number): string {
  const at = millisecondsOf(iso);
  if (at === null) return '';
  const key = dayKey(new Date(at));
  if (key === dayKey(new Date(now))) return 'Hôm nay';
  if (key === dayKey(new Date(now - day))) return 'Hôm qua';
  return key;
}

/** "08:05 hôm nay", "08:05 ngày 02/11/2026". */
export function momentOf(iso: string, now: number): string {
  const date = dayOf(iso, now);
  if (date === '') return '';
  const spoken = date === 'Hôm nay' || date === 'Hôm qua' ? date.toLowerCase() : `ngày ${date}`;
  return `${clockOf(iso)} ${spoken}`;
}

function spanOf(milliseconds: number): string {
  if (milliseconds < hour) return `${Math.max(1, Math.floor(milliseconds / minute))} phút`;
  if (milliseconds < day) {
    const hours = Math.floor(milliseconds / hour);
    const minutes = Math.floor((milliseconds - hours * hour) / minute);
    return hours < 3 && minutes > 0 ? `${hours} giờ ${minutes} phút` : `${hours} giờ`;
  }
  const days = Math.floor(milliseconds / day);
  const hours = Math.floor((milliseconds - days * day) / hour);
  return days < 3 && hours > 0 ? `${days} ngày ${hours} giờ` : `${days} ngày`;
}

/** How long ago: "vừa xong", "5 phút trước", "2 giờ 10 phút trước". A moment in the future counts as now: clocks differ. */
export function agoOf(iso: string, now: number): string {
  const at = millisecondsOf(iso);
  if (at === null) return '';
  const past = now - at;
  return past < minute ? 'vừa xong' : `${spanOf(past)} trước`;
}

export interface Due {
  kind: 'late' | 'soon' | 'later';
  words: string;
}

/** A deadline in words: "trễ 2 giờ", "còn 25 phút", "còn 3 giờ"; null when there is none. Less than half an hour left is "soon". */
export function dueOf(iso: string | null | undefined, now: number): Due | null {
  const at = millisecondsOf(iso);
  if (at === null) return null;
  const left = at - now;
  if (left < 0) return { kind: 'late', words: -left < minute ? 'vừa quá hạn' : `trễ ${spanOf(-left)}` };
  return { kind: left < hour / 2 ? 'soon' : 'later', words: left < minute ? 'đến hạn' : `còn ${spanOf(left)}` };
}
