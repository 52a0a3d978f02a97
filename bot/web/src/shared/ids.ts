/** A fresh random id of 128 bits. `crypto.randomUUID` is missing on old phones and on plain http, so it is not used. */
export function freshId(): string {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  let text = '';
  for (let i = 0; i < bytes.length; i += 1) text += ((bytes[i] ?? 0) + 256).toString(16).slice(1);
  return text;
}
