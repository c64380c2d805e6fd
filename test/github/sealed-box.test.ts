/** Secrets for GitHub are sealed as libsodium seals them. */
import { describe, expect, it } from 'vitest';
import { sealedBox } from '../../src/github/sealed-box.ts';
import type { Context } from '../../src/playground/host/context.ts';
import { openDatabase } from '../../src/playground/host/database.ts';
import type { Repository } from '../../src/playground/host/repositories.ts';
import { openBox, secretKey } from '../../src/playground/host/sealed-boxes.ts';
import { temporaryFolder } from '../support/git.ts';

/** Made with libsodium 1.0.20 (libsodium-wrappers 0.8.4, `crypto_box_seal`) from the text `a secret`. */
const LIBSODIUM = {
  /** PKCS#8 of X25519 (RFC 8410) before the key. */
  privateKey: `302e020100300506032b656e042204203d94eea49c580aef816935762be049559d6d1440dede12e6a125f1841fff8e6f`,
  box: 'hnq+WfemYg1w0e2UBUp8ReTtxokubSivTWdgdHSL3y0LGPUhaRV/BXxHeZZBHthngec1FK/MOnA=',
};

const repository = { id: 1 } as Repository;

/** A local GitHub's state, with this key for repository 1. */
function state(privateKey?: string): Context {
  const database = openDatabase(temporaryFolder());
  if (privateKey !== undefined) {
    const value = JSON.stringify({ id: '1', privateKey: Buffer.from(privateKey, 'hex').toString('base64') });
    database.prepare('INSERT INTO settings VALUES (?, ?)').run('secret-key 1 0', value);
  }
  return { database } as Context;
}

describe('a sealed box', () => {
  it('of libsodium is opened by the local GitHub', () => {
    const context = state(LIBSODIUM.privateKey);
    expect(openBox(context, repository, 0, Buffer.from(LIBSODIUM.box, 'base64'))).toBe('a secret');
  });

  it.each([0, 1, 31, 64, 65, 5000])('of %i characters comes out as it went in', (length) => {
    const context = state();
    const { publicKey } = secretKey(context, repository, 0);
    const text = 'ä'.repeat(length);
    const box = sealedBox(Buffer.from(text), Buffer.from(publicKey, 'base64'));
    expect(box).toHaveLength(32 + 16 + Buffer.byteLength(text));
    expect(openBox(context, repository, 0, box)).toBe(text);
  });

  it('is another each time, and for one key only', () => {
    const context = state();
    const { publicKey } = secretKey(context, repository, 0);
    const [first, second] = [1, 2].map(() => sealedBox(Buffer.from('x'), Buffer.from(publicKey, 'base64')));
    expect(first).not.toEqual(second);
    expect(openBox(context, repository, 7, first ?? new Uint8Array())).toBeUndefined();
    expect(openBox(context, { id: 2 } as Repository, 0, first ?? new Uint8Array())).toBeUndefined();
  });

  it('that was changed, or is none, is not opened', () => {
    const context = state(LIBSODIUM.privateKey);
    const box = Buffer.from(LIBSODIUM.box, 'base64');
    for (const at of [0, 40, box.length - 1]) {
      const changed = Buffer.from(box);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openBox(context, repository, 0, changed)).toBeUndefined();
    }
    for (const short of [0, 31, 32, 47])
      expect(openBox(context, repository, 0, box.subarray(0, short))).toBeUndefined();
  });

  it('is not made for what is no public key', () => {
    expect(() => sealedBox(Buffer.from('x'), Buffer.alloc(31))).toThrow('31 bytes');
    // Of order 1: the shared secret would be known to everybody.
    expect(() => sealedBox(Buffer.from('x'), Buffer.alloc(32))).toThrow();
  });
});
