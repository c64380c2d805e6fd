/**
 * A Sigstore instance on loopback. The certificate authority, the transparency log and the timestamp authority are those
 * of `@sigstore/mock` behind real HTTP; the issuer is `oauth2-mock-server`. In front of the certificate authority stands
 * what the mock leaves out and Fulcio does: the token's signature, issuer, audience and times are checked, and its
 * claims become name and issuer of the certificate as Fulcio maps them.
 */
import {
  createPublicKey,
  generateKeyPairSync,
  hash,
  type JsonWebKey,
  randomBytes,
  verify,
} from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import { ClientTrustConfig } from '@sigstore/protobuf-specs';
import { Events, type MutableToken, OAuth2Server } from 'oauth2-mock-server';
import { temporaryFolder } from './git.ts';

/** Who logs in: the claims of the next token, beyond those that every token has. */
type Claims = { readonly [name: string]: unknown };

export interface SigstoreOptions {
  /** The version of the log's interface; its second has no time of its own and relies on the timestamp authority. */
  readonly log?: 1 | 2;
  /** Another issuer whose tokens the certificate authority takes: its URL, and where its keys are. */
  readonly otherIssuer?: { readonly url: string; readonly jwks: string };
}

export interface SigstoreInstance {
  /** A file of the form `ClientTrustConfig`. */
  readonly trustConfig: string;
  /** What is in it. */
  readonly config: ClientTrustConfig;
  /** URL of the issuer. */
  readonly issuer: string;
  /** The claims of the next tokens. */
  person: Claims;
  /** What a person does on the other device: they enter the code, say no, or take their time. */
  device: 'enter' | 'deny' | 'wait';
  /** Seconds that tokens live. */
  tokenLifetime: number;
  /** Makes this service answer with this status. */
  readonly broken: Map<'fulcio' | 'rekor' | 'tsa', number>;
  /** Every request to the services, as `fulcio`, `rekor`, `tsa`, `authorize`, `token` and `device`. */
  readonly requests: string[];
  /** A token as the issuer signs it. */
  token(claims: Claims): Promise<string>;
  close(): Promise<void>;
}

/** The claims of somebody who logs in with an e-mail address at GitHub, through the instance's issuer. */
export function person(email: string, connector = 'https://github.com/login/oauth'): Claims {
  return {
    sub: `id of ${email}`,
    email,
    email_verified: true,
    federated_claims: { connector_id: connector },
  };
}

