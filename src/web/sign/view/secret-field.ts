/** Fields for what must not stay: read once, and empty from then on. */
import { field, h } from './dom.ts';

export interface SecretField {
  readonly view: HTMLElement;
  readonly input: HTMLInputElement;
  /** The text, which is no longer in the field afterwards. */
  take(): string;
}

/** @param autocomplete `off` for what no password manager should offer to keep */
export function secretField(
  label: string,
  help: string | undefined,
  autocomplete: 'off' | 'current-password' | 'new-password' = 'off',
): SecretField {
  const input = h('input', { type: 'password', autocomplete, spellcheck: 'false', autocapitalize: 'none' });
  return {
    view: field(label, input, help),
    input,
    take() {
      const text = input.value;
      input.value = '';
      return text;
    },
  };
}

/** Hands text to the person as a file. */
export function downloadLink(
  text: string,
  content: Uint8Array<ArrayBuffer> | string,
  name: string,
): HTMLAnchorElement {
  const blob = new Blob([content], { type: 'application/octet-stream' });
  return h('a', { href: URL.createObjectURL(blob), download: name, class: 'button' }, text);
}

/** A name for a file, whatever the thing is called. */
export function fileName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_');
}
