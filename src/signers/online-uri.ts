/**
 * Signer URIs that stand in metadata, those of online keys. People have agreed to them, but to keys, not to programs: one
 * that names a library to load would run it on the machine that signs.
 */
import { afterScheme, SignerError } from './signer.ts';

/** @throws SignerError for a URI that must not stand in metadata */
export function checkOnlineUri(uri: string): void {
  const [, ...query] = afterScheme(uri).split('?');
  if (!uri.startsWith('hsm:') || !new URLSearchParams(query.join('&')).has('module')) return;
  throw new SignerError(
    'malformed-uri',
    `The signer URI of an online key names a PKCS#11 module to load, and metadata does not decide what runs on the machine that signs. Leave module= out and set PLAYGROUND_PKCS11_MODULE there.`,
  );
}
