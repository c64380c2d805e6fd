/**
 * `gcpkms:projects/…/cryptoKeyVersions/N`: a key version in Google Cloud KMS (REST reference: cryptoKeyVersions
 * getPublicKey, asymmetricSign). Google's library finds the credentials; the two requests are made here. Every request
 * and answer carries checksums and is checked, as Google's guide to data integrity asks for.
 */
import { createHash } from 'node:crypto';
import type { MlDsaSet } from '../../tuf/crypto/index.ts';
import { signedMessage } from '../../tuf/signed-message.ts';
import { checkedSignature } from '../checked-signature.ts';
import { afterScheme, type OpenSigner, type SignerContext, SignerError } from '../signer.ts';
import { crc32c } from './crc32c.ts';
import { CREATION, gcpError, googleLoginError } from './gcp-errors.ts';
import { callService, type ServiceRequest } from './http.ts';
import { member, oddAnswer, serviceKey, text, unsuitable, within } from './service.ts';

const SERVICE = 'Google Cloud KMS';
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';
const ADDRESS = 'https://cloudkms.googleapis.com/';
/** Milliseconds for the credentials, which may come over the network as well: for one request, and for all. */
const LOGIN_LIMITS = { request: 12_000, all: 30_000 };
/** How often an answer that was damaged on the way is asked for. */
const TRIES = 3;

const KEY = 'projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+';
const NAME =
  /^projects\/[a-z0-9.:-]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+\/cryptoKeyVersions\/[1-9]\d*$/;

/** The algorithms whose signatures TUF clients verify, and what Google takes of the content: its SHA-256, or itself. */
const ALGORITHMS: ReadonlyMap<string, { readonly digest: boolean; readonly mlDsa?: MlDsaSet }> = new Map([
  ['EC_SIGN_P256_SHA256', { digest: true }],
  ['EC_SIGN_ED25519', { digest: false }],
  ['RSA_SIGN_PSS_2048_SHA256', { digest: true }],
  ['RSA_SIGN_PSS_3072_SHA256', { digest: true }],
  ['RSA_SIGN_PSS_4096_SHA256', { digest: true }],
  ['PQ_SIGN_ML_DSA_44', { digest: false, mlDsa: 'ml-dsa-44' }],
  ['PQ_SIGN_ML_DSA_65', { digest: false, mlDsa: 'ml-dsa-65' }],
  ['PQ_SIGN_ML_DSA_87', { digest: false, mlDsa: 'ml-dsa-87' }],
]);

/** Opens a key version of Google Cloud KMS. @throws SignerError */
export const openGcpKmsSigner: OpenSigner = async (uri, context) => {
  const name = afterScheme(uri);
  if (!NAME.test(name)) throw malformed(name);
  const service = await connect(uri, context);

  const found = await service.undamaged('the public key', async () => {
    // Without a format there is no answer for ML-DSA keys.
    const answer = await service.ask('GET', `${name}/publicKey?publicKeyFormat=PEM`);
    const exported = member(answer, 'publicKey');
    const whole = sameChecksum(exported, 'crc32cChecksum', base64Of(exported, 'data'));
    return { value: answer, intact: whole && isOf(answer, name) };
  });
  const algorithm = text(found, 'algorithm') ?? 'none';
  const way = ALGORITHMS.get(algorithm);
  if (!way) {
    const reason = `Its algorithm is ${algorithm}; TUF clients need one of ${[...ALGORITHMS.keys()].join(', ')}.`;
    throw unsuitable(uri, reason, CREATION);
  }
  const pem = base64Of(member(found, 'publicKey'), 'data').toString();
  const key = serviceKey(pem, uri, CREATION);

  return {
    uri,
    key,
    async sign(message) {
      const content = way.mlDsa ? signedMessage(way.mlDsa, message) : message;
      const bytes = way.digest ? createHash('sha256').update(content).digest() : content;
      const base64 = Buffer.from(bytes).toString('base64');
      const checksum = `${crc32c(bytes)}`;
      const body = way.digest
        ? { digest: { sha256: base64 }, digestCrc32c: checksum }
        : { data: base64, dataCrc32c: checksum };
      const answer = await service.undamaged('the signature', async () => {
        const signed = await service.ask('POST', `${name}:asymmetricSign`, body);
        const received = member(signed, way.digest ? 'verifiedDigestCrc32c' : 'verifiedDataCrc32c') === true;
        const whole = sameChecksum(signed, 'signatureCrc32c', base64Of(signed, 'signature'));
        return { value: signed, intact: received && whole && isOf(signed, name) };
      });
      return checkedSignature(key, message, base64Of(answer, 'signature'), SERVICE);
    },
  };
};

