/**
 * Elements from code. Text becomes text and nothing else: there is no way from here to markup. Control characters and
 * those that turn text around are shown, not obeyed.
 */
import { escapeControls, escapeLines } from '../../../event/visible-text.ts';

type Child = Node | string | false | undefined | readonly Child[];

type Handler = (event: Event) => void;

interface Options {
  /** Attributes; `true` stands for one without a value, false and undefined for none. */
  readonly [name: string]: string | number | boolean | undefined | Handler;
}

/** Attributes that code may set: none that a browser runs or loads anything from, but links that are checked below. */
const ATTRIBUTES =
  /^(?:aria-[a-z]+|autocapitalize|autocomplete|checked|class|cols|disabled|download|for|hidden|href|id|inputmode|maxlength|minlength|name|open|placeholder|readonly|rel|required|role|rows|scope|spellcheck|tabindex|target|title|type|accept|value|wrap)$/;

/** An element with attributes, listeners (`on…`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: Options = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== undefined && value !== false) setAttribute(element, name, value);
  }
  append(element, children);
  return element;
}

function setAttribute(element: HTMLElement, name: string, value: string | number | true): void {
  if (!ATTRIBUTES.test(name)) throw new Error(`the attribute ${name} is not set from code`);
  if (name === 'href' && !/^(?:https?:\/\/|blob:|#)/.test(String(value)))
    throw new Error(`no link leads to ${value}`);
  element.setAttribute(name, value === true ? '' : String(value));
}

function append(element: HTMLElement, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    if (typeof child === 'string') element.append(document.createTextNode(escapeControls(child)));
    else if (child instanceof Node) element.append(child);
    else append(element, child);
  }
}

/** Puts children in the place of all that an element holds. */
export function fill(element: HTMLElement, ...children: readonly Child[]): void {
  element.replaceChildren();
  append(element, children);
}

/** A sentence in which what stands between backticks is code. */
export function prose(text: string): readonly (Node | string)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));
}

/** Text of several lines, as it stands. It can be scrolled, with the keyboard too. */
export function lines(text: string, label: string): HTMLPreElement {
  const block = h('pre', { tabindex: 0, role: 'region', 'aria-label': escapeControls(label) });
  block.textContent = escapeLines(text);
  return block;
}

/** A link to a page of GitHub, in a tab of its own that cannot reach back. */
export function outside(href: string, text: string): HTMLAnchorElement {
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);
}

let count = 0;

/** An id for an element that another one refers to. */
export function freshId(): string {
  count += 1;
  return `e${count}`;
}

/** A field with its label above it, and what helps to fill it in below. */
export function field<E extends HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(
  label: string,
  control: E,
  help?: string,
): HTMLElement {
  control.id ||= freshId();
  const helpId = `${control.id}-help`;
  if (help !== undefined) control.setAttribute('aria-describedby', helpId);
  return h(
    'div',
    { class: 'field' },
    h('label', { for: control.id }, label),
    control,
    help !== undefined && h('p', { class: 'help', id: helpId }, help),
  );
}

/** A heading with what belongs to it. */
export function section(title: string, ...children: readonly Child[]): HTMLElement {
  const id = freshId();
  return h('section', { 'aria-labelledby': id }, h('h2', { id, tabindex: -1 }, title), ...children);
}

/** A form that never leaves the page. */
export function form(submit: () => void, ...children: readonly Child[]): HTMLFormElement {
  return h(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    ...children,
  );
}