const P256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export async function startSigstore({
  log = 1,
  otherIssuer,
}: SigstoreOptions = {}): Promise<SigstoreInstance> {
  const oidc = new OAuth2Server();
  await oidc.issuer.keys.generate('RS256');
  await oidc.start(0, 'localhost');
  const issuer = oidc.issuer.url ?? '';

  const [caKeys, ctKeys, logKeys, tsaKeys] = [P256(), P256(), P256(), P256()];
  const ctlog = await initializeCTLog(ctKeys);
  const ca = await initializeCA(caKeys, ctlog);
  const tsa = await initializeTSA(tsaKeys);
  // Whole seconds, as the real one has them: DER drops the last zero of a fraction, and the verifier asks for three digits.
  Object.assign(tsa, { getCurrentTime: () => new Date(Math.floor(Date.now() / 1000) * 1000) });
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => end(response, 500, { message: error.message }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tlog = await initializeTLog(url, logKeys);

  const fulcio = fulcioHandler(ca, { subjectClaim: 'san' });
  const rekor = log === 2 ? secondLog(tlog) : rekorHandler(tlog);
  const stamp = tsaHandler(tsa);
  const services = new Map([
    [
      fulcio.path,
      { name: 'fulcio' as const, handle: async (body: string) => fulcio.fn(await checked(body)) },
    ],
    [rekor.path, { name: 'rekor' as const, handle: rekor.fn }],
    [stamp.path, { name: 'tsa' as const, handle: stamp.fn }],
  ]);

  const codes = new Map<string, number>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path === '/device') return deviceCode(response);
    if (path === '/token') return token(new URLSearchParams(body), response);
    const service = services.get(path);
    if (!service) return end(response, 404, { message: 'not found' });
    instance.requests.push(service.name);
    const broken = instance.broken.get(service.name);
    if (broken !== undefined) return end(response, broken, { message: 'out of order' });
    try {
      const result = await service.handle(body);
      response.writeHead(result.statusCode, { 'content-type': result.contentType ?? 'text/plain' });
      response.end(
        typeof result.response === 'string' ? result.response : Buffer.from(result.response.buffer),
      );
    } catch (error) {
      end(response, 401, { message: (error as Error).message });
    }
  }

  function deviceCode(response: ServerResponse): void {
    instance.requests.push('device');
    const code = randomBytes(8).toString('hex');
    codes.set(code, 0);
    const verification = { user_code: 'ABCD-EFGH', verification_uri: `${url}/enter` };
    end(response, 200, { device_code: code, ...verification, expires_in: 2, interval: 0.05 });
  }

  /** The token endpoint: device codes are handled here, everything else by the issuer itself. */
  async function token(form: URLSearchParams, response: ServerResponse): Promise<void> {
    instance.requests.push('token');
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:device_code') {
      const { status, body } = await forward(`${issuer}/token`, form);
      return end(response, status, body);
    }
    const code = form.get('device_code') ?? '';
    const asked = codes.get(code);
    if (asked === undefined) return end(response, 400, { error: 'invalid_grant' });
    codes.set(code, asked + 1);
    if (instance.device === 'deny') return end(response, 400, { error: 'access_denied' });
    // The first question always comes too early.
    if (asked === 0 || instance.device === 'wait')
      return end(response, 400, { error: 'authorization_pending' });
    end(response, 200, { id_token: await instance.token(instance.person) });
  }

  /** What Fulcio does before it believes a token, and the names that it takes from one. */
  async function checked(body: string): Promise<string> {
    const request = JSON.parse(body);
    const claims = await checkedClaims(request.credentials.oidcIdentityToken, [
      { url: issuer, jwks: `${issuer}/jwks` },
      ...(otherIssuer ? [otherIssuer] : []),
    ]);
    const {
      job_workflow_ref: workflow,
      email,
      email_verified: verified,
      federated_claims: federated,
    } = claims;
    if (email !== undefined && verified !== true) throw new Error('email_verified claim was false');
    const san = workflow ? `https://github.com/${workflow}` : (email ?? claims.sub);
    const iss = (federated as { connector_id?: string } | undefined)?.connector_id ?? claims.iss;
    const named = ['{}', JSON.stringify({ ...claims, san, iss }), ''];
    const jwt = named.map((part) => Buffer.from(part).toString('base64url')).join('.');
    return JSON.stringify({ ...request, credentials: { oidcIdentityToken: jwt } });
  }

  oidc.service.on(Events.BeforeWellKnownOpenIdConfiguration, (answered: { body: object }) => {
    Object.assign(answered.body, {
      token_endpoint: `${url}/token`,
      device_authorization_endpoint: `${url}/device`,
    });
  });
  oidc.service.on(Events.BeforeAuthorizeRedirect, () => void instance.requests.push('authorize'));
  oidc.service.on(Events.BeforeTokenSigning, (made: MutableToken) => {
    Object.assign(made.payload, instance.person);
    made.payload.exp = made.payload.iat + instance.tokenLifetime;
  });

  const json = {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logInstance(url, logKeys.publicKey.export({ format: 'der', type: 'spki' }))],
      ctlogs: [logInstance(url, ctlog.publicKey)],
      certificateAuthorities: [authority(url, [ca.rootCertificate])],
      timestampAuthorities: [authority(url, [tsa.intCertificate, tsa.rootCertificate])],
    },
    signingConfig: {
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [service(url, 1)],
      oidcUrls: [service(issuer, 1)],
      rekorTlogUrls: [service(url, log)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: [service(`${url}${stamp.path}`, 1)],
      tsaConfig: { selector: 'ANY' },
    },
  };
  const trustConfig = join(temporaryFolder(), 'sigstore.json');
  writeFileSync(trustConfig, JSON.stringify(json));

  const instance: SigstoreInstance = {
    trustConfig,
    config: ClientTrustConfig.fromJSON(json),
    issuer,
    person: person('alice@example.com'),
    device: 'enter',
    tokenLifetime: 60,
    broken: new Map(),
    requests: [],
    token: (claims) =>
      oidc.issuer.buildToken({
        expiresIn: instance.tokenLifetime,
        scopesOrTransform: (_header, payload) => Object.assign(payload, { aud: 'sigstore' }, claims),
      }),
    close: async () => {
      await oidc.stop();
      await stop(server);
    },
  };
  return instance;
}

