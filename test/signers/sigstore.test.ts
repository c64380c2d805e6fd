/**
 * Sigstore identities against a Sigstore on loopback (test/support/sigstore.ts): what a person or a workflow signs is
 * accepted for exactly that identity and issuer, and everything that goes wrong is said in words.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder } from '@sigstore/sign';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSigner } from '../../src/signers/registry.ts';
import type { Signer } from '../../src/signers/signer.ts';
import { browserCommand } from '../../src/signers/sigstore/browser.ts';
import { logInWithBrowser } from '../../src/signers/sigstore/browser-login.ts';
import { discover } from '../../src/signers/sigstore/open-id.ts';
import { provideSigstore } from '../../src/signers/sigstore/provide.ts';
import { certificateAuthority, witnesses } from '../../src/signers/sigstore/services.ts';
import { SigningSession } from '../../src/signers/sigstore/session.ts';
import { fromHex } from '../../src/tuf/crypto/index.ts';
import type { JsonObject } from '../../src/tuf/json.ts';
import { classifyKey, describeKey } from '../../src/tuf/key.ts';
import type { BundledSignature } from '../../src/tuf/metadata.ts';
import { verifySignature } from '../../src/tuf/signature.ts';
import { provideSigstoreVerifier, sigstoreKey } from '../../src/tuf/sigstore.ts';
import { fakeBrowser } from '../support/fake-browser.ts';
import { person, type SigstoreInstance, startSigstore } from '../support/sigstore.ts';
import { signerError, temporaryFolder, testContext } from './helpers.ts';

const message = new TextEncoder().encode('{"_type":"root"}');
const GITHUB = 'https://github.com/login/oauth';
const ALICE = { identity: 'alice@example.com', issuer: GITHUB };
const INTERACTIVE = 'sigstore:?ambient=false';

let sigstore: SigstoreInstance;
let secondLog: SigstoreInstance;
beforeAll(async () => {
  sigstore = await startSigstore();
  secondLog = await startSigstore({ log: 2 });
});
afterAll(() => Promise.all([sigstore.close(), secondLog.close()]));

beforeEach(() => {
  sigstore.person = person('alice@example.com');
  sigstore.device = 'enter';
  sigstore.tokenLifetime = 60;
  sigstore.broken.clear();
  sigstore.requests.length = 0;
  trust(sigstore);
});
afterEach(() => vi.useRealTimers());

/** Which Sigstore this process believes. */
function trust({ trustConfig }: Pick<SigstoreInstance, 'trustConfig'>): void {
  provideSigstore({ PLAYGROUND_SIGSTORE_TRUST_CONFIG: trustConfig });
}

/** A context of someone at their machine, who hears what they are told. */
function context(
  environment: Record<string, string> = {},
  instance: Pick<SigstoreInstance, 'trustConfig'> = sigstore,
) {
  const told: string[] = [];
  const base = testContext({
    PLAYGROUND_SIGSTORE_TRUST_CONFIG: instance.trustConfig,
    BROWSER: fakeBrowser('agree'),
    ...environment,
  });
  return { ...base, told, tell: (text: string) => void told.push(text) };
}

async function bundled(signer: Signer, bytes = message): Promise<BundledSignature> {
  const made = await signer.sign(bytes);
  if (typeof made === 'string') throw new Error('expected a bundle');
  return made;
}

/** What Alice signs, made once. */
let made: BundledSignature | undefined;
async function signedByAlice(): Promise<BundledSignature> {
  made ??= await bundled(await openSigner(INTERACTIVE, context()));
  return made;
}

