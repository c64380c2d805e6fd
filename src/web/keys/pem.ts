/** Private keys in PEM files of the signer's own: opened for one use, never stored, never sent. */
import { readEncryptedPkcs8 } from '../../tuf/crypto/pbes2.ts';
import { decodePem, type PemBlock } from '../../tuf/crypto/pem.ts';
import { readPkcs8 } from '../../tuf/crypto/pkcs8.ts';
import { decryptPkcs8 } from './encrypted-pkcs8.ts';
import { bytesAsTyped } from './passphrase.ts';
import { withPrivateKey } from './private-key.ts';
import { BrowserKeyError, type BrowserKeyErrorCode, type BrowserSigner } from './signer.ts';
import { type Bytes, withSecret } from './subtle.ts';

/** Characters; an encrypted RSA key of 8192 bits has 7,000. */
const LONGEST = 32_768;
/** Stops at the next beginning, so that no text makes the search long. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----(?:(?!-----BEGIN )[\s\S])*?-----END \1-----/g;
const PRIVATE = /(^| )PRIVATE KEY$/;

const CONVERT = 'Write it as PKCS#8: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem';

/** What a file may hold instead of a private key that is read here, by its label. */
const OTHER_CONTENT: ReadonlyMap<string, readonly [code: BrowserKeyErrorCode, message: string]> = new Map([
  ['PUBLIC KEY', ['key-malformed', 'The file holds a public key. To sign, choose the private one.']],
  ['RSA PUBLIC KEY', ['key-malformed', 'The file holds a public key. To sign, choose the private one.']],
  ['CERTIFICATE', ['key-malformed', 'The file holds a certificate. To sign, choose the private key.']],
  [
    'OPENSSH PRIVATE KEY',
    [
      'key-unsupported',
      'The file holds a key in OpenSSH\'s own format. Keys are read as PKCS#8 PEM ("BEGIN PRIVATE KEY").',
    ],
  ],
  ['RSA PRIVATE KEY', ['key-unsupported', `The file holds a key in an older format. ${CONVERT}`]],
  ['EC PRIVATE KEY', ['key-unsupported', `The file holds a key in an older format. ${CONVERT}`]],
  ['DSA PRIVATE KEY', ['key-unsupported', 'DSA keys cannot sign here. Use Ed25519, P-256 or RSA.']],
]);

/** Whether the text holds a private key that needs a passphrase. */
export function isEncryptedPem(pem: string): boolean {
  return pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----');
}

/**
 * Opens a PEM private key for one use. Read are PKCS#8 files, plain or encrypted (PBES2 with PBKDF2 or scrypt and
 * AES-CBC), with an Ed25519, P-256 or RSA key.
 * @param passphrase its UTF-8 bytes are used as they are, as OpenSSL does it; not looked at where the key is plain
 * @throws BrowserKeyError, and what `use` throws
 */
export async function withPem<T>(
  pem: string,
  passphrase: string | undefined,
  use: (signer: BrowserSigner) => Promise<T>,
): Promise<T> {
  const { label, der } = findPrivateKey(pem);
  return withSecret(der, async () =>
    withPrivateKey(label === 'PRIVATE KEY' ? der : await decrypt(der, passphrase), use),
  );
}

/** The one private key of the file, whatever text or certificates stand around it. */
function findPrivateKey(pem: string): PemBlock {
  const malformed = (message: string) => new BrowserKeyError('key-malformed', message);
  if (pem.length > LONGEST) {
    throw malformed(`The file has ${pem.length} characters; no private key is that long.`);
  }
  const blocks = [...pem.matchAll(BLOCK)].map(([text, label = '']) => ({ text, label }));
  const [found, ...more] = blocks.filter(({ label }) => PRIVATE.test(label));
  if (more.length > 0) {
    throw malformed('The file holds more than one private key. Choose a file with one of them.');
  }
  if (found?.label === 'PRIVATE KEY' || found?.label === 'ENCRYPTED PRIVATE KEY') {
    const block = decodePem(found.text);
    if (block) return block;
    throw malformed('The file holds a damaged private key: its text is not Base64 as PEM has it.');
  }
  const [code, message] = OTHER_CONTENT.get(found?.label ?? blocks[0]?.label ?? '') ?? [
    'key-malformed',
    'The file holds no private key in PEM form ("BEGIN PRIVATE KEY" or "BEGIN ENCRYPTED PRIVATE KEY").',
  ];
  throw new BrowserKeyError(code, message);
}

async function decrypt(der: Uint8Array, passphrase: string | undefined): Promise<Bytes> {
  const parts = readEncryptedPkcs8(der);
  if ('status' in parts) {
    const code = parts.status === 'malformed' ? 'key-malformed' : 'key-unsupported';
    throw new BrowserKeyError(code, `The encrypted private key cannot be opened. ${parts.reason}`);
  }
  if (!passphrase) {
    throw new BrowserKeyError('passphrase-missing', 'The private key is encrypted. Enter its passphrase.');
  }
  const pkcs8 = await withSecret(bytesAsTyped(passphrase), (bytes) => decryptPkcs8(parts, bytes));
  // Of wrong passphrases, one in 256 leaves padding that looks right, and then no private key.
  if (pkcs8 && !isDamaged(pkcs8)) return pkcs8;
  throw new BrowserKeyError('passphrase-wrong', 'The passphrase does not open this private key.');
}

function isDamaged(pkcs8: Uint8Array): boolean {
  const parts = readPkcs8(pkcs8);
  return 'status' in parts && parts.status === 'invalid' && parts.name === 'private key';
}
