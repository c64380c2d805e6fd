/**
 * `azurekms://<vault>.vault.azure.net/keys/<name>/<version>`: a key in Azure Key Vault or a managed HSM (REST reference:
 * Get Key, Sign). Azure's library gives the token; the two requests are made here. Azure has no Ed25519.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { checkedSignature } from '../checked-signature.ts';
import { ecdsaDerFromRaw } from '../ecdsa-der.ts';
import { type OpenSigner, SignerError } from '../signer.ts';
import { azureError, CREATION } from './azure-errors.ts';
import { azureToken } from './azure-login.ts';
import { callService } from './http.ts';
import { member, oddAnswer, serviceKey, text, unsuitable } from './service.ts';

const SERVICE = 'Azure Key Vault';
const API_VERSION = '7.4';

const URI =
  /^azurekms:\/\/(?<host>[A-Za-z0-9.-]+(?::\d{1,5})?)\/keys\/(?<name>[A-Za-z0-9-]{1,127})(?:\/(?<version>[A-Za-z0-9]{1,64}))?\/?$/;
/**
 * The machines that may see a token, and whose token they get (Azure documentation, "Key Vault DNS suffixes"). An
 * emulator on this machine passes for a vault.
 */
const VAULTS: readonly (readonly [host: RegExp, resource: string])[] = [
  [/^[a-z0-9-]+\.vault\.azure\.net$/, 'https://vault.azure.net'],
  [/^[a-z0-9-]+\.vault\.azure\.cn$/, 'https://vault.azure.cn'],
  [/^[a-z0-9-]+\.vault\.usgovcloudapi\.net$/, 'https://vault.usgovcloudapi.net'],
  [/^[a-z0-9-]+\.managedhsm\.azure\.net$/, 'https://managedhsm.azure.net'],
  [/^(?:localhost|127\.0\.0\.1)(?::\d+)?$/, 'https://vault.azure.net'],
];

/** Opens a key version of Azure Key Vault. @throws SignerError */
export const openAzureSigner: OpenSigner = async (uri, { environment, hide }) => {
  const { host = '', name = '', version } = URI.exec(uri)?.groups ?? {};
  const resource = VAULTS.find(([pattern]) => pattern.test(host.toLowerCase()))?.[1];
  if (resource === undefined) {
    throw new SignerError(
      'malformed-uri',
      'A signer URI for Azure Key Vault has the form azurekms://<vault>.vault.azure.net/keys/<name>/<version>.',
    );
  }
  const token = await azureToken(environment, `${resource}/.default`, hide);
  const base = `https://${host}/keys/${name}`;
  const ask = async (path: string, body?: unknown) => {
    const url = new URL(`${base}${path}?api-version=${API_VERSION}`);
    const headers = { authorization: `Bearer ${token}` };
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await callService({ service: SERVICE, method, url, headers, ...(body ? { body } : {}) });
    if (answer.status === 200) return answer.body;
    throw azureError(answer, uri, method === 'POST');
  };

  const found = await ask(version === undefined ? '' : `/${version}`);
  const jwk = member(found, 'key');
  if (version === undefined) throw withoutVersion(uri, text(jwk, 'kid'));
  if (member(member(found, 'attributes'), 'enabled') === false) {
    throw new SignerError(
      'key-disabled',
      `The key ${uri} is disabled. Enable it: az keyvault key set-attributes --enabled true --id https://${host}/keys/${name}/${version}`,
    );
  }
  const { spki, algorithm } = readKey(uri, jwk);
  const key = serviceKey(spki, uri, CREATION);

  return {
    uri,
    key,
    async sign(message) {
      const value = createHash('sha256').update(message).digest('base64url');
      const answer = text(await ask(`/${version}/sign`, { alg: algorithm, value }), 'value');
      if (answer === undefined) throw oddAnswer(SERVICE, 'no signature');
      const raw = Buffer.from(answer, 'base64url');
      const signature = algorithm === 'ES256' ? ecdsaDerFromRaw(raw) : raw;
      if (!signature) throw oddAnswer(SERVICE, 'a signature of the wrong length');
      return checkedSignature(key, message, signature, SERVICE);
    },
  };
};

/** The version belongs to the URI: without it, a rotation in Azure would change the key under the metadata. */
function withoutVersion(uri: string, kid = ''): SignerError {
  const newest = kid.startsWith('https://') ? kid.slice('https://'.length) : undefined;
  const advice = newest ? `The newest is: azurekms://${newest}` : 'List them: az keyvault key list-versions.';
  return new SignerError(
    'malformed-uri',
    `The signer URI ${uri} names a key and not one of its versions, and a signature is made by a version. ${advice}`,
  );
}

/** RFC 7517, with Azure's own key types for keys that an HSM holds. */
function readKey(
  uri: string,
  jwk: unknown,
): { readonly spki: Uint8Array; readonly algorithm: 'ES256' | 'PS256' } {
  const kind = text(jwk, 'kty')?.replace(/-HSM$/, '');
  const curve = text(jwk, 'crv');
  const uses = member(jwk, 'key_ops');
  if (Array.isArray(uses) && !uses.includes('sign')) {
    throw unsuitable(uri, `It is allowed for ${uses.join(', ')} only, and not for sign.`, CREATION);
  }
  if (kind !== 'RSA' && !(kind === 'EC' && curve === 'P-256')) {
    const found = [text(jwk, 'kty') ?? 'unknown', curve].filter((part) => part !== undefined).join(' ');
    throw unsuitable(uri, `It is of the kind ${found}; TUF clients need EC P-256 or RSA of Azure.`, CREATION);
  }
  const parts = kind === 'RSA' ? ['n', 'e'] : ['x', 'y'];
  const numbers = Object.fromEntries(parts.map((part) => [part, text(jwk, part) ?? '']));
  try {
    const object = createPublicKey({
      key: { kty: kind, ...(kind === 'EC' ? { crv: 'P-256' } : {}), ...numbers },
      format: 'jwk',
    });
    return {
      spki: object.export({ type: 'spki', format: 'der' }),
      algorithm: kind === 'EC' ? 'ES256' : 'PS256',
    };
  } catch {
    throw oddAnswer(SERVICE, 'a public key that cannot be read');
  }
}