/** A file that changes what Sigstore to use. */
function trustConfigWith(change: (config: JsonObject) => unknown): Pick<SigstoreInstance, 'trustConfig'> {
  const file = join(temporaryFolder(), 'sigstore.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(sigstore.trustConfig, 'utf8')))));
  return { trustConfig: file };
}

describe('a person who logs in with the browser', () => {
  it.each([1, 2] as const)(
    'signs with a bundle that verifies, with version %i of the log',
    async (version) => {
      const instance = version === 1 ? sigstore : secondLog;
      trust(instance);
      const signer = await openSigner(INTERACTIVE, context({}, instance));
      expect(signer.key).toEqual({ keytype: 'sigstore-oidc', scheme: 'Fulcio', keyval: ALICE });
      expect(describeKey(signer.key)).toContain(`Sigstore identity alice@example.com of ${GITHUB}`);
      expect(classifyKey(signer.key)).toMatchObject({ status: 'supported', enrolable: true });
      const { sig, bundle } = await bundled(signer);
      expect(sig).toMatch(/^([0-9a-f]{2})+$/);
      expect(JSON.stringify(bundle)).toContain(Buffer.from(fromHex(sig) ?? []).toString('base64'));
      expect(await verifySignature(signer.key, message, { sig, bundle })).toEqual({ valid: true });
    },
  );

  it('is shown where to log in, in case that the browser does not come up', async () => {
    const asked = context();
    await openSigner(INTERACTIVE, asked);
    expect(asked.told).toEqual([expect.stringContaining(`${sigstore.issuer}/authorize?`)]);
  });

  it('logs in once and gets one certificate, whatever number of roles they sign', async () => {
    const signer = await openSigner(INTERACTIVE, context());
    for (const role of ['root', 'targets', 'team']) await bundled(signer, new TextEncoder().encode(role));
    const counts = Map.groupBy(sigstore.requests, (name) => name);
    expect([...counts].map(([name, list]) => [name, list.length])).toEqual([
      ['authorize', 1],
      ['token', 1],
      ['fulcio', 1],
      ['rekor', 3],
      ['tsa', 3],
    ]);
  });

  it('logs in again where they thought it over until the certificate was about to expire', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const signer = await openSigner(INTERACTIVE, context());
    vi.setSystemTime(Date.now() + 9.5 * 60_000);
    const later = await bundled(signer);
    expect(sigstore.requests.filter((name) => name === 'fulcio')).toHaveLength(2);
    expect(await verifySignature(signer.key, message, later)).toEqual({ valid: true });
    vi.setSystemTime(Date.now() + 9.5 * 60_000);
    sigstore.person = person('bob@example.com');
    const error = await signerError(signer.sign(message));
    expect(error).toMatchObject({
      code: 'credentials-refused',
      message: expect.stringMatching(/bob@example\.com.*alice@example\.com/),
    });
  });

  it('is not deceived by others who send codes to the waiting port', async () => {
    const signer = await openSigner(INTERACTIVE, context({ BROWSER: fakeBrowser('disturb') }));
    expect(signer.key.keyval).toEqual(ALICE);
  });

  it('may say no', async () => {
    const error = await signerError(openSigner(INTERACTIVE, context({ BROWSER: fakeBrowser('refuse') })));
    expect(error).toMatchObject({
      code: 'login-refused',
      message: expect.stringContaining('closed without a yes'),
    });
  });

  it('may close the window: after a while nothing waits any more', async () => {
    const login = logInWithBrowser(await discover(sigstore.issuer), async () => undefined, 300);
    expect(await signerError(login)).toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining(sigstore.issuer),
    });
  });

  it('is told where the address has not been verified', async () => {
    sigstore.person = { ...person('alice@example.com'), email_verified: false };
    const error = await signerError(openSigner(INTERACTIVE, context()));
    expect(error).toMatchObject({
      code: 'credentials-refused',
      message: expect.stringContaining('has not verified'),
    });
  });

  it('cannot log in where nobody is', async () => {
    const { tell: _tell, ...nobody } = context();
    const error = await signerError(openSigner(INTERACTIVE, nobody));
    expect(error).toMatchObject({
      code: 'credentials-missing',
      message: expect.stringContaining('sigstore:,'),
    });
  });
});

