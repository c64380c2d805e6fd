/**
 * `hv:<name>/<version>`: a key in the transit engine of HashiCorp Vault or OpenBao (API documentation: "Transit secrets
 * engine", Read key, Sign data), mounted at `transit/`. The URI is securesystemslib's.
 */
import { createHash } from 'node:crypto';
import { checkedSignature } from '../checked-signature.ts';
import { afterScheme, type OpenSigner, SignerError } from '../signer.ts';
import { ed25519Spki } from '../spki.ts';
import { member, oddAnswer, serviceKey, text, unsuitable } from './service.ts';
import { connectVault } from './vault-connection.ts';

const PATH = /^(?<name>[A-Za-z0-9_.-]{1,200})\/(?<version>[1-9]\d{0,8})$/;
const CREATION = 'vault write transit/keys/<name> type=ed25519';

type Way = 'ed25519' | 'ecdsa' | 'rsa';

/** The kinds of key that TUF clients verify. */
const TYPES: ReadonlyMap<string, Way> = new Map([
  ['ed25519', 'ed25519'],
  ['ecdsa-p256', 'ecdsa'],
  ['rsa-2048', 'rsa'],
  ['rsa-3072', 'rsa'],
  ['rsa-4096', 'rsa'],
]);

/** Opens a key version of the transit engine. @throws SignerError */
export const openVaultSigner: OpenSigner = async (uri, context) => {
  const { name, version } = PATH.exec(afterScheme(uri))?.groups ?? {};
  if (name === undefined || version === undefined) {
    throw new SignerError(
      'malformed-uri',
      'A signer URI for the transit engine of Vault has the form hv:<name>/<version>; vault read transit/keys/<name> shows the versions.',
    );
  }
  const ask = await connectVault(uri, context);
  const data = member(await ask('GET', `transit/keys/${name}`), 'data');
  const type = text(data, 'type') ?? 'unknown';
  const way = TYPES.get(type);
  if (!way || member(data, 'derived') === true) {
    const found = way ? `${type}, derived for each context` : type;
    throw unsuitable(
      uri,
      `Its type is ${found}; TUF clients need one of ${[...TYPES.keys()].join(', ')}.`,
      CREATION,
    );
  }
  const publicKey = text(member(member(data, 'keys'), version), 'public_key');
  if (publicKey === undefined) {
    const newest = Number(member(data, 'latest_version'));
    throw new SignerError(
      'key-missing',
      `The key ${name} in Vault has no version ${version}; its newest is ${newest}. Correct the number in ${uri}.`,
    );
  }
  const spki = way === 'ed25519' ? ed25519Spki(Buffer.from(publicKey, 'base64')) : publicKey;
  const key = serviceKey(spki, uri, CREATION);
  const leaves = ['exportable', 'allow_plaintext_backup'].filter((flag) => member(data, flag) === true);

  return {
    uri,
    key,
    ...(leaves.length > 0
      ? { advice: `Vault lets this key out (${leaves.join(', ')}), so others may hold a copy.` }
      : {}),
    async sign(message) {
      const answer = await ask('POST', `transit/sign/${name}`, {
        key_version: Number(version),
        ...(way === 'ed25519'
          ? { input: base64(message) }
          : { input: digest(message), prehashed: true, hash_algorithm: 'sha2-256' }),
        ...(way === 'ecdsa' ? { marshaling_algorithm: 'asn1' } : {}),
        // The salt is as long as the hash, 32 bytes, or TUF clients refuse it; Vault's default is as long as fits.
        ...(way === 'rsa' ? { signature_algorithm: 'pss', salt_length: 'hash' } : {}),
      });
      const signature = text(member(answer, 'data'), 'signature') ?? '';
      const [, by, encoded] = /^vault:v(\d+):([A-Za-z0-9+/=]+)$/.exec(signature) ?? [];
      if (encoded === undefined || by !== version) throw oddAnswer('Vault', 'no signature by this version');
      return checkedSignature(key, message, Buffer.from(encoded, 'base64'), 'Vault');
    },
  };
};

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function digest(message: Uint8Array): string {
  return createHash('sha256').update(message).digest('base64');
}
