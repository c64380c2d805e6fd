import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { canonicalize as tufjsCanonicalize } from '@tufjs/canonical-json';
import { describe, expect, it } from 'vitest';
import { hashHex } from '../../src/tuf/crypto/index.ts';
import { encodePem } from '../../src/tuf/crypto/pem.ts';
import { parseJson } from '../../src/tuf/json.ts';
import {
  classifyKey,
  computeKeyid,
  describeKey,
  type Key,
  KeyError,
  keyFromSpki,
  parseKey,
  publicKeyIdentity,
  samePublicKey,
} from '../../src/tuf/key.ts';
import { sigstoreKey } from '../../src/tuf/sigstore.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const SIGSTORE = new URL('sigstore-root-signing/metadata/', DATA);
const DEMO = new URL('tuf-demo/metadata/', DATA);
const hasData = existsSync(SIGSTORE) && existsSync(DEMO);

const ed25519 = generateKeyPairSync('ed25519').publicKey;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const mlDsa44 = generateKeyPairSync('ml-dsa-44').publicKey;
const mlDsa87 = generateKeyPairSync('ml-dsa-87').publicKey;

function pem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function der(publicKey: KeyObject): Uint8Array {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function key(keytype: string, scheme: string, text: string, more: Record<string, string> = {}): Key {
  return { keytype, scheme, keyval: { public: text }, ...more };
}

/** The end of the SPKI: 64 hex digits for Ed25519, 130 for P-256. */
function rawHex(publicKey: KeyObject, bytes: number): string {
  return Buffer.from(der(publicKey)).subarray(-bytes).toString('hex');
}

/** An ML-DSA-44 key without its last byte, in a SubjectPublicKeyInfo whose lengths are right. */
function shortened(spki: Uint8Array): Uint8Array {
  const head = Uint8Array.from(spki);
  head[3] = (head[3] ?? 0) - 1;
  head[20] = (head[20] ?? 0) - 1;
  return head.subarray(0, -1);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof KeyError ? error.code : `another error: ${error}`;
  }
  return 'nothing thrown';
}

describe('a key read from metadata', () => {
  it('is the object itself, with its unknown fields', () => {
    const value = {
      keytype: 'a',
      scheme: 'b',
      keyval: { public: 'c', more: 'd' },
      'x-own': [1, { two: null }],
    };
    expect(parseKey(value, 'keys.a')).toBe(value);
  });

  it.each([
    ['null', null, 'keys.a:'],
    ['an array', [], 'keys.a:'],
    ['text', 'key', 'keys.a:'],
    ['no keytype', { scheme: 'b', keyval: {} }, 'keys.a.keytype:'],
    ['a keytype that is a number', { keytype: 1, scheme: 'b', keyval: {} }, 'keys.a.keytype:'],
    ['an empty scheme', { keytype: 'a', scheme: '', keyval: {} }, 'keys.a.scheme:'],
    ['no keyval', { keytype: 'a', scheme: 'b' }, 'keys.a.keyval:'],
    ['a keyval that is an array', { keytype: 'a', scheme: 'b', keyval: [] }, 'keys.a.keyval:'],
    [
      'a public that is an object',
      { keytype: 'a', scheme: 'b', keyval: { public: {} } },
      'keys.a.keyval.public:',
    ],
    [
      'another member that is no text',
      { keytype: 'a', scheme: 'b', keyval: { x: null } },
      'keys.a.keyval.x:',
    ],
  ])('is refused as %s, and the error names the place', (_what, value, where) => {
    expect(() => parseKey(value, 'keys.a')).toThrow(where);
    expect(codeOf(() => parseKey(value, 'keys.a'))).toBe('key-shape');
  });

  it('takes nothing from prototypes', () => {
    const text = '{"__proto__":{"keytype":"ed25519","scheme":"ed25519"},"keyval":{"__proto__":"x"}}';
    expect(codeOf(() => parseKey(parseJson(text), 'key'))).toBe('key-shape');
    const hostile = parseKey(
      parseJson('{"keytype":"ecdsa","scheme":"constructor","keyval":{"__proto__":"x"}}'),
      'key',
    );
    expect(classifyKey(hostile)).toMatchObject({ status: 'unsupported' });
  });
});

