/** A key in a PEM file of the signer's own: read in this tab, opened for one use, kept nowhere. */
import { isEncryptedPem, withPem } from '../../keys/pem.ts';
import { PastedError } from '../elsewhere.ts';
import { field, form, h } from './dom.ts';
import { doing } from './failure.ts';
import type { KeyPurpose } from './key-purpose.ts';
import { secretField } from './secret-field.ts';

/** Bytes; a PEM private key has a few thousand. */
const LARGEST_FILE = 65_536;

export function keyFilePanel({ deed, act }: KeyPurpose): HTMLElement {
  const file = h('input', { type: 'file', accept: '.pem,.key,application/x-pem-file', required: true });
  const passphrase = secretField('Passphrase of the file', undefined);
  passphrase.view.hidden = true;
  file.addEventListener('change', async () => {
    const chosen = file.files?.[0];
    const encrypted = chosen && chosen.size <= LARGEST_FILE && isEncryptedPem(await chosen.text());
    passphrase.view.hidden = !encrypted;
    if (encrypted) passphrase.input.focus();
  });
  const action = doing(deed, 'One moment…', async () => {
    const chosen = file.files?.[0];
    if (!chosen) throw new PastedError('Choose the file with your private key.');
    if (chosen.size > LARGEST_FILE) throw new PastedError('This file is too large to be a key.');
    const pem = await chosen.text();
    const secret = passphrase.take();
    await act((use) => withPem(pem, secret === '' ? undefined : secret, use));
    file.value = '';
  });
  return form(
    action.run,
    field(
      'Private key (PEM)',
      file,
      'PKCS#8, as `playground key generate` and OpenSSL write it. It is not uploaded.',
    ),
    passphrase.view,
    action.problem,
    h('p', {}, action.button),
  );
}
