import { splitLinks } from './links';

type Child = Node | string | null | undefined | false;

/** Makes an element. Text only ever enters as text nodes; there is no way here to give markup. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | boolean | EventListener> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (typeof value === 'string') element.setAttribute(key, value);
  }
  for (const child of children) {
    if (typeof child === 'string') element.appendChild(document.createTextNode(child));
    else if (child instanceof Node) element.appendChild(child);
  }
  return element;
}

/** A person's or the assistant's words: line breaks stay (by CSS), http and https addresses open in a new tab, all else is plain text. */
export function wordsOf(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const stretch of splitLinks(text)) {
    fragment.appendChild(
      stretch.href === undefined
        ? document.createTextNode(stretch.text)
        : el('a', { href: stretch.href, target: '_blank', rel: 'noopener noreferrer' }, stretch.text),
    );
  }
  return fragment;
}

export function empty(element: Element): void {
  while (element.firstChild !== null) element.removeChild(element.firstChild);
}

export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element #${id}`);
  return found as Type;
}
