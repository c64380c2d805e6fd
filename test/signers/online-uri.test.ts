/** Metadata names online keys, and never a library that the machine would load. */
import { describe, expect, it } from 'vitest';
import { OnlineKeys, onlineKeysOf } from '../../src/repository/online-keys.ts';
import { checkOnlineUri } from '../../src/signers/online-uri.ts';
import { SignerError } from '../../src/signers/signer.ts';
import { ONLINE_URI } from '../../src/tuf/custom-fields.ts';
import { memorySigner } from '../support/signed-repository.ts';

describe('the URI of an online key', () => {
  it.each([
    'hsm:2?module=/tmp/evil.so',
    'hsm:2?label=a&module=/tmp/evil.so',
    'hsm:?%6dodule=/tmp/evil.so',
    'hsm:2?label=a?module=/tmp/evil.so',
    'hsm:2?module=',
  ])('names no library: %s', (uri) => {
    expect(() => checkOnlineUri(uri)).toThrow(SignerError);
  });

  it.each(['hsm:2?label=module', 'hsm:', 'env:module', 'awskms:alias/module', 'file2:a?module=b'])(
    'may be %s',
    (uri) => {
      expect(() => checkOnlineUri(uri)).not.toThrow();
    },
  );

  it('is checked before anything is opened', async () => {
    const opened: string[] = [];
    const keys = new OnlineKeys(async (uri) => {
      opened.push(uri);
      return memorySigner('online');
    });
    const key = { ...memorySigner('online').key, [ONLINE_URI]: 'hsm:2?module=/tmp/evil.so' };
    const listed = onlineKeysOf({ role: { keyids: ['ab'], threshold: 1 }, keys: { ab: key } });
    expect(await keys.signatures('timestamp', new Uint8Array(3), listed)).toEqual([]);
    expect(opened).toEqual([]);
    expect(keys.troubles.join()).toContain('names a PKCS#11 module');
  });
});
