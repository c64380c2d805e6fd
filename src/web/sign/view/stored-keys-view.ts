/** The keys in this browser: what is there, a backup of each, and how to remove one. */
import type { KeyStore, StoredKey } from '../../keys/store.ts';
import { PastedError } from '../elsewhere.ts';
import { keyWords } from './browser-key-view.ts';
import type { PageContext } from './context.ts';
import { fill, form, h } from './dom.ts';
import { doing, wordsFor } from './failure.ts';
import { downloadLink, fileName, secretField } from './secret-field.ts';

/** Filled when it is opened. */
export function storedKeysView(context: PageContext): HTMLElement {
  const content = h('div', {});
  const details = h('details', { class: 'keys' }, h('summary', {}, 'Keys in this browser'), content);
  const show = async () => {
    const store = await context.keys();
    const [keys, damaged, persistent] = await Promise.all([
      store.list(),
      store.damaged(),
      store.persistent(),
    ]);
    fill(
      content,
      keys.length === 0 && damaged.length === 0 && h('p', {}, 'There are none for this repository.'),
      ...keys.map((key) => keyView(store, key, show)),
      ...damaged.map((id) =>
        h(
          'div',
          { class: 'card' },
          h('p', {}, 'A stored key was changed by something else than this page. Do not use it.'),
          removal(store, id, show),
        ),
      ),
      keys.length > 0 &&
        !persistent &&
        h(
          'p',
          { class: 'note' },
          'This browser has not promised to keep these keys: it may drop them when it is short of room. Make a backup.',
        ),
    );
  };
  details.addEventListener('toggle', () => {
    if (details.open)
      show().catch((error: unknown) =>
        fill(content, h('p', { class: 'error', role: 'alert' }, wordsFor(error))),
      );
  });
  return details;
}

function keyView(store: KeyStore, key: StoredKey, show: () => Promise<void>): HTMLElement {
  return h(
    'div',
    { class: 'card' },
    h('p', {}, keyWords(key)),
    h('details', {}, h('summary', {}, 'Make a backup'), backupForm(store, key)),
    removal(store, key.id, show),
  );
}

function backupForm(store: KeyStore, { id, label, protection }: StoredKey): HTMLElement {
  const current = secretField('Passphrase of the key', undefined);
  const fresh = secretField('Passphrase for the file', 'The file is encrypted under it.', 'new-password');
  const again = secretField('The same again', undefined, 'new-password');
  const result = h('div', {});
  const act = doing(
    'Make the file',
    'One moment…',
    async () => {
      const [secret, first, second] = [current.take(), fresh.take(), again.take()];
      if (first !== second)
        throw new PastedError('The two passphrases for the file differ. Enter them again.');
      const pem = await store.exportPem(
        id,
        protection === 'passkey' ? { passkey: true } : { passphrase: secret },
        first,
      );
      const name = `${fileName(label)}.pem`;
      fill(
        result,
        h('p', {}, downloadLink(`Save ${name}`, pem, name)),
        h(
          'p',
          { class: 'help' },
          `An encrypted PEM file. Keep it where others cannot get at it. This page opens it as “A key file”, and the command line with --key file2:${name}.`,
        ),
      );
    },
    'secondary',
  );
  return form(
    act.run,
    protection === 'passphrase' && current.view,
    fresh.view,
    again.view,
    act.problem,
    h('p', {}, act.button),
    result,
  );
}

/** Takes two presses: what is removed is gone. */
function removal(store: KeyStore, id: string, show: () => Promise<void>): HTMLElement {
  let sure = false;
  const warning = h('p', { class: 'error', role: 'alert' });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'danger',
      onclick: () => {
        if (sure) {
          store.remove(id).then(show, (error: unknown) => fill(warning, wordsFor(error)));
          return;
        }
        sure = true;
        fill(button, 'Remove it for good');
        fill(warning, 'Without a backup, this key can never sign again. Press once more to remove it.');
      },
    },
    'Remove',
  );
  return h('div', {}, warning, h('p', {}, button));
}
