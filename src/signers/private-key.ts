/** Private keys in PEM text (RFC 7468, RFC 5958), for all signers that hold the key themselves. */
import {
  createPrivateKey,
  createPublicKey,
  constants as cryptoConstants,
  type KeyObject,
  sign,
} from 'node:crypto';
import { type Key, KeyError, keyFromSpki } from '../tuf/key.ts';
import { signedMessage } from '../tuf/signed-message.ts';
import { checkedSignature } from './checked-signature.ts';
import { type Signer, SignerError } from './signer.ts';
import { isEncryptedOpenssh, isOpenssh, opensshProblem, readOpensshKey } from './ssh/private-key-file.ts';

/** Where the passphrase of an encrypted key comes from. */
export interface PassphraseSource {
  /** A passphrase at hand, and where it came from for the error message. */
  readonly given?: { readonly value: string; readonly from: string } | undefined;
  /** Asks the person; absent where there is nobody. */
  readonly ask?: (() => Promise<string>) | undefined;
  /** How to provide a passphrase, as the end of an error message. */
  readonly advice: string;
  warn(message: string): void;
}

const TRIES = 3;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;
const PRIVATE = /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----/;

/** Whether the PEM text holds a private key that needs a passphrase. */
export function isEncrypted(pem: string): boolean {
  return ENCRYPTED.test(pem) || isEncryptedOpenssh(pem);
}

/**
 * Opens the private key in `pem` as a signer. `what` names the place in messages, such as `the key file a.pem`.
 * A person who is asked for the passphrase has three tries.
 * @throws SignerError; neither the text nor the passphrase is ever part of it
 */
export async function openPrivateKey(
  uri: string,
  pem: string,
  what: string,
  passphrase: PassphraseSource,
): Promise<Signer> {
  refuseOtherContent(pem, what);
  const privateKey = isEncrypted(pem) ? await decrypt(pem, what, passphrase) : await read(pem, what);
  if (!privateKey) throw new SignerError('key-malformed', `${capital(what)} holds a damaged private key.`);
  const signer = createSigner(uri, privateKey, what);
  return isOpenssh(pem) ? { ...signer, isSshKey: true } : signer;
}

function refuseOtherContent(pem: string, what: string): void {
  // Before anybody is asked for a passphrase that would not help.
  const problem = opensshProblem(pem);
  if (problem !== undefined) throw unusable(what, problem);
  if (PRIVATE.test(pem)) return;
  const found = pem.includes('-----BEGIN PUBLIC KEY-----') ? 'a public key' : 'no private key in PEM form';
  throw new SignerError(
    'key-malformed',
    `${capital(what)} holds ${found}. To sign, name the private key ("BEGIN PRIVATE KEY" or "BEGIN ENCRYPTED PRIVATE KEY").`,
  );
}

function unusable(what: string, problem: string): SignerError {
  return new SignerError('key-unsupported', `${capital(what)} cannot be used: ${problem}`);
}

async function read(pem: string, what: string, passphrase?: string): Promise<KeyObject | undefined> {
  if (isOpenssh(pem)) {
    const found = await readOpensshKey(pem, passphrase);
    if (typeof found === 'string') throw unusable(what, found);
    return found;
  }
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    // OpenSSL's error says nothing that a person could use, and a wrong passphrase has several of them.
    return undefined;
  }
}

async function decrypt(pem: string, what: string, passphrase: PassphraseSource): Promise<KeyObject> {
  if (passphrase.given) {
    const privateKey = await read(pem, what, passphrase.given.value);
    if (privateKey) return privateKey;
    throw new SignerError(
      'passphrase-wrong',
      `The passphrase from ${passphrase.given.from} does not open ${what}.`,
    );
  }
  if (!passphrase.ask) {
    throw new SignerError('passphrase-missing', `${capital(what)} is encrypted. ${passphrase.advice}`);
  }
  for (let tried = 1; ; tried++) {
    const privateKey = await read(pem, what, await passphrase.ask());
    if (privateKey) return privateKey;
    if (tried === TRIES) {
      throw new SignerError(
        'passphrase-wrong',
        `None of ${TRIES} passphrases opens ${what}. Run the command again.`,
      );
    }
    passphrase.warn(`That passphrase does not open ${what}. Try again.`);
  }
}

function createSigner(uri: string, privateKey: KeyObject, what: string): Signer {
  const key = publicKeyOf(privateKey, what);
  return {
    uri,
    key,
    async sign(message) {
      return checkedSignature(key, message, rawSign(privateKey, message), capital(what));
    },
  };
}

/** The TUF key of a private key. @throws SignerError for kinds and sizes that TUF clients do not verify */
export function publicKeyOf(privateKey: KeyObject, what: string): Key {
  try {
    return keyFromSpki(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new SignerError('key-unsupported', `${capital(what)} cannot sign: ${error.message}`, {
      cause: error,
    });
  }
}

function rawSign(privateKey: KeyObject, message: Uint8Array): Buffer {
  switch (privateKey.asymmetricKeyType) {
    case 'ed25519':
      return sign(null, message, privateKey);
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return sign(null, signedMessage(privateKey.asymmetricKeyType, message), privateKey);
    case 'rsa': {
      const padding = cryptoConstants.RSA_PKCS1_PSS_PADDING;
      return sign('sha256', message, { key: privateKey, padding, saltLength: 32 });
    }
    default:
      return sign('sha256', message, { key: privateKey, dsaEncoding: 'der' });
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
