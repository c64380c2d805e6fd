/** The keys in this browser, to choose one and open it; and a new one, where that would do. */
import { classifyKey } from '../../../tuf/key.ts';
import type { KeySecret, StoredKey } from '../../keys/store.ts';
import type { PageContext } from './context.ts';
import { fill, form, freshId, h } from './dom.ts';
import { doing, wordsFor } from './failure.ts';
import type { KeyPurpose } from './key-purpose.ts';
import { newKeyForm } from './new-key-view.ts';
import { secretField } from './secret-field.ts';

export function browserKeyPanel(context: PageContext, purpose: KeyPurpose): HTMLElement {
  const panel = h('div', {}, h('p', {}, 'Looking for keys…'));
  const show = async (chosen?: string) => {
    const all = await (await context.keys()).list();
    const keys = all.filter(({ key }) => purpose.fits(key));
    fill(
      panel,
      keys.length > 0 && useForm(context, purpose, keys, chosen ?? keys.at(-1)?.id),
      keys.length === 0 && !purpose.mayCreate && h('p', { class: 'note' }, noneFits(all.length)),
      purpose.mayCreate && creation(context, keys.length === 0, show),
    );
    if (chosen === undefined) return;
    const next = [...panel.querySelectorAll<HTMLElement>('input[type="password"], button')];
    next.find((element) => element.checkVisibility())?.focus();
  };
  show().catch((error: unknown) => fill(panel, h('p', { class: 'error', role: 'alert' }, wordsFor(error))));
  return panel;
}

function noneFits(count: number): string {
  const here =
    count === 0
      ? 'There is no key of this repository in this browser.'
      : 'None of the keys in this browser is one that waits to sign here.';
  return `${here} Use the browser, the file or the token that holds the key with which you accepted. If you lost it, ask a maintainer to invite you again, with a new key.`;
}

function creation(
  context: PageContext,
  open: boolean,
  show: (chosen?: string) => Promise<void>,
): HTMLElement {
  const content = newKeyForm(context, async (made) => {
    await show(made.id);
    context.say(
      `The key “${made.label}” was made. Enter its passphrase or use its passkey once more to go on.`,
    );
  });
  return open
    ? h('div', {}, h('h4', {}, 'Make a key'), content)
    : h('details', {}, h('summary', {}, 'Make another key'), content);
}

function useForm(
  context: PageContext,
  purpose: KeyPurpose,
  keys: readonly StoredKey[],
  chosenId: string | undefined,
): HTMLElement {
  let chosen = keys.find(({ id }) => id === chosenId) ?? keys[0];
  const passphrase = secretField('Passphrase of the key', undefined, 'off');
  const passkey = h('p', { class: 'help' }, 'Your device will ask for the passkey of this key.');
  const choose = (key: StoredKey | undefined) => {
    chosen = key;
    passphrase.view.hidden = key?.protection !== 'passphrase';
    passkey.hidden = key?.protection !== 'passkey';
  };
  choose(chosen);
  const name = freshId();
  const act = doing(purpose.deed, 'One moment…', async () => {
    if (!chosen) return;
    const { id, protection } = chosen;
    const secret: KeySecret =
      protection === 'passkey' ? { passkey: true } : { passphrase: passphrase.take() };
    const store = await context.keys();
    await purpose.act((use) => store.withKey(id, secret, use));
  });
  return form(
    act.run,
    h(
      'fieldset',
      {},
      h('legend', {}, keys.length === 1 ? 'The key' : 'Choose a key'),
      ...keys.map((key) => {
        const id = freshId();
        const radio = h('input', {
          type: 'radio',
          name,
          id,
          checked: key.id === chosen?.id,
          onchange: () => choose(key),
        });
        return h('div', { class: 'choice' }, radio, h('label', { for: id }, keyWords(key)));
      }),
    ),
    passphrase.view,
    passkey,
    act.problem,
    h('p', {}, act.button),
  );
}

/** A stored key in a few words. */
export function keyWords({ label, key, created, protection }: StoredKey): string {
  return `${label} (${classifyKey(key).name}, made on ${created.slice(0, 10)}, under a ${protection})`;
}
