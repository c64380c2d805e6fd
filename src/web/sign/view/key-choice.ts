/** Which key to use: one in this browser, one in a file, or one that stays somewhere else. */
import { browserKeyPanel } from './browser-key-view.ts';
import type { PageContext } from './context.ts';
import { fill, freshId, h } from './dom.ts';
import { keyFilePanel } from './key-file-view.ts';
import type { KeyPurpose } from './key-purpose.ts';

export function keyChoice(context: PageContext, purpose: KeyPurpose): HTMLElement {
  const panel = h('div', { class: 'panel' });
  const ways: readonly (readonly [label: string, help: string, show: () => HTMLElement])[] = [
    [
      'A key in this browser',
      'Kept here, encrypted under a passphrase or a passkey.',
      () => browserKeyPanel(context, purpose),
    ],
    [
      'A key file',
      'A PEM file on this device. It is read here and goes nowhere.',
      () => keyFilePanel(purpose),
    ],
    [
      'A key somewhere else',
      'On a token or another machine: you sign a file there and paste the signature here.',
      purpose.elsewhere,
    ],
  ];
  const name = freshId();
  const choices = ways.map(([label, help, show], index) => {
    const id = freshId();
    const radio = h('input', {
      type: 'radio',
      name,
      id,
      checked: index === 0,
      'aria-describedby': `${id}-help`,
      onchange: () => fill(panel, show()),
    });
    return h(
      'div',
      { class: 'choice' },
      radio,
      h('label', { for: id }, label),
      h('p', { class: 'help', id: `${id}-help` }, help),
    );
  });
  fill(panel, browserKeyPanel(context, purpose));
  return h('div', {}, h('fieldset', {}, h('legend', {}, 'Which key?'), ...choices), panel);
}