describe('the keyid', () => {
  it('is the hash of the canonical form of the whole object', () => {
    const made = key('ecdsa', 'ecdsa-sha2-nistp256', pem(p256), { 'x-tuf-on-ci-keyowner': '@naïve' });
    expect(computeKeyid(made)).toBe(hashHex('sha256', tufjsCanonicalize(made)));
    const { 'x-tuf-on-ci-keyowner': _owner, ...bare } = made;
    expect(computeKeyid(bare as Key)).not.toBe(computeKeyid(made));
  });

  it.skipIf(!hasData)('is the one under which the demo repository lists its newest keys', () => {
    const root = JSON.parse(readFileSync(new URL('root.json', DEMO), 'utf8'));
    const listed = Object.entries<Key>(root.signed.keys);
    expect(listed.length).toBeGreaterThan(2);
    for (const [keyid, listedKey] of listed) {
      // The field was added by hand to test that clients keep it; the keyid is from before.
      if (!Object.hasOwn(listedKey, 'x-unknown-field-for-test')) expect(computeKeyid(listedKey)).toBe(keyid);
    }
  });
});

describe('what a key is good for', () => {
  it.each([
    ['Ed25519', key('ed25519', 'ed25519', rawHex(ed25519, 32)), 'ed25519'],
    ['P-256', key('ecdsa', 'ecdsa-sha2-nistp256', pem(p256)), 'ecdsa-p256'],
    [
      'P-256 under its older keytype',
      key('ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256', pem(p256)),
      'ecdsa-p256',
    ],
    [
      'P-256 without the last newline',
      key('ecdsa', 'ecdsa-sha2-nistp256', pem(p256).trimEnd()),
      'ecdsa-p256',
    ],
    ['RSA', key('rsa', 'rsassa-pss-sha256', pem(rsa)), 'rsa-pss-sha256'],
    ['ML-DSA-44', key('ml-dsa', 'ml-dsa-44/1', pem(mlDsa44)), 'ml-dsa-44'],
    ['ML-DSA-87', key('ml-dsa', 'ml-dsa-87/1', pem(mlDsa87)), 'ml-dsa-87'],
  ])('%s verifies and may be enrolled', (_name, made, algorithm) => {
    expect(classifyKey(made)).toMatchObject({ status: 'supported', algorithm, enrolable: true });
  });

  it.each([
    [
      'the old hex form of P-256',
      key('ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256', rawHex(p256, 65)),
      'hex form',
    ],
    [
      'the old hex form under the newer keytype',
      key('ecdsa', 'ecdsa-sha2-nistp256', rawHex(p256, 65)),
      'hex form',
    ],
    ['Ed25519 in PEM', key('ed25519', 'ed25519', pem(ed25519)), 'PEM'],
    ['upper-case hex', key('ed25519', 'ed25519', `${rawHex(ed25519, 32).toUpperCase()}`), 'upper case'],
    ['Windows line ends', key('rsa', 'rsassa-pss-sha256', pem(rsa).replaceAll('\n', '\r\n')), 'wrapped'],
  ])('%s verifies where it exists and may not be enrolled', (_name, made, reason) => {
    expect(classifyKey(made)).toMatchObject({ status: 'supported', enrolable: false });
    expect((classifyKey(made) as { reason: string }).reason).toContain(reason);
  });

  it.each([
    ['ecdsa', 'ecdsa-sha2-nistp384', 'ECDSA P-384'],
    ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384', 'ECDSA P-384'],
    ['ecdsa', 'ecdsa-sha2-nistp521', 'ECDSA P-521'],
    ['rsa', 'rsa-pkcs1v15-sha256', 'RSA PKCS#1 v1.5'],
    ['rsa', 'rsassa-pss-sha384', 'RSA-PSS with another hash than SHA-256'],
    ['rsa', 'rsassa-pss-sha512', 'RSA-PSS with another hash than SHA-256'],
    ['sigstore-oidc', 'fulcio', 'Sigstore identity'],
    ['ml-dsa', 'ml-dsa-44/2', 'ML-DSA'],
    ['ml-dsa', 'ml-dsa-87/01', 'ML-DSA'],
    ['ml-dsa', 'ml-dsa-44', 'ml-dsa/ml-dsa-44'],
    ['ml-dsa-44', 'ml-dsa-44/1', 'ml-dsa-44/ml-dsa-44/1'],
    ['rsa', 'pgp+rsa-pkcsv1.5', 'GPG'],
    ['eddsa', 'pgp+eddsa-ed25519', 'GPG'],
    ['sk-ssh-ed25519@openssh.com', 'sk-ssh-ed25519@openssh.com', 'SSH security key'],
    ['webauthn', 'webauthn', 'WebAuthn'],
    ['ed25519', 'ed25519ph', 'ed25519/ed25519ph'],
    ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384/ecdsa-sha2-nistp256'],
    ['rsa', 'ed25519', 'rsa/ed25519'],
  ])('%s with %s is recognised and not supported', (keytype, scheme, name) => {
    expect(classifyKey(key(keytype, scheme, pem(rsa)))).toMatchObject({ status: 'unsupported', name });
  });

  it.each([
    ['a point of small order', key('ed25519', 'ed25519', `01${'00'.repeat(31)}`), 'weak'],
    [
      'an RSA key of 1024 bits',
      key('rsa', 'rsassa-pss-sha256', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)),
      'weak',
    ],
    [
      'a point that is not on the curve',
      key('ecdsa', 'ecdsa-sha2-nistp256', `04${'11'.repeat(64)}`),
      'invalid',
    ],
    ['an Ed25519 key of 31 bytes', key('ed25519', 'ed25519', '11'.repeat(31)), 'invalid'],
    ['an odd number of hex digits', key('ed25519', 'ed25519', rawHex(ed25519, 32).slice(1)), 'invalid'],
    [
      'PEM that does not parse',
      key('rsa', 'rsassa-pss-sha256', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'),
      'invalid',
    ],
    ['PEM with text before it', key('rsa', 'rsassa-pss-sha256', `x\n${pem(rsa)}`), 'invalid'],
    [
      'a PKCS#1 block',
      key('rsa', 'rsassa-pss-sha256', rsa.export({ type: 'pkcs1', format: 'pem' }).toString()),
      'invalid',
    ],
    ['RSA said to be ECDSA', key('ecdsa', 'ecdsa-sha2-nistp256', pem(rsa)), 'invalid'],
    ['P-384 said to be P-256', key('ecdsa', 'ecdsa-sha2-nistp256', pem(p384)), 'invalid'],
    ['P-256 said to be RSA', key('rsa', 'rsassa-pss-sha256', pem(p256)), 'invalid'],
    ['P-256 said to be Ed25519', key('ed25519', 'ed25519', pem(p256)), 'invalid'],
    ['ML-DSA-87 said to be ML-DSA-44', key('ml-dsa', 'ml-dsa-44/1', pem(mlDsa87)), 'invalid'],
    ['Ed25519 said to be ML-DSA-44', key('ml-dsa', 'ml-dsa-44/1', pem(ed25519)), 'invalid'],
    ['ML-DSA-44 as hex', key('ml-dsa', 'ml-dsa-44/1', rawHex(mlDsa44, 1312)), 'invalid'],
    [
      'an ML-DSA-44 key that is a byte short',
      key('ml-dsa', 'ml-dsa-44/1', encodePem('PUBLIC KEY', shortened(der(mlDsa44)))),
      'invalid',
    ],
    ['an empty text', key('ed25519', 'ed25519', ''), 'invalid'],
    ['megabytes', key('ed25519', 'ed25519', '11'.repeat(1_000_000)), 'invalid'],
    ['no public key', { keytype: 'ed25519', scheme: 'ed25519', keyval: {} } as Key, 'invalid'],
  ])('%s is refused, with a reason', (_name, made, status) => {
    const support = classifyKey(made);
    expect(support).toMatchObject({ status, reason: expect.stringMatching(/.{10}/) });
  });

  it('a Sigstore identity names a person or a workflow, and may be enrolled', () => {
    const made = sigstoreKey({ identity: 'a@example.com', issuer: 'https://github.com/login/oauth' });
    expect(classifyKey(made)).toEqual({
      status: 'supported',
      enrolable: true,
      name: 'Sigstore identity a@example.com of https://github.com/login/oauth',
      algorithm: 'sigstore',
      identity: { identity: 'a@example.com', issuer: 'https://github.com/login/oauth' },
    });
    const more = { ...made, keyval: { ...made.keyval, public: 'x' } };
    expect(classifyKey(more)).toMatchObject({ status: 'supported', enrolable: false });
  });

  it.each([
    ['without an issuer', { identity: 'a@example.com' }],
    ['without an identity', { issuer: 'https://github.com/login/oauth' }],
    ['with an empty identity', { identity: '', issuer: 'https://github.com/login/oauth' }],
    ['whose issuer is no URL', { identity: 'a@example.com', issuer: 'github' }],
    ['whose issuer is a script', { identity: 'a@example.com', issuer: 'javascript:alert(1)' }],
    ['with control characters', { identity: 'a@example.com\n', issuer: 'https://github.com' }],
    ['with a space', { identity: 'a@example.com b', issuer: 'https://github.com' }],
    ['in letters that look alike', { identity: '\u0430@example.com', issuer: 'https://github.com' }],
    ['of megabytes', { identity: 'a'.repeat(1_000_000), issuer: 'https://github.com' }],
    ['from a prototype', JSON.parse('{"__proto__":{"identity":"a@b","issuer":"https://c"}}')],
  ])('a Sigstore identity %s is refused', (_what, keyval) => {
    expect(classifyKey({ keytype: 'sigstore-oidc', scheme: 'Fulcio', keyval })).toMatchObject({
      status: 'invalid',
      name: 'Sigstore identity',
    });
  });

  it('follows the content of the object, not the object', () => {
    const text = { public: rawHex(ed25519, 32) };
    const made: Key = { keytype: 'ed25519', scheme: 'ed25519', keyval: text };
    expect(classifyKey(made).status).toBe('supported');
    text.public = `01${'00'.repeat(31)}`;
    expect(classifyKey(made).status).toBe('weak');
  });

  it.skipIf(!hasData)('is known for every key of the real repositories', () => {
    const seen = new Map<string, number>();
    for (const folder of [SIGSTORE, DEMO, new URL('pqc-test-repo/metadata/', DATA)]) {
      for (const name of readdirSync(folder, { recursive: true })) {
        if (!`${name}`.endsWith('.json')) continue;
        const { signed } = JSON.parse(readFileSync(new URL(`${name}`, folder), 'utf8'));
        for (const made of Object.values<Key>({ ...signed.keys, ...signed.delegations?.keys })) {
          const support = classifyKey(parseKey(made, `${name}`));
          const form = `${support.status} ${support.name}${support.status === 'supported' ? ` ${support.enrolable}` : ''}`;
          seen.set(form, (seen.get(form) ?? 0) + 1);
        }
      }
    }
    expect([...seen.keys()].sort()).toEqual([
      'supported ECDSA P-256 false',
      'supported ECDSA P-256 true',
      'supported ML-DSA-44 true',
    ]);
  });
});

