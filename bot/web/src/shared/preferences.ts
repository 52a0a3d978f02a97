/** The browser's storage, or null where it is forbidden. */
export function storageOf(kind: 'local' | 'session'): Storage | null {
  try {
    const storage = kind === 'local' ? window.localStorage : window.sessionStorage;
    storage.setItem('thanthien.try', '1');
    storage.removeItem('thanthien.try');
    return storage;
  } catch {
    return null;
  }
}

export const sizes = [
  { value: '100', title: 'Vừa' },
  { value: '125', title: 'Lớn' },
  { value: '150', title: 'Rất lớn' },
  { value: '200', title: 'Gấp đôi' },
] as const;

export const themes = [
  { value: 'auto', title: 'Theo máy' },
  { value: 'light', title: 'Sáng' },
  { value: 'dark', title: 'Tối' },
] as const;

export type Size = (typeof sizes)[number]['value'];
export type Theme = (typeof themes)[number]['value'];

const keys = { size: 'thanthien.size', theme: 'thanthien.theme' } as const;

export function readPreferences(storage: Storage | null): { size: Size; theme: Theme } {
  const size = storage?.getItem(keys.size);
  const theme = storage?.getItem(keys.theme);
  return {
    size: sizes.find((one) => one.value === size)?.value ?? '100',
    theme: themes.find((one) => one.value === theme)?.value ?? 'auto',
  };
}

/** Puts the choice on the root element, where the style sheets look for it, and remembers it. */
export function applyPreferences(storage: Storage | null, chosen: { size: Size; theme: Theme }): void {
  const root = document.documentElement;
  root.setAttribute('data-size', chosen.size);
  root.setAttribute('data-theme', chosen.theme);
  try {
    storage?.setItem(keys.size, chosen.size);
    storage?.setItem(keys.theme, chosen.theme);
  } catch {
    // Full storage: the choice holds until the page is closed.
  }
}
