/**
 * Passphrases as bytes. One that protects a key in the browser is normalised (Unicode NFKC, as NIST SP 800-63B section
 * 3.1.1.2 advises), so that it opens the key from another keyboard or system, too. One of a PEM file is taken as it is
 * typed, because OpenSSL does so and the file has to open there.
 */
import { BrowserKeyError } from './signer.ts';
import type { Bytes } from './subtle.ts';

/**
 * Characters. Other pages of the same origin can copy what is stored and try passphrases at their leisure, and whoever
 * gets hold of a backup file can as well.
 */
export const SHORTEST_PASSPHRASE = 12;
/** UTF-8 bytes; OpenSSL reads no longer one, and neither does `playground key generate`. */
const LONGEST_PASSPHRASE = 1000;

const encoder = new TextEncoder();

/** @throws BrowserKeyError `passphrase-unusable` where nothing should be encrypted under it */
export function checkNewPassphrase(passphrase: string): void {
  const unusable = (reason: string) => new BrowserKeyError('passphrase-unusable', reason);
  if (!passphrase.isWellFormed()) {
    throw unusable('The passphrase holds half a character, which no keyboard makes. Type it again.');
  }
  // Counted as it is used, so that characters which fall together count once.
  if ([...passphrase.normalize('NFKC')].length < SHORTEST_PASSPHRASE) {
    throw unusable(
      `The passphrase is too short. Choose at least ${SHORTEST_PASSPHRASE} characters: four or five random words do well.`,
    );
  }
  if (Math.max(bytesAsTyped(passphrase).length, normalisedBytes(passphrase).length) > LONGEST_PASSPHRASE) {
    throw unusable(`The passphrase is longer than ${LONGEST_PASSPHRASE} bytes. Choose a shorter one.`);
  }
}

/** For keys that are stored in the browser. */
export function normalisedBytes(passphrase: string): Bytes {
  return encoder.encode(passphrase.normalize('NFKC'));
}

/** For PEM files. */
export function bytesAsTyped(passphrase: string): Bytes {
  return encoder.encode(passphrase);
}
