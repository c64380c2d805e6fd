/**
 * A small Google Cloud of ours: the token exchange for workflows and Cloud KMS, as the REST references document them
 * (sts v1 token; iamcredentials v1 generateAccessToken; cloudkms v1 cryptoKeyVersions). No emulator of others has
 * asymmetric keys and is to be had from the package registries; a test holds this one against Google's own client.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './git.ts';
import { type OpensslKey, opensslKey, type ServiceKeyKind } from './openssl.ts';
import { type Reply, type ServiceCall, scriptedService } from './scripted-service.ts';
import { startWorkflowIdentity } from './workflow-identity.ts';

const RING = 'projects/our-project/locations/europe-west3/keyRings/tuf';
const POOL = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/providers/main';
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';

interface GcpKey {
  readonly algorithm: string;
  readonly key: Pick<OpensslKey, 'publicPem' | 'sign'>;
  state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
}

export interface GoogleCloud {
  /** Variables with which the signer finds the services, in a job that google-github-actions/auth logged in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  readonly calls: readonly ServiceCall[];
  /** What the logged-in identity may do; each test may take some away. */
  readonly permissions: Set<string>;
  /** Changes the next answers, as a broken line would. */
  damage: ((body: Record<string, unknown>) => Record<string, unknown>) | undefined;
  /** A key with one version; its name and itself. */
  createKey(algorithm: string): Promise<{ readonly name: string; readonly key: GcpKey }>;
  /** An access token, as the exchange gives it. */
  issueToken(): string;
}

const KINDS: Readonly<Record<string, ServiceKeyKind | `ML-DSA-${number}`>> = {
  EC_SIGN_P256_SHA256: 'P-256',
  EC_SIGN_P384_SHA384: 'P-384',
  EC_SIGN_SECP256K1_SHA256: 'secp256k1',
  EC_SIGN_ED25519: 'Ed25519',
  RSA_SIGN_PSS_2048_SHA256: 'RSA-2048',
  RSA_SIGN_PSS_3072_SHA256: 'RSA-3072',
  RSA_SIGN_PKCS1_2048_SHA256: 'RSA-2048',
  RSA_DECRYPT_OAEP_2048_SHA256: 'RSA-2048',
  PQ_SIGN_ML_DSA_44: 'ML-DSA-44',
  PQ_SIGN_ML_DSA_65: 'ML-DSA-65',
  PQ_SIGN_ML_DSA_87: 'ML-DSA-87',
};