function malformed(name: string): SignerError {
  if (new RegExp(`^${KEY}$`).test(name)) {
    return new SignerError(
      'malformed-uri',
      `The signer URI names a key and not one of its versions, and a signature is made by a version. List them: gcloud kms keys versions list --key ${name}; then append /cryptoKeyVersions/<number> to the URI.`,
    );
  }
  return new SignerError(
    'malformed-uri',
    'A signer URI for Google Cloud KMS has the form gcpkms:projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>/cryptoKeyVersions/<number>.',
  );
}

interface Checked {
  readonly value: unknown;
  /** Whether nothing was damaged, in either direction. */
  readonly intact: boolean;
}

interface Connection {
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
  undamaged(what: string, ask: () => Promise<Checked>): Promise<unknown>;
}

async function connect(uri: string, { environment, hide }: SignerContext): Promise<Connection> {
  const address = addressOf(environment);
  const { GOOGLE_APPLICATION_CREDENTIALS: keyFilename } = environment;
  const login = async <T>(work: () => Promise<T>) => {
    try {
      return await within(LOGIN_LIMITS.all, "Google's login", work());
    } catch (error) {
      throw googleLoginError(error, environment);
    }
  };
  const headersFor = await login(async () => {
    const { GoogleAuth } = await import('./libraries/google.ts');
    const client = await new GoogleAuth({
      scopes: [SCOPE],
      // A request that nobody waits for any more would keep the process from ending.
      clientOptions: { transporterOptions: { timeout: LOGIN_LIMITS.request } },
      ...(keyFilename ? { keyFilename } : {}),
    }).getClient();
    return (url: URL) => client.getRequestHeaders(url.href);
  });
  return {
    async ask(method, path, body) {
      const url = new URL(`v1/${path}`, address);
      const headers = Object.fromEntries(await login(() => headersFor(url)));
      hide?.((headers.authorization ?? '').replace(/^Bearer /, ''));
      const request: ServiceRequest = { service: SERVICE, method, url, headers, ...(body ? { body } : {}) };
      const answer = await callService(request);
      if (answer.status === 200) return answer.body;
      throw gcpError(answer, { uri, signing: method === 'POST', sent: sentBytes(body), environment });
    },
    async undamaged(what, ask) {
      for (let tried = 1; ; tried++) {
        const { value, intact } = await ask();
        if (intact) return value;
        if (tried === TRIES) throw oddAnswer(SERVICE, `${what} does not fit its checksum, ${TRIES} times`);
      }
    },
  };
}

/** How long the content is that goes to Google as it is. */
function sentBytes(body: unknown): number {
  return base64Of(body, 'data').length;
}

/** Google's own variable, for private and regional endpoints; a token goes to no machine in the clear. */
function addressOf({ CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: other }: SignerContext['environment']): URL {
  if (!other) return new URL(ADDRESS);
  const url = URL.canParse(other) ? new URL(other) : undefined;
  const local = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url && local)) return url;
  throw new SignerError(
    'service-refused',
    `CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS is no https: address. Unset it, or write one such as ${ADDRESS}`,
  );
}

function isOf(answer: unknown, name: string): boolean {
  return text(answer, 'name') === name;
}

/** Checksums are 64-bit numbers in Google's JSON, so they come as text. */
function sameChecksum(answer: unknown, field: string, data: Uint8Array): boolean {
  return `${member(answer, field)}` === `${crc32c(data)}`;
}

function base64Of(answer: unknown, field: string): Buffer {
  return Buffer.from(text(answer, field) ?? '', 'base64');
}