describe('a newly enrolled key', () => {
  it.each([
    ['Ed25519', ed25519, 'ed25519', 'ed25519', () => rawHex(ed25519, 32)],
    ['P-256', p256, 'ecdsa', 'ecdsa-sha2-nistp256', () => pem(p256)],
    ['RSA', rsa, 'rsa', 'rsassa-pss-sha256', () => pem(rsa)],
    ['ML-DSA-44', mlDsa44, 'ml-dsa', 'ml-dsa-44/1', () => pem(mlDsa44)],
    ['ML-DSA-87', mlDsa87, 'ml-dsa', 'ml-dsa-87/1', () => pem(mlDsa87)],
  ])('has its one form: %s', (_name, publicKey, keytype, scheme, text) => {
    const made = keyFromSpki(der(publicKey));
    expect(made).toEqual({ keytype, scheme, keyval: { public: text() } });
    expect(keyFromSpki(pem(publicKey))).toEqual(made);
    expect(classifyKey(made)).toMatchObject({ status: 'supported', enrolable: true });
  });

  it.skipIf(!hasData)('has the form that the demo repository uses', () => {
    const root = JSON.parse(readFileSync(new URL('root.json', DEMO), 'utf8'));
    for (const listed of Object.values<Key>(root.signed.keys)) {
      expect(listed).toMatchObject(keyFromSpki(listed.keyval.public ?? ''));
    }
  });

  it.each([
    ['P-384', der(p384), 'key-unsupported', 'ECDSA P-384'],
    [
      'a point of small order',
      Uint8Array.of(...Buffer.from('302a300506032b6570032100', 'hex'), 1, ...new Array(31).fill(0)),
      'key-weak',
      'small order',
    ],
    ['nothing', new Uint8Array(), 'key-invalid', 'SubjectPublicKeyInfo'],
    ['text that is no PEM', 'hello', 'key-invalid', 'PEM'],
    [
      'a private key',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'key-invalid',
      'PUBLIC KEY',
    ],
  ])('is refused: %s', (_name, spki, code, word) => {
    expect(codeOf(() => keyFromSpki(spki))).toBe(code);
    expect(() => keyFromSpki(spki)).toThrow(word);
  });
});