describe('a person without a browser', () => {
  const far = () => {
    const { environment, ...rest } = context({ SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' });
    const { BROWSER: _browser, ...others } = environment;
    return { ...rest, environment: others };
  };

  it('enters a code on another device', async () => {
    const asked = far();
    const signer = await openSigner(INTERACTIVE, asked);
    expect(asked.told).toEqual([
      expect.stringMatching(/open http:\S+\/enter on any device and enter the code ABCD-EFGH/),
    ]);
    expect(signer.key.keyval).toEqual(ALICE);
    expect(await verifySignature(signer.key, message, await bundled(signer))).toEqual({ valid: true });
  });

  it.each([
    ['deny', 'login-refused', 'closed without a yes'],
    ['wait', 'timed-out', 'Nobody entered the code'],
  ] as const)('is told what became of it: %s', async (deed, code, words) => {
    sigstore.device = deed;
    const error = await signerError(openSigner(INTERACTIVE, far()));
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('is found by what the environment says', () => {
    expect(browserCommand({ DISPLAY: ':0' }, 'linux')).toEqual(['xdg-open']);
    expect(browserCommand({}, 'linux')).toBeUndefined();
    expect(browserCommand({ DISPLAY: ':0', SSH_CONNECTION: 'x' }, 'linux')).toBeUndefined();
    expect(browserCommand({}, 'darwin')).toEqual(['open']);
    expect(browserCommand({ BROWSER: '/bin/lynx' }, 'linux')).toEqual(['/bin/lynx']);
  });
});

describe('a workflow', () => {
  const WORKFLOW = 'me/repo/.github/workflows/publish.yml@refs/heads/main';
  const claims = { sub: 'repo:me/repo:ref:refs/heads/main', job_workflow_ref: WORKFLOW };

  /** Where a job asks for its token, as the runner offers it. */
  async function jobEnvironment(answer: (audience: string) => Promise<string>, bearer = 'secret of the job') {
    const server = createServer(async (request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      if (request.headers.authorization !== 'Bearer secret of the job') response.writeHead(401).end('{}');
      else response.end(JSON.stringify({ value: await answer(url.searchParams.get('audience') ?? '') }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const environment = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
    };
    return { environment, [Symbol.asyncDispose]: async () => void server.close() };
  }

  it('signs as itself: file and ref are its name', async () => {
    await using job = await jobEnvironment(async (audience) => {
      expect(audience).toBe('sigstore');
      return sigstore.token(claims);
    });
    const signer = await openSigner('sigstore:', context(job.environment));
    expect(signer.key.keyval).toEqual({
      identity: `https://github.com/${WORKFLOW}`,
      issuer: sigstore.issuer,
    });
    const made = await bundled(signer);
    expect(await verifySignature(signer.key, message, made)).toEqual({ valid: true });
    for (const other of ['refs/heads/mai', 'refs/heads/main2', 'refs/tags/main', 'refs/heads/evil/main']) {
      const identity = `https://github.com/${WORKFLOW.replace('refs/heads/main', other)}`;
      const key = sigstoreKey({ identity, issuer: sigstore.issuer });
      expect(await verifySignature(key, message, made)).toMatchObject({ code: 'does-not-verify' });
    }
  });

  it('that has no permission for a token is told which one', async () => {
    const error = await signerError(openSigner('sigstore:', context({ GITHUB_ACTIONS: 'true' })));
    expect(error).toMatchObject({
      code: 'credentials-missing',
      message: expect.stringContaining('id-token: write'),
    });
    await using job = await jobEnvironment(async () => '', 'another secret');
    expect(await signerError(openSigner('sigstore:', context(job.environment)))).toMatchObject({
      code: 'credentials-refused',
      message: expect.stringContaining('HTTP 401'),
    });
  });

  it('is not what a person at their machine is', async () => {
    const error = await signerError(openSigner('sigstore:', context()));
    expect(error).toMatchObject({
      code: 'credentials-missing',
      message: expect.stringContaining(INTERACTIVE),
    });
  });

  it.each([
    ['is not signed', async () => unsigned(await sigstore.token(claims))],
    ['is signed by somebody else', async () => forged(await sigstore.token(claims))],
    ['is meant for another service', () => sigstore.token({ ...claims, aud: 'sts.amazonaws.com' })],
    ['comes from another issuer', () => sigstore.token({ ...claims, iss: 'https://evil.example' })],
    ['has expired', () => sigstore.token({ ...claims, exp: 1_700_000_000 })],
    ['is no token at all', async () => 'not.a.token'],
  ])('gets no certificate for a token that %s', async (_what, token) => {
    const value = await token();
    const error = await signerError(openSigner('sigstore:', context({ SIGSTORE_ID_TOKEN: value })));
    expect(['service-refused', 'credentials-refused']).toContain(error.code);
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      expect(cause.message).not.toContain(value.slice(0, 20));
  });

  it('whose clock is wrong is told so', async () => {
    const token = await sigstore.token({ ...claims, iat: Math.floor(Date.now() / 1000) + 600 });
    const error = await signerError(openSigner('sigstore:', context({ SIGSTORE_ID_TOKEN: token })));
    expect(error.message).toMatch(/clock.*differ by (599|600|601) seconds: set the clock/);
  });

  function unsigned(token: string): string {
    const [, payload] = token.split('.');
    return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
  }

  function forged(token: string): string {
    const [header, payload] = token.split('.');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return `${header}.${payload}.${sign('sha256', Buffer.from(`${header}.${payload}`), privateKey).toString('base64url')}`;
  }
});

describe('a signature is refused', () => {
  const check = async (
    { identity = ALICE.identity, issuer = ALICE.issuer, bytes = message },
    change: (value: BundledSignature) => { sig: string; bundle?: JsonObject } = (value) => value,
  ) => verifySignature(sigstoreKey({ identity, issuer }), bytes, change(await signedByAlice()));

  it('never for the identity that made it', async () => {
    expect(await check({})).toEqual({ valid: true });
  });

  it.each([
    ['another person', 'bob@example.com'],
    ['the end of the name', 'lice@example.com'],
    ['its beginning', 'alice@example.co'],
    ['more than the name', 'alice@example.com.evil.example'],
    ['the name in other letters', 'Alice@example.com'],
    ['a pattern that would match it', 'a.*@example\\.com'],
    ['a pattern that matches everything', '.*'],
  ])('for %s', async (_what, identity) => {
    expect(await check({ identity })).toMatchObject({
      code: 'does-not-verify',
      reason: expect.stringContaining('was signed by alice@example.com'),
    });
  });

  it.each([
    ['alice@example.com', 'aliceXexample.com'],
    ['alice@example.com', 'alice@example.com.evil.example'],
    ['alice@example.com', 'malice@example.com'],
    ['a+b@example.com', 'aab@example.com'],
  ])('where %s is wanted and the look-alike %s signed', async (wanted, signedBy) => {
    sigstore.person = person(signedBy);
    const signer = await openSigner(INTERACTIVE, context());
    expect(signer.key.keyval.identity).toBe(signedBy);
    const made = await bundled(signer);
    expect(await verifySignature(signer.key, message, made)).toEqual({ valid: true });
    const key = sigstoreKey({ identity: wanted, issuer: GITHUB });
    expect(await verifySignature(key, message, made)).toMatchObject({ code: 'does-not-verify' });
  });

  it.each([
    'https://accounts.google.com',
    'https://github.com/login/oauth/',
    'https://github.com/login',
    'http://github.com/login/oauth',
  ])('for the same name, vouched for by another issuer: %s', async (issuer) => {
    expect(await check({ issuer })).toMatchObject({
      code: 'does-not-verify',
      reason: expect.stringContaining(GITHUB),
    });
  });

  it('over another content', async () => {
    for (const bytes of [
      new Uint8Array(),
      Uint8Array.of(...message, 32),
      new TextEncoder().encode('{"_type":"rooT"}'),
    ])
      expect(await check({ bytes })).toMatchObject({
        code: 'does-not-verify',
        reason: expect.stringContaining('other content'),
      });
  });

  it('where the bundle says that it is about this content, and its signature is not', async () => {
    const bytes = new TextEncoder().encode('other');
    const digest = 'e/D7B0gwo1d3gn8NbR18MUs/oVWeXYAiOVTs1G6E7s4=';
    const answer = await check({ bytes }, ({ sig, bundle }) => ({
      sig,
      bundle: {
        ...bundle,
        messageSignature: {
          ...(bundle.messageSignature as JsonObject),
          messageDigest: { algorithm: 'SHA2_256', digest },
        },
      },
    }));
    expect(answer).toMatchObject({ valid: false, code: 'does-not-verify' });
  });

  it('without its bundle, or with a bundle that holds another signature', async () => {
    expect(await check({}, ({ sig }) => ({ sig }))).toMatchObject({ code: 'no-bundle' });
    const other = await bundled(await openSigner(INTERACTIVE, context()));
    expect(await check({}, ({ bundle }) => ({ sig: other.sig, bundle }))).toMatchObject({
      code: 'does-not-verify',
    });
    expect(await check({}, ({ bundle }) => ({ sig: '', bundle }))).toMatchObject({ code: 'unsigned' });
  });

  it('never for being written in base64, as securesystemslib does', async () => {
    const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
    expect(await check({}, ({ sig, bundle }) => ({ sig: base64(sig), bundle }))).toEqual({ valid: true });
  });

  it.each([
    ['nothing', {}],
    ['null inside', { messageSignature: null }],
    ['an array', { messageSignature: [] }],
    ['a name of JavaScript', { messageSignature: { __proto__: null, signature: 'constructor' } }],
  ] as [string, JsonObject][])('where the bundle is %s', async (_what, bundle) => {
    expect(await check({}, ({ sig }) => ({ sig, bundle }))).toMatchObject({ code: 'does-not-verify' });
  });

  it.each([
    ['a certificate', ['verificationMaterial', 'x509CertificateChain']],
    ['a log entry', ['verificationMaterial', 'tlogEntries']],
    ['a digest', ['messageSignature', 'messageDigest']],
    ['a media type', ['mediaType']],
  ])('where the bundle lacks %s', async (_what, path) => {
    const without = (value: JsonObject, [name = '', ...rest]: readonly string[]): JsonObject => {
      const { [name]: member, ...others } = value;
      return rest.length > 0 ? { ...others, [name]: without(member as JsonObject, rest) } : others;
    };
    const answer = await check({}, ({ sig, bundle }) => ({ sig, bundle: without(bundle, path) }));
    expect(answer).toMatchObject({ code: 'does-not-verify', reason: expect.stringMatching(/.{10}/) });
  });

  it('where any byte of the bundle’s evidence was changed', async () => {
    const { bundle } = await signedByAlice();
    const text = JSON.stringify(bundle);
    const values = [...text.matchAll(/"([A-Za-z0-9+/]{40,}={0,2})"/g)];
    expect(values.length).toBeGreaterThan(6);
    for (const { 1: value = '', index } of values) {
      // Repeated from the checkpoint that the log signed, which is what is compared.
      if (text.slice(0, index).endsWith('"rootHash":')) continue;
      const at = index + 1 + Math.floor(value.length / 2);
      const other = text[at] === 'A' ? 'B' : 'A';
      const changed: JsonObject = JSON.parse(`${text.slice(0, at)}${other}${text.slice(at + 1)}`);
      const answer = await check({}, ({ sig }) => ({ sig, bundle: changed }));
      expect([value.slice(0, 12), answer.valid]).toEqual([value.slice(0, 12), false]);
    }
  });

  it('where the entry is in another log, the certificate of another authority, or from another certificate log', async () => {
    const other = JSON.parse(readFileSync(secondLog.trustConfig, 'utf8')).trustedRoot;
    for (const part of ['tlogs', 'certificateAuthorities', 'ctlogs', 'timestampAuthorities']) {
      trust(
        trustConfigWith((config) => ({
          ...config,
          trustedRoot: { ...(config.trustedRoot as JsonObject), [part]: other[part] },
        })),
      );
      expect(await check({}), part).toMatchObject({ valid: false, code: 'does-not-verify' });
    }
    trust(sigstore);
    expect(await check({})).toEqual({ valid: true });
  });

  it('where it signs an envelope of its own, which says nothing about this content', async () => {
    const { signingConfig } = sigstore.config;
    if (!signingConfig) throw new Error('no configuration');
    const session = await SigningSession.begin(certificateAuthority(signingConfig), () =>
      sigstore.token(person('alice@example.com')),
    );
    const builder = new DSSEBundleBuilder({ signer: session, witnesses: await witnesses(signingConfig) });
    const envelope = await builder.create({ data: Buffer.from(message), type: 'text/plain' });
    const bundle: JsonObject = JSON.parse(JSON.stringify(bundleToJSON(envelope)));
    const { sig = '' } = (bundle.dsseEnvelope as { signatures: { sig: string }[] }).signatures[0] ?? {};
    for (const disguised of [bundle, { ...bundle, messageSignature: { signature: sig } }]) {
      const answer = await check({}, () => ({
        sig: Buffer.from(sig, 'base64').toString('hex'),
        bundle: disguised,
      }));
      expect(answer).toMatchObject({ valid: false, code: 'does-not-verify' });
    }
  });

  it('as one that cannot be checked where the trust root cannot be had, or nothing checks bundles', async () => {
    trust({ trustConfig: '/nowhere/sigstore.json' });
    expect(await check({})).toMatchObject({
      code: 'cannot-check',
      reason: expect.stringContaining('/nowhere/sigstore.json'),
    });
    provideSigstoreVerifier(() => Promise.reject(new Error('no network')));
    expect(await check({})).toMatchObject({
      code: 'cannot-check',
      reason: expect.stringContaining('no network'),
    });
  });
});

/** A URL at which nothing answers. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

describe('a service of Sigstore', () => {
  it.each([
    ['fulcio', 400, 'service-refused', 'certificate authority'],
    ['rekor', 400, 'service-refused', 'transparency log'],
    ['rekor', 429, 'service-busy', 'transparency log'],
    ['tsa', 500, 'service-busy', 'timestamp authority'],
  ] as const)('that fails is named: %s with %i', async (name, status, code, words) => {
    sigstore.broken.set(name, status);
    const error = await signerError(
      openSigner(INTERACTIVE, context()).then((signer) => signer.sign(message)),
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(error.message).toContain(`HTTP ${status}`);
  });

  it.each([
    ['caUrls', 'certificate authority of Sigstore does not answer'],
    ['oidcUrls', 'does not answer (ECONNREFUSED)'],
  ])('that is not there is named: %s', async (service, words) => {
    const closed = await closedPort();
    const nowhere = trustConfigWith((config) => {
      const services = config.signingConfig as Record<string, JsonObject[]>;
      const moved = services[service]?.map((one) => ({ ...one, url: closed }));
      return { ...config, signingConfig: { ...services, [service]: moved } };
    });
    const error = await signerError(
      openSigner(INTERACTIVE, context({}, nowhere)).then((signer) => signer.sign(message)),
    );
    expect(error).toMatchObject({ code: 'service-unreachable', message: expect.stringContaining(words) });
  });

  it('that is too new or no longer in use is not chosen', async () => {
    for (const change of [
      { majorApiVersion: 9 },
      { validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } },
    ]) {
      const none = trustConfigWith((config) => {
        const services = config.signingConfig as Record<string, JsonObject[]>;
        const changed = services.rekorTlogUrls?.map((one) => ({ ...one, ...change }));
        return { ...config, signingConfig: { ...services, rekorTlogUrls: changed } };
      });
      const error = await signerError(openSigner(INTERACTIVE, context({}, none)));
      expect(error).toMatchObject({
        code: 'service-refused',
        message: expect.stringContaining('transparency log'),
      });
    }
  });
});

describe('a signer URI for Sigstore', () => {
  it.each(['sigstore:alice', 'sigstore:?ambient=maybe', 'sigstore://x'])('is refused: %s', async (uri) => {
    expect((await signerError(openSigner(uri, context()))).code).toBe('malformed-uri');
  });

  it.each([
    ['is not there', undefined],
    ['is no JSON', 'hello'],
    ['has no trust root', '{"signingConfig":{}}'],
  ])('is refused where the trust configuration %s', async (_what, content) => {
    const file = join(temporaryFolder(), 'sigstore.json');
    if (content !== undefined) writeFileSync(file, content);
    const error = await signerError(openSigner(INTERACTIVE, context({}, { trustConfig: file })));
    expect(error.message).toContain(file);
  });
});