export async function startGoogleCloud(): Promise<GoogleCloud> {
  const identity = await startWorkflowIdentity();
  const keys = new Map<string, GcpKey>();
  const tokens = new Set<string>();
  const permissions = new Set([
    'cloudkms.cryptoKeyVersions.viewPublicKey',
    'cloudkms.cryptoKeyVersions.useToSign',
  ]);
  const issueToken = () => {
    const token = `ya29.${randomBytes(24).toString('base64url')}`;
    tokens.add(token);
    return token;
  };

  const exchange = ({ text }: ServiceCall): Reply => {
    const form = new URLSearchParams(text);
    const wanted =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:token-exchange' &&
      form.get('requested_token_type') === 'urn:ietf:params:oauth:token-type:access_token' &&
      form.get('subject_token_type') === 'urn:ietf:params:oauth:token-type:jwt' &&
      form.get('audience') === POOL &&
      form.get('scope') === SCOPE;
    if (!wanted) return { status: 400, body: { error: 'invalid_request', error_description: text } };
    if (!identity.check(form.get('subject_token') ?? '', POOL)) {
      const error_description = 'The given credential is rejected by the attribute condition.';
      return { status: 401, body: { error: 'unauthorized_client', error_description } };
    }
    const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
    return {
      body: { access_token: issueToken(), issued_token_type, token_type: 'Bearer', expires_in: 3600 },
    };
  };

  const kms = async (call: ServiceCall): Promise<Reply> => {
    const token = /^Bearer (\S+)$/.exec(call.headers.authorization ?? '')?.[1] ?? '';
    if (!tokens.has(token)) {
      return failure(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    }
    const path = new URL(call.path, 'http://localhost').pathname;
    const [, name = '', asked] = /^\/v1\/(.*?)(\/publicKey|:asymmetricSign)$/.exec(path) ?? [];
    const signing = asked === ':asymmetricSign';
    if (call.method !== (signing ? 'POST' : 'GET')) return failure(404, 'NOT_FOUND', 'Not found.');
    const needed = `cloudkms.cryptoKeyVersions.${signing ? 'useToSign' : 'viewPublicKey'}`;
    if (!permissions.has(needed)) {
      const said = `Permission '${needed}' denied on resource '${name}' (or it may not exist).`;
      return failure(403, 'PERMISSION_DENIED', said);
    }
    const found = keys.get(name);
    if (!found) return failure(404, 'NOT_FOUND', `CryptoKeyVersion ${name} not found.`);
    if (found.state !== 'ENABLED') {
      const said = `${name} is not enabled, current state is: ${found.state}.`;
      return failure(400, 'FAILED_PRECONDITION', said);
    }
    if (signing) return asymmetricSign(name, found, call.text);
    return publicKey(name, found, new URL(call.path, 'http://localhost').searchParams.get('publicKeyFormat'));
  };

  const service = await scriptedService(async (call) => {
    if (call.path === '/v1/token') return exchange(call);
    const reply = await kms(call);
    if (typeof reply === 'string' || !cloud.damage || reply.status !== undefined) return reply;
    return { body: cloud.damage(reply.body as Record<string, unknown>) };
  });

  const credentials = join(temporaryFolder(), 'credentials.json');
  writeFileSync(credentials, JSON.stringify(credentialsFile(service.url, identity.environment)));
  const cloud: GoogleCloud = {
    environment: {
      ...identity.environment,
      GOOGLE_APPLICATION_CREDENTIALS: credentials,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: service.url,
    },
    url: service.url,
    calls: service.calls,
    permissions,
    damage: undefined,
    issueToken,
    async createKey(algorithm) {
      const name = `${RING}/cryptoKeys/key-${keys.size}/cryptoKeyVersions/1`;
      const kind = KINDS[algorithm] ?? 'P-256';
      const made = kind.startsWith('ML-DSA') ? mlDsaKey(kind) : opensslKey(kind as ServiceKeyKind);
      const key: GcpKey = { algorithm, key: await made, state: 'ENABLED' };
      keys.set(name, key);
      return { name, key };
    },
  };
  return cloud;
}

/** ML-DSA over the data as it is, made by Node: the `openssl` program of many systems has none yet. */
function mlDsaKey(kind: string): Pick<OpensslKey, 'publicPem' | 'sign'> {
  const { publicKey, privateKey } = generateKeyPairSync(kind.toLowerCase() as 'ml-dsa-44');
  return {
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: async (input) => sign(null, input, privateKey),
  };
}

/** What google-github-actions/auth writes. */
function credentialsFile(url: string, identity: Readonly<Record<string, string>>) {
  return {
    type: 'external_account',
    audience: POOL,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${url}/v1/token`,
    credential_source: {
      url: `${identity.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(POOL)}`,
      headers: { Authorization: `Bearer ${identity.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
      format: { type: 'json', subject_token_field_name: 'value' },
    },
  };
}

function failure(code: number, status: string, message: string): Reply {
  return { status: code, body: { error: { code, message, status } } };
}

function publicKey(name: string, { algorithm, key }: GcpKey, format: string | null): Reply {
  const common = { algorithm, name, protectionLevel: 'SOFTWARE' };
  const pem = Buffer.from(key.publicPem);
  const sum = `${checksum(pem)}`;
  // Names of values may stand as their numbers, as in Google's own client.
  if (format === 'PEM' || format === '1') {
    const publicKey = { data: pem.toString('base64'), crc32cChecksum: sum };
    return { body: { ...common, publicKeyFormat: 'PEM', publicKey } };
  }
  if (format !== null)
    return failure(400, 'INVALID_ARGUMENT', `Invalid value for publicKeyFormat: ${format}`);
  if (algorithm.startsWith('PQ_'))
    return failure(400, 'INVALID_ARGUMENT', 'public_key_format must be specified for PQC algorithms.');
  return { body: { ...common, pem: key.publicPem, pemCrc32c: sum } };
}

const FIELDS = new Set(['digest', 'digestCrc32c', 'data', 'dataCrc32c']);

async function asymmetricSign(name: string, { algorithm, key }: GcpKey, text: string): Promise<Reply> {
  const request = JSON.parse(text);
  const unknown = Object.keys(request).find((field) => !FIELDS.has(field));
  const invalid = (said: string) => failure(400, 'INVALID_ARGUMENT', said);
  if (unknown !== undefined) {
    return invalid(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  }
  if (!/_SIGN_|^EC_SIGN/.test(algorithm)) return invalid(`The key purpose does not allow this.`);
  const kind = algorithm === 'EC_SIGN_ED25519' || algorithm.startsWith('PQ_') ? 'data' : 'digest';
  if ((request.digest === undefined) === (request.data === undefined)) {
    return invalid('Exactly one of digest and data must be set.');
  }
  const base64 = kind === 'data' ? request.data : request.digest?.sha256;
  if (typeof base64 !== 'string') return invalid(`${algorithm} needs ${kind}.`);
  const input = Buffer.from(base64, 'base64');
  if (kind === 'digest' && input.length !== 32) return invalid('The digest has the wrong length.');
  if (kind === 'data' && input.length > 65_536) return invalid('The data is longer than 65536 bytes.');
  const given = request[`${kind}Crc32c`];
  if (given !== undefined && given !== `${checksum(input)}`) return invalid(`${kind}_crc32c does not match.`);
  const signature = await key.sign(input);
  return {
    body: {
      signature: signature.toString('base64'),
      signatureCrc32c: `${checksum(signature)}`,
      ...(given === undefined
        ? {}
        : { [kind === 'data' ? 'verifiedDataCrc32c' : 'verifiedDigestCrc32c']: true }),
      name,
      protectionLevel: 'SOFTWARE',
    },
  };
}

/** CRC-32C by long division, bit by bit, so that it shares nothing with the signer's. */
export function checksum(data: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of data) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1n ? (remainder >> 1n) ^ 0x82f63b78n : remainder >> 1n;
    }
  }
  return Number(remainder ^ 0xffffffffn);
}