describe('two key objects hold the same public key', () => {
  it('whatever the spelling, encoding and extra fields', () => {
    const forms = [
      key('ecdsa', 'ecdsa-sha2-nistp256', pem(p256)),
      key('ecdsa', 'ecdsa-sha2-nistp256', pem(p256).trimEnd(), { 'x-tuf-on-ci-keyowner': '@a' }),
      key('ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256', pem(p256).replaceAll('\n', '\r\n')),
      key('ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256', rawHex(p256, 65)),
      key('ecdsa', 'ecdsa-sha2-nistp256', rawHex(p256, 65).toUpperCase()),
    ];
    for (const a of forms) for (const b of forms) expect(samePublicKey(a, b)).toBe(true);
    expect(new Set(forms.map(computeKeyid)).size).toBe(forms.length);
    expect(
      samePublicKey(key('ed25519', 'ed25519', rawHex(ed25519, 32)), key('ed25519', 'ed25519', pem(ed25519))),
    ).toBe(true);
  });

  it('also where one of the schemes is not supported', () => {
    expect(
      samePublicKey(key('rsa', 'rsassa-pss-sha256', pem(rsa)), key('rsa', 'rsassa-pss-sha512', pem(rsa))),
    ).toBe(true);
    expect(
      samePublicKey(
        key('ecdsa', 'ecdsa-sha2-nistp384', pem(p384)),
        key('ecdsa', 'ecdsa-sha2-nistp384', pem(p384).trimEnd()),
      ),
    ).toBe(true);
    const identity = { identity: 'a@example.com', issuer: 'https://accounts.example.com' };
    const sigstore: Key = { keytype: 'sigstore-oidc', scheme: 'Fulcio', keyval: identity };
    const other: Key = { ...sigstore, keyval: { ...identity, identity: 'b@example.com' } };
    expect(samePublicKey(sigstore, { ...sigstore, 'x-more': 1 })).toBe(true);
    expect(samePublicKey(sigstore, other)).toBe(false);
  });

  it('and not otherwise', () => {
    const keys = [
      keyFromSpki(der(ed25519)),
      keyFromSpki(der(p256)),
      keyFromSpki(der(rsa)),
      keyFromSpki(der(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)),
      key('ecdsa', 'ecdsa-sha2-nistp384', pem(p384)),
    ];
    expect(new Set(keys.map(publicKeyIdentity)).size).toBe(keys.length);
  });
});

describe('a key described for people', () => {
  it('has its kind and the start of its keyid', () => {
    const made = keyFromSpki(der(ed25519));
    expect(describeKey(made)).toBe(`Ed25519 ${computeKeyid(made).slice(0, 8)}…`);
    expect(describeKey(keyFromSpki(der(rsa)))).toMatch(/^RSA 2048 bits [0-9a-f]{8}…$/);
  });

  it('carries nothing hostile over from the file, and never throws', () => {
    const hostile = key('\u001b[31m<script>\n|`', `x${'y'.repeat(1000)}`, 'z');
    expect(describeKey(hostile)).toMatch(/^[\w.@+/?-]+ [0-9a-f]{8}…$/);
    expect(describeKey({ ...hostile, fraction: 0.5 })).toContain('without a keyid');
    expect(encodePem('PUBLIC KEY', new Uint8Array())).toContain('BEGIN');
  });
});
