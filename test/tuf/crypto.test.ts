import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Point } from '@noble/ed25519';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createHasher,
  fromHex,
  hashHex,
  provider,
  sha256,
  sha512,
  toHex,
  verify,
} from '../../src/tuf/crypto/index.ts';
import { nodeProvider } from '../../src/tuf/crypto/node.ts';
import { decodePem, encodePem } from '../../src/tuf/crypto/pem.ts';
import { portableProvider } from '../../src/tuf/crypto/portable.ts';
import type { CryptoProvider, PublicKey } from '../../src/tuf/crypto/provider.ts';
import { importEd25519, importP256, importSpki } from '../../src/tuf/crypto/public-key.ts';
import { p256Compact } from '../../src/tuf/crypto/signature-form.ts';
import { signedMessage } from '../../src/tuf/signed-message.ts';

const node = nodeProvider() as CryptoProvider;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const TORSION = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function imported(publicKey: KeyObject): PublicKey {
  const result = importSpki(publicKey.export({ type: 'spki', format: 'der' }));
  if (!result.ok) throw new Error(result.problem.reason);
  return result.key;
}

function problem(result: ReturnType<typeof importSpki>): string {
  return result.ok ? 'accepted' : `${result.problem.status}: ${result.problem.name}`;
}

function littleEndian(value: bigint): Uint8Array {
  const hex = value.toString(16).padStart(64, '0');
  return (fromHex(hex) as Uint8Array).toReversed();
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`);
}

function derInteger(value: bigint): Uint8Array {
  let hex = value.toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
  return Uint8Array.of(2, hex.length / 2, ...(fromHex(hex) as Uint8Array));
}

function derSignature(...integers: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(integers);
  return Uint8Array.of(0x30, content.length, ...content);
}

/** Asks both libraries, and fails where they differ. */
async function bothSay(key: PublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const fast = await verify(key, message, signature, node);
  const portable = await verify(key, message, signature, portableProvider);
  expect({ signature: toHex(signature), valid: portable }).toEqual({
    signature: toHex(signature),
    valid: fast,
  });
  return fast;
}

const ed25519Pair = generateKeyPairSync('ed25519');
const p256Pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = { padding: 6, saltLength: 32 };
const ML_DSA_SETS = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const;
const mlDsaPairs = new Map(ML_DSA_SETS.map((set) => [set, generateKeyPairSync(set as 'ml-dsa-44')]));

const signers: (readonly [
  name: string,
  key: PublicKey,
  sign: (message: Uint8Array) => Uint8Array,
  runs: number,
])[] = [
  ['Ed25519', imported(ed25519Pair.publicKey), (message) => sign(null, message, ed25519Pair.privateKey), 100],
  [
    'ECDSA P-256',
    imported(p256Pair.publicKey),
    (message) => sign('sha256', message, p256Pair.privateKey),
    200,
  ],
  [
    'RSA',
    imported(rsaPair.publicKey),
    (message) => sign('sha256', message, { key: rsaPair.privateKey, ...pss }),
    100,
  ],
  ...[...mlDsaPairs].map(
    ([set, { publicKey, privateKey }]) =>
      [set, imported(publicKey), (message: Uint8Array) => sign(null, message, privateKey), 40] as const,
  ),
];

describe('the two cryptographic libraries', () => {
  it('are chosen so that Node uses its own', () => {
    expect(provider).not.toBe(portableProvider);
    expect(node).toBeDefined();
  });

  it.each(signers)(
    'agree on valid and on damaged signatures: %s',
    async (_name, key, signMessage, numRuns) => {
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          fc.constantFrom('none', 'bit', 'cut', 'extra', 'message', 'random'),
          fc.nat(),
          async (message, damage, at) => {
            let signature = Uint8Array.from(signMessage(message));
            let signed = message;
            if (damage === 'bit') {
              const index = at % signature.length;
              signature[index] = (signature[index] ?? 0) ^ (1 << (at % 8));
            }
            if (damage === 'cut') signature = signature.subarray(0, at % signature.length);
            if (damage === 'extra') signature = Uint8Array.of(...signature, at & 0xff);
            if (damage === 'message') signed = Uint8Array.of(...message, 0);
            if (damage === 'random') {
              for (let i = at % signature.length; i < signature.length; i++) signature[i] = (i * at) & 0xff;
            }
            const valid = await bothSay(key, signed, signature);
            expect(valid).toBe(damage === 'none');
            if (valid) accepted++;
          },
        ),
        { numRuns, seed: 20261124 },
      );
      expect(accepted).toBeGreaterThan(5);
    },
  );

  it('give the same hashes, at once and piece by piece', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 })),
        fc.constantFrom('sha256', 'sha512'),
        (pieces, name) => {
          const whole = Uint8Array.from(Buffer.concat(pieces));
          const expected = createHash(name).update(whole).digest('hex');
          for (const library of [node, portableProvider]) {
            const hasher = library.createHasher(name);
            for (const piece of pieces) hasher.update(piece);
            expect(toHex(hasher.digest())).toBe(expected);
            expect(toHex(library.hash(name, whole))).toBe(expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('hash text as UTF-8', () => {
    for (const text of ['', 'abc', 'naïve/ü/😀', 'lone \ud800 surrogate']) {
      expect(toHex(node.hash('sha256', text))).toBe(toHex(portableProvider.hash('sha256', text)));
      expect(node.hashHex('sha512', text)).toBe(portableProvider.hashHex('sha512', text));
      expect(sha256(text)).toEqual(sha256(bytes(text)));
    }
  });

  it('agree on what is a P-256 point', () => {
    const { point } = imported(p256Pair.publicKey) as { point: Uint8Array };
    const moved = point.slice();
    moved[64] = (moved[64] ?? 0) ^ 1;
    const hybrid = point.slice();
    hybrid[0] = 6 + ((point[64] ?? 0) & 1);
    const compressed = Uint8Array.of(2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33));
    const aboveField = Uint8Array.from([4, ...new Array(64).fill(0xff)]);
    const zero = new Uint8Array(65);
    zero[0] = 4;
    for (const library of [node, portableProvider]) {
      expect(library.isP256Point(point)).toBe(true);
      for (const hostile of [
        moved,
        hybrid,
        compressed,
        aboveField,
        zero,
        Uint8Array.of(0),
        new Uint8Array(0),
      ]) {
        expect(library.isP256Point(hostile)).toBe(false);
      }
    }
  });
});

describe('where Node is missing', () => {
  it('the core checks keys and signatures of every kind with the portable library', () => {
    const message = bytes('hello');
    const keys = [ed25519Pair, p256Pair, rsaPair, ...mlDsaPairs.values()].map(({ publicKey }) =>
      publicKey.export({ type: 'spki', format: 'pem' }),
    );
    const signatures = signers.map(([, key, signMessage]) =>
      toHex(signMessage(signedMessage(key.algorithm, message))),
    );
    const script = `
      process.getBuiltinModule = undefined;
      const [signatures, keys] = JSON.parse(process.argv[1]);
      const { keyFromSpki } = await import('./src/tuf/key.ts');
      const { verifySignature } = await import('./src/tuf/signature.ts');
      const { provider } = await import('./src/tuf/crypto/index.ts');
      const { portableProvider } = await import('./src/tuf/crypto/portable.ts');
      const answers = [provider === portableProvider];
      for (const text of ['hello', 'other']) {
        for (const [i, pem] of keys.entries()) {
          const check = await verifySignature(keyFromSpki(pem), new TextEncoder().encode(text), signatures[i]);
          answers.push(check.valid);
        }
      }
      console.log(JSON.stringify(answers));`;
    const data = JSON.stringify([signatures, keys]);
    const root = new URL('../../', import.meta.url);
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, data], { cwd: root });
    const each = keys.map(() => true);
    expect(JSON.parse(output.toString())).toEqual([true, ...each, ...each.map((valid) => !valid)]);
  });
});

describe('an Ed25519 signature', () => {
  const secret = 0x1234567890abcdefn * 2n ** 128n + 99n;
  const A = Point.BASE.multiply(secret);
  const key = importEd25519(A.toBytes());
  if (!key.ok) throw new Error('the test key is valid');
  const message = bytes('hello');

  function forge(R: Uint8Array, nonce: bigint): Uint8Array {
    const k = fromLittleEndian(sha512(Buffer.concat([R, A.toBytes(), message]))) % L;
    return Uint8Array.of(...R, ...littleEndian((nonce + k * secret) % L));
  }

  it('is accepted when made by hand from the equation', async () => {
    expect(await bothSay(key.key, message, forge(Point.BASE.multiply(7n).toBytes(), 7n))).toBe(true);
  });

  it('is refused when R carries a component of small order', async () => {
    for (let i = 1n; i < 8n; i++) {
      const R = Point.BASE.multiply(7n).add(TORSION.multiply(i)).toBytes();
      expect(await bothSay(key.key, message, forge(R, 7n))).toBe(false);
    }
    for (let i = 1n; i < 8n; i++) {
      expect(await bothSay(key.key, message, forge(TORSION.multiply(i).toBytes(), 0n))).toBe(false);
    }
  });

  it('is refused when R is the identity, written properly or not', async () => {
    for (const R of [
      toHex(Point.ZERO.toBytes()),
      '0100000000000000000000000000000000000000000000000000000000000080',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    ]) {
      expect(await bothSay(key.key, message, forge(fromHex(R) as Uint8Array, 0n))).toBe(false);
    }
  });

  it('is refused when S is not reduced', async () => {
    const signature = forge(Point.BASE.multiply(7n).toBytes(), 7n);
    const S = fromLittleEndian(signature.subarray(32));
    for (const grown of [S + L, S + 2n * L, L, 2n ** 256n - 1n]) {
      expect(
        await bothSay(key.key, message, Uint8Array.of(...signature.subarray(0, 32), ...littleEndian(grown))),
      ).toBe(false);
    }
  });
});

describe('an Ed25519 public key', () => {
  it('of small order is refused', () => {
    for (let i = 0n; i < 8n; i++) {
      const point = i === 0n ? Point.ZERO : TORSION.multiply(i);
      expect(problem(importEd25519(point.toBytes()))).toBe('weak: Ed25519');
    }
  });

  it('of mixed order is refused', () => {
    for (let i = 1n; i < 8n; i++) {
      expect(problem(importEd25519(Point.BASE.multiply(5n).add(TORSION.multiply(i)).toBytes()))).toBe(
        'weak: Ed25519',
      );
    }
  });

  it('that is no canonical encoding of a point is refused', () => {
    for (const hex of [
      '0200000000000000000000000000000000000000000000000000000000000000', // not on the curve
      '0100000000000000000000000000000000000000000000000000000000000080', // x = 0 with its sign set
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // y = p
      'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // y = p + 3
      'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
      '01',
      '',
    ]) {
      expect(problem(importEd25519(fromHex(hex) as Uint8Array))).toBe('invalid: Ed25519');
    }
  });
});

describe('an ECDSA signature', () => {
  const key = imported(p256Pair.publicKey);
  const message = bytes('hello');
  const compact = p256Compact(sign('sha256', message, p256Pair.privateKey)) as Uint8Array;
  const r = BigInt(`0x${toHex(compact.subarray(0, 32))}`);
  const s = BigInt(`0x${toHex(compact.subarray(32))}`);
  const R = derInteger(r);
  const S = derInteger(s);

  it('counts with either of the two values of s', async () => {
    expect(await bothSay(key, message, derSignature(R, S))).toBe(true);
    expect(await bothSay(key, message, derSignature(R, derInteger(P256_ORDER - s)))).toBe(true);
  });

  const padded = Uint8Array.of(2, (R[1] ?? 0) + 1, 0, ...R.subarray(2));
  const whole = derSignature(R, S);
  it.each([
    ['bytes after the sequence', Uint8Array.of(...whole, 0)],
    ['bytes inside the sequence after s', derSignature(R, S, Uint8Array.of(5, 0))],
    ['a third integer', derSignature(R, S, derInteger(1n))],
    ['only one integer', derSignature(R)],
    ['a padded integer', derSignature(padded, S)],
    ['a negative r', derSignature(Uint8Array.of(2, 1, 0xff), S)],
    ['an empty integer', derSignature(Uint8Array.of(2, 0), S)],
    ['r = 0', derSignature(derInteger(0n), S)],
    ['s = 0', derSignature(R, derInteger(0n))],
    ['r = n', derSignature(derInteger(P256_ORDER), S)],
    ['r + n', derSignature(derInteger(r + P256_ORDER), S)],
    ['s + n', derSignature(R, derInteger(s + P256_ORDER))],
    ['a length in long form that fits the short one', Uint8Array.of(0x30, 0x81, ...whole.subarray(1))],
    ['an indefinite length', Uint8Array.of(0x30, 0x80, ...whole.subarray(2), 0, 0)],
    ['a set instead of a sequence', Uint8Array.of(0x31, ...whole.subarray(1))],
    ['a length beyond the end', Uint8Array.of(0x30, (whole[1] ?? 0) + 1, ...whole.subarray(2))],
    ['raw r and s', compact],
    ['nothing', new Uint8Array(0)],
  ])('is refused with %s', async (_what, signature) => {
    expect(await bothSay(key, message, signature)).toBe(false);
  });

  it('is refused with r = s = 1 and other small values', async () => {
    for (const [small, other] of [
      [1n, 1n],
      [1n, P256_ORDER - 1n],
      [P256_ORDER - 1n, 1n],
      [2n, 3n],
    ] as const) {
      expect(await bothSay(key, message, derSignature(derInteger(small), derInteger(other)))).toBe(false);
    }
  });
});

describe('an RSA signature', () => {
  const key = imported(rsaPair.publicKey);
  const message = bytes('hello');
  const valid = sign('sha256', message, { key: rsaPair.privateKey, ...pss });
  const modulus = BigInt(
    `0x${Buffer.from(rsaPair.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`,
  );

  function fixed(value: bigint, size = 256): Uint8Array {
    return fromHex(value.toString(16).padStart(2 * size, '0')) as Uint8Array;
  }

  it('needs a salt of 32 bytes', async () => {
    for (const saltLength of [0, 20, 31, 33, 64, 222]) {
      const signature = sign('sha256', message, { key: rsaPair.privateKey, padding: 6, saltLength });
      expect(await bothSay(key, message, signature)).toBe(false);
    }
    expect(await bothSay(key, message, valid)).toBe(true);
  });

  it('is refused in another scheme', async () => {
    expect(await bothSay(key, message, sign('sha256', message, rsaPair.privateKey))).toBe(false);
    expect(await bothSay(key, message, sign('sha512', message, { key: rsaPair.privateKey, ...pss }))).toBe(
      false,
    );
  });

  it('is refused when it is not below the modulus or not of its length', async () => {
    const value = BigInt(`0x${toHex(valid)}`);
    if (value + modulus < 2n ** 2048n)
      expect(await bothSay(key, message, fixed(value + modulus))).toBe(false);
    for (const hostile of [modulus, modulus + 1n, 2n ** 2048n - 1n, 0n, 1n, modulus - 1n]) {
      expect(await bothSay(key, message, fixed(hostile))).toBe(false);
    }
    expect(await bothSay(key, message, fixed(value, 257))).toBe(false);
  });

  it('is refused when its leading zero byte is left out', async () => {
    let signature = valid;
    let signed = message;
    for (let i = 0; signature[0] !== 0; i++) {
      signed = bytes(`message ${i}`);
      signature = sign('sha256', signed, { key: rsaPair.privateKey, ...pss });
    }
    expect(await bothSay(key, signed, signature)).toBe(true);
    expect(await bothSay(key, signed, signature.subarray(1))).toBe(false);
  });

  it('is accepted under a modulus whose bits are no whole bytes', async () => {
    for (const modulusLength of [2050, 2054]) {
      const pair = generateKeyPairSync('rsa', { modulusLength });
      const odd = imported(pair.publicKey);
      expect(odd).toMatchObject({ modulusBits: modulusLength });
      expect(await bothSay(odd, message, sign('sha256', message, { key: pair.privateKey, ...pss }))).toBe(
        true,
      );
    }
  });
});

describe.each([
  ['ml-dsa-44', 32, 80, 4],
  ['ml-dsa-65', 48, 55, 6],
  ['ml-dsa-87', 64, 75, 8],
] as const)('a signature of %s', (set, challengeBytes, omega, k) => {
  const pair = mlDsaPairs.get(set) as { publicKey: KeyObject; privateKey: KeyObject };
  const key = imported(pair.publicKey);
  const message = bytes('hello');
  const valid = Uint8Array.from(sign(null, message, pair.privateKey));

  function changed(at: number, value: number): Uint8Array {
    const copy = valid.slice();
    copy[at] = value;
    return copy;
  }

  it('is refused when it is made in a context or over a hash', async () => {
    expect(await bothSay(key, message, valid)).toBe(true);
    const context = { key: pair.privateKey, context: bytes('tuf') } as Parameters<typeof sign>[2];
    expect(await bothSay(key, message, Uint8Array.from(sign(null, message, context)))).toBe(false);
    expect(await bothSay(key, message, Uint8Array.from(sign(null, sha512(message), pair.privateKey)))).toBe(
      false,
    );
  });

  // FIPS 204, algorithm 21 (HintBitUnpack): positions rise within each polynomial, counts never fall or exceed
  // omega, and what is left over is zero. Whoever skips one of these lets a second signature pass.
  it('has one encoding of its hint', async () => {
    const hint = valid.length - omega - k;
    const counts = valid.subarray(hint + omega);
    const used = counts[k - 1] ?? 0;
    expect(used).toBeLessThanOrEqual(omega);
    if (used < omega) expect(await bothSay(key, message, changed(hint + used, 7))).toBe(false);
    expect(
      await bothSay(key, message, changed(hint + omega - 1, valid[hint + omega - 1] === 1 ? 2 : 1)),
    ).toBe(false);
    for (const count of [0, omega + 1, 255]) {
      if (count !== used)
        expect(await bothSay(key, message, changed(hint + omega + k - 1, count))).toBe(false);
    }
    const [first = 0, second = 0] = valid.subarray(hint, hint + 2);
    const swapped = valid.slice();
    swapped.set([second, first], hint);
    expect(await bothSay(key, message, swapped)).toBe(false);
    expect(await bothSay(key, message, changed(hint + 1, first))).toBe(false);
  });

  it('is refused with values beyond their bounds', async () => {
    const zeroed = valid.slice().fill(0, challengeBytes, valid.length - omega - k);
    const filled = valid.slice().fill(0xff, challengeBytes, valid.length - omega - k);
    for (const hostile of [zeroed, filled, new Uint8Array(valid.length), valid.slice().fill(0xff)])
      expect(await bothSay(key, message, hostile)).toBe(false);
  });

  it('is refused under a key of another size', async () => {
    for (const other of ML_DSA_SETS.filter((name) => name !== set)) {
      const { publicKey } = mlDsaPairs.get(other) as { publicKey: KeyObject };
      expect(await bothSay(imported(publicKey), message, valid)).toBe(false);
    }
  });
});

describe('the library for ML-DSA', () => {
  const root = new URL('../../', import.meta.url);
  const script = (withoutNode: boolean, pem: string) => `
    ${withoutNode ? 'process.getBuiltinModule = undefined;' : ''}
    const { registerHooks } = await import('node:module');
    const loaded = [];
    registerHooks({ load: (url, context, next) => { if (url.includes('post-quantum')) loaded.push(url); return next(url, context); } });
    const { keyFromSpki } = await import('./src/tuf/key.ts');
    const { verifySignature } = await import('./src/tuf/signature.ts');
    await import('./src/tuf/crypto/portable.ts');
    const key = keyFromSpki(${JSON.stringify(pem)});
    const before = loaded.length;
    const check = await verifySignature(key, new Uint8Array(3), '00'.repeat(2420));
    console.log(JSON.stringify([before, check.code, loaded.length > 0]));`;
  const pem = mlDsaPairs.get('ml-dsa-44')?.publicKey.export({ type: 'spki', format: 'pem' }).toString() ?? '';
  const run = (withoutNode: boolean) =>
    JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script(withoutNode, pem)], {
        cwd: root,
      }).toString(),
    );

  it('is loaded when a signature asks for it, and on Node not at all', () => {
    expect(run(true)).toEqual([0, 'does-not-verify', true]);
    expect(run(false)).toEqual([0, 'does-not-verify', false]);
  });
});

describe('importing a public key', () => {
  const spkiOf = (publicKey: KeyObject) => Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));

  it.each([
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, 'unsupported: ECDSA P-384'],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey, 'unsupported: ECDSA P-521'],
    [
      'secp256k1',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
      'unsupported: ECDSA secp256k1',
    ],
    ['Ed448', generateKeyPairSync('ed448').publicKey, 'unsupported: Ed448'],
    ['X25519', generateKeyPairSync('x25519').publicKey, 'unsupported: X25519'],
    ['ML-DSA-65', generateKeyPairSync('ml-dsa-65').publicKey, 'accepted'],
    [
      'RSA-PSS',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey,
      'unsupported: RSA restricted to PSS',
    ],
    ['RSA 1024', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 'weak: RSA 1024 bits'],
    [
      'RSA with exponent 3',
      generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey,
      'accepted',
    ],
    [
      'explicit curve parameters',
      generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey,
      'unsupported: ECDSA',
    ],
  ])('names what it finds: %s', (_name, publicKey, expected) => {
    expect(problem(importSpki(spkiOf(publicKey)))).toBe(expected);
  });

  it('never throws, and accepts no other encoding of the same key', () => {
    for (const pair of [ed25519Pair, p256Pair, rsaPair, ...mlDsaPairs.values()]) {
      const spki = spkiOf(pair.publicKey);
      expect(problem(importSpki(spki))).toBe('accepted');
      for (let cut = 0; cut < spki.length; cut += 1 + Math.floor(spki.length / 100)) {
        expect(problem(importSpki(spki.subarray(0, cut)))).not.toBe('accepted');
      }
      expect(problem(importSpki(Uint8Array.of(...spki, 0)))).not.toBe('accepted');
      // A damaged header must not go unnoticed; damage further in makes another key.
      for (let at = 0; at < 22 && at < spki.length - 32; at++) {
        for (const bit of [1, 0x80]) {
          const damaged = spki.slice();
          damaged[at] = (damaged[at] ?? 0) ^ bit;
          expect(problem(importSpki(damaged))).not.toBe('accepted');
        }
      }
    }
  });

  it('keeps nothing of the buffer it was read from', () => {
    const buffer = ed25519Pair.publicKey.export({ type: 'spki', format: 'der' });
    const result = importSpki(buffer);
    const before = result.ok && toHex(result.key.spki);
    buffer.fill(0);
    expect(result.ok && toHex(result.key.spki)).toBe(before);
  });

  it('refuses a P-256 point that is not on the curve', () => {
    const { point } = imported(p256Pair.publicKey) as { point: Uint8Array };
    const moved = point.slice();
    moved[40] = (moved[40] ?? 0) ^ 1;
    expect(problem(importP256(moved))).toBe('invalid: ECDSA P-256');
    expect(problem(importP256(point.subarray(0, 64)))).toBe('invalid: ECDSA P-256');
  });
});

describe('hex and PEM', () => {
  it('hex is read in either case and written in lower case', () => {
    expect(fromHex('00fFaB')).toEqual(Uint8Array.of(0, 255, 171));
    expect(toHex(Uint8Array.of(0, 255, 171))).toBe('00ffab');
    for (const text of ['0', '0g', ' 00', '0x00', '00\n', '٠٠']) expect(fromHex(text)).toBeUndefined();
  });

  it('PEM is byte for byte what Node writes', () => {
    for (const { publicKey } of [ed25519Pair, p256Pair, rsaPair, ...mlDsaPairs.values()]) {
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const block = decodePem(pem);
      expect(block?.label).toBe('PUBLIC KEY');
      expect(encodePem('PUBLIC KEY', block?.der ?? new Uint8Array())).toBe(pem);
    }
  });

  it('PEM with anything before, after or between is refused', () => {
    const pem = p256Pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const hostile of [
      `x${pem}`,
      `${pem}x`,
      pem + pem,
      pem.replace('\n', '\nX: y\n'),
      '',
      pem.slice(0, 60),
    ]) {
      expect(decodePem(hostile)).toBeUndefined();
    }
    expect(decodePem(pem.replaceAll('\n', '\r\n'))).toBeDefined();
    expect(
      decodePem(`-----BEGIN PUBLIC KEY-----\n${'A'.repeat(100_000)}\n-----END PUBLIC KEY-----\n`),
    ).toBeUndefined();
  });

  it('hashes in hex are those of the published examples', () => {
    // FIPS 180-4 examples: the message "abc".
    expect(hashHex('sha256', 'abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hashHex('sha512', 'abc').slice(0, 16)).toBe('ddaf35a193617aba');
    const hasher = createHasher('sha256');
    hasher.update(bytes('a'));
    hasher.update(bytes('bc'));
    expect(toHex(hasher.digest())).toBe(hashHex('sha256', 'abc'));
  });
});
