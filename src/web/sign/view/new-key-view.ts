/** Making a key in this browser, with a plain word about how it can get lost. */
import { passkeysAvailable, SHORTEST_PASSPHRASE, type StoredKey } from '../../keys/store.ts';
import { PastedError } from '../elsewhere.ts';
import type { PageContext } from './context.ts';
import { field, fill, form, freshId, h } from './dom.ts';
import { doing } from './failure.ts';
import { secretField } from './secret-field.ts';

type Protection = StoredKey['protection'];
type KeyType = 'ed25519' | 'ecdsa-p256';

export function newKeyForm(context: PageContext, made: (key: StoredKey) => Promise<void>): HTMLElement {
  const label = h('input', { type: 'text', autocomplete: 'off', required: true, maxlength: 100 });
  label.value = `${context.visit.memory.login ?? ''} in this browser`.trim();
  let type: KeyType = 'ed25519';
  let protection: Protection = 'passphrase';
  const passphrase = secretField(
    'New passphrase',
    `At least ${SHORTEST_PASSPHRASE} characters; better a few random words that you use nowhere else. Nobody can recover it.`,
    'new-password',
  );
  const again = secretField('The passphrase again', undefined, 'new-password');
  const passphrases = h('div', {}, passphrase.view, again.view);
  const act = doing('Make the key', 'Making the key…', async () => {
    const [first, second] = [passphrase.take(), again.take()];
    if (protection === 'passphrase' && first !== second)
      throw new PastedError('The two passphrases differ. Enter both again.');
    const store = await context.keys();
    const key = await store.create({
      type,
      label: label.value,
      protection: protection === 'passkey' ? { kind: 'passkey' } : { kind: 'passphrase', passphrase: first },
    });
    await made(key);
  });
  const protections = h('div', {});
  const protectionChoice = (passkeys: boolean) =>
    passkeys &&
    radios<Protection>(
      'Protect it with',
      [
        ['passphrase', 'A passphrase'],
        ['passkey', 'A passkey: the lock of this device, or a security key'],
      ],
      (value) => {
        protection = value;
        passphrases.hidden = value === 'passkey';
      },
    );
  void passkeysAvailable().then((passkeys) => fill(protections, protectionChoice(passkeys)));
  return form(
    act.run,
    h(
      'div',
      { class: 'note' },
      h('strong', {}, 'This key will be in this browser and nowhere else.'),
      ' If you clear the data of this site, or the device is lost, the key is gone. So make a backup afterwards (below, under “Keys in this browser”). If it is gone all the same, ask a maintainer to invite you again (',
      h('code', {}, 'playground delegate'),
      '): you accept with a new key, which takes the place of the old one.',
    ),
    field('Name of the key', label, 'For you, to know it again.'),
    radios<KeyType>(
      'Kind',
      [
        ['ed25519', 'Ed25519 (recommended)'],
        ['ecdsa-p256', 'ECDSA P-256'],
      ],
      (value) => {
        type = value;
      },
    ),
    protections,
    passphrases,
    act.problem,
    h('p', {}, act.button),
  );
}

/** One of several, the first being chosen already. */
function radios<T extends string>(
  legend: string,
  choices: readonly (readonly [value: T, label: string])[],
  choose: (value: T) => void,
): HTMLElement {
  const name = freshId();
  return h(
    'fieldset',
    {},
    h('legend', {}, legend),
    ...choices.map(([value, label], index) => {
      const id = freshId();
      const radio = h('input', {
        type: 'radio',
        name,
        id,
        value,
        checked: index === 0,
        onchange: () => choose(value),
      });
      return h('div', { class: 'choice' }, radio, h('label', { for: id }, label));
    }),
  );
}