interface LogEntry {
  readonly body: string;
  readonly verification: {
    readonly inclusionProof: { readonly rootHash: string; readonly checkpoint: string };
  };
}

/**
 * The log's second interface (rekor-tiles), whose entries have a proof and no time. The mock's own has a body of another
 * form than the real one's, so that nobody could verify it; its first interface makes proof and checkpoint.
 */
function secondLog(tlog: Awaited<ReturnType<typeof initializeTLog>>) {
  const fn: ReturnType<typeof rekorHandler>['fn'] = async (body) => {
    const { digest, signature } = JSON.parse(body).hashedRekordRequestV002;
    const spec = { hashedRekordV002: { data: { algorithm: 'SHA2_256', digest }, signature } };
    const entries = await tlog.log({ apiVersion: '0.0.2', kind: 'hashedrekord', spec });
    const [entry] = Object.values(entries as Readonly<Record<string, LogEntry>>);
    const proof = entry?.verification.inclusionProof;
    const response = JSON.stringify({
      logIndex: '0',
      logId: { keyId: hash('sha256', tlog.publicKey, 'base64') },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      integratedTime: '0',
      inclusionProof: {
        logIndex: '0',
        treeSize: '1',
        rootHash: Buffer.from(proof?.rootHash ?? '', 'hex').toString('base64'),
        hashes: [],
        checkpoint: { envelope: proof?.checkpoint },
      },
      canonicalizedBody: entry?.body,
    });
    return { statusCode: 201, response, contentType: 'application/json' };
  };
  return { path: '/api/v2/log/entries', fn };
}

const ALWAYS = { start: '2020-01-01T00:00:00Z' };

function service(url: string, majorApiVersion: number) {
  return { url, majorApiVersion, validFor: ALWAYS, operator: 'test' };
}

/** A log; its id is the hash of its key. */
function logInstance(baseUrl: string, rawBytes: Buffer) {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: rawBytes.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: ALWAYS,
    },
    logId: { keyId: hash('sha256', rawBytes, 'base64') },
  };
}

function authority(uri: string, chain: readonly ArrayBufferView<ArrayBuffer>[]) {
  const certificates = chain.map(({ buffer, byteOffset, byteLength }) => ({
    rawBytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  }));
  const subject = { commonName: 'test', organization: 'test' };
  return { uri, subject, certChain: { certificates }, validFor: ALWAYS };
}

/** The claims of a token that one of these issuers signed for Sigstore and that is valid now. */
async function checkedClaims(
  token: string,
  issuers: readonly { readonly url: string; readonly jwks: string }[],
): Promise<Claims> {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { alg, kid } = read(header);
  const claims = read(payload);
  const by = issuers.find(({ url }) => url === claims.iss);
  if (alg !== 'RS256' || more.length > 0 || !by) throw new Error('not a token of a known issuer');
  const { keys } = (await (await fetch(by.jwks)).json()) as { keys: (JsonWebKey & { kid: string })[] };
  const key = keys.find((one) => one.kid === kid);
  const signed = Buffer.from(`${header}.${payload}`);
  if (
    !key ||
    !verify('sha256', signed, createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'))
  )
    throw new Error('the signature of the token is not valid');
  const now = Date.now() / 1000;
  if (claims.aud !== 'sigstore') throw new Error('the token is meant for somebody else');
  if (claims.exp < now || claims.iat > now + 5) throw new Error('the token is not valid now');
  return claims;
}

async function forward(url: string, form: URLSearchParams): Promise<{ status: number; body: object }> {
  const response = await fetch(url, { method: 'POST', body: form });
  return { status: response.status, body: (await response.json()) as object };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}
