import { describe, expect, it } from 'vitest';
import { agoOf, clockOf, dayOf, dueOf, millisecondsOf, momentOf } from './times';

const now = Date.parse('2026-11-23T03:00:00.000Z'); // ten o'clock in Vietnam
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();

describe('times in words', () => {
  it('says how late an answer is', () => {
    expect(dueOf(at(-120), now)).toEqual({ kind: 'late', words: 'trễ 2 giờ' });
    expect(dueOf(at(-135), now)).toEqual({ kind: 'late', words: 'trễ 2 giờ 15 phút' });
    expect(dueOf(at(-45), now)).toEqual({ kind: 'late', words: 'trễ 45 phút' });
    expect(dueOf(at(-0.5), now)).toEqual({ kind: 'late', words: 'vừa quá hạn' });
    expect(dueOf(at(-60 * 24 * 5), now)).toEqual({ kind: 'late', words: 'trễ 5 ngày' });
  });

  it('says how much time is left, and when it is little', () => {
    expect(dueOf(at(25), now)).toEqual({ kind: 'soon', words: 'còn 25 phút' });
    expect(dueOf(at(30), now)).toEqual({ kind: 'later', words: 'còn 30 phút' });
    expect(dueOf(at(60 * 27), now)).toEqual({ kind: 'later', words: 'còn 1 ngày 3 giờ' });
    expect(dueOf(at(0), now)).toEqual({ kind: 'soon', words: 'đến hạn' });
  });

  it('knows no deadline where there is none', () => {
    expect(dueOf(null, now)).toBeNull();
    expect(dueOf(undefined, now)).toBeNull();
    expect(dueOf('mai', now)).toBeNull();
  });

  it('says how long ago', () => {
    expect(agoOf(at(-0.2), now)).toBe('vừa xong');
    expect(agoOf(at(3), now)).toBe('vừa xong');
    expect(agoOf(at(-7), now)).toBe('7 phút trước');
    expect(agoOf(at(-60 * 30), now)).toBe('1 ngày 6 giờ trước');
  });

  it('keeps Vietnamese time, also around midnight', () => {
    expect(clockOf('2026-11-23T01:02:03.004Z')).toBe('08:02');
    expect(clockOf('2026-11-22T17:05:00.000Z')).toBe('00:05');
    expect(dayOf('2026-11-22T17:05:00.000Z', now)).toBe('Hôm nay');
    expect(dayOf('2026-11-22T16:55:00.000Z', now)).toBe('Hôm qua');
    expect(dayOf('2026-11-02T05:00:00.000Z', now)).toBe('02/11/2026');
    expect(momentOf('2026-11-22T16:55:00.000Z', now)).toBe('23:55 hôm qua');
    expect(momentOf('2026-11-02T05:00:00.000Z', now)).toBe('12:00 ngày 02/11/2026');
  });

  it('answers a broken time with nothing', () => {
    expect(millisecondsOf('x')).toBeNull();
    expect(clockOf('x')).toBe('');
    expect(agoOf('', now)).toBe('');
  });
});
