import { describe, expect, it } from 'vitest';
import { safeAddress, splitLinks } from './links';

const joined = (text: string) => splitLinks(text).map((s) => s.text).join('');
const hrefs = (text: string) => splitLinks(text).flatMap((s) => (s.href === undefined ? [] : [s.href]));

describe('splitLinks', () => {
  it('finds the address in a sentence and leaves the full stop outside', () => {
    expect(splitLinks('Bác vào https://dichvucong.gov.vn. Xong rồi ạ.')).toEqual([
      { text: 'Bác vào ' },
      { text: 'https://dichvucong.gov.vn', href: 'https://dichvucong.gov.vn' },
      { text: '. Xong rồi ạ.' },
    ]);
  });

  it('keeps brackets that belong to the address and drops those around it', () => {
    expect(hrefs('(xem https://vi.example.vn/a_(b))')).toEqual(['https://vi.example.vn/a_(b)']);
    expect(hrefs('(xem https://vi.example.vn/a)')).toEqual(['https://vi.example.vn/a']);
  });

  it('takes several addresses, also over line breaks', () => {
    expect(hrefs('a https://a.vn/x?y=1&z=2\nb http://b.vn/đường-phố, c')).toEqual([
      'https://a.vn/x?y=1&z=2',
      'http://b.vn/đường-phố',
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'https://',
    'https://dichvucong.gov.vn@example.net/x',
    '<a href="javascript:alert(1)">x</a>',
  ])('makes no link of %s', (text) => {
    expect(hrefs(text)).toEqual([]);
    expect(joined(text)).toBe(text);
  });

  it('ends an address at a quote or an angle bracket', () => {
    expect(hrefs('https://a.vn/"onmouseover="alert(1)')).toEqual(['https://a.vn/']);
    expect(hrefs('https://a.vn/<script>alert(1)</script>')).toEqual(['https://a.vn/']);
  });

  it('never changes a letter of the text', () => {
    for (const text of ['', ' ', 'a\n\nb', 'https://a.vn', '…https://a.vn…', 'http://http://a.vn', 'x'.repeat(4000)]) {
      expect(joined(text)).toBe(text);
    }
  });
});

describe('safeAddress', () => {
  it('accepts http and https alone', () => {
    expect(safeAddress(' https://dichvucong.gov.vn/tra-cuu ')).toBe('https://dichvucong.gov.vn/tra-cuu');
    expect(safeAddress('http://a.vn')).toBe('http://a.vn');
    for (const bad of ['javascript:alert(1)', '//a.vn', '/x', 'java\nscript:alert(1)', 'https://a b.vn', '', null, 7, {}]) {
      expect(safeAddress(bad)).toBeNull();
    }
  });
});
