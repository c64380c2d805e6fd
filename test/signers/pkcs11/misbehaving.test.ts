import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listTokens } from '../../../src/signers/pkcs11/list.ts';
import { openThrough } from '../../../src/signers/pkcs11/signer.ts';
import { signerError, testContext, validSignature } from '../helpers.ts';
import { buildShim, misbehaving, PIN, tokenWithKey, WAYS } from './soft-token.ts';

const message = new TextEncoder().encode('{"_type":"root"}');
const shim = buildShim();

function tokenThat(how: string, more: Readonly<Record<string, string>> = {}, type = 'EC:prime256v1') {
  const tokens = tokenWithKey(type);
  return { ...tokens, environment: misbehaving(tokens, shim ?? '', how, more) };
}

describe.skipIf(shim === undefined).each(WAYS)(
  'the PIN of a token that locks, through %s',
  (_way, access) => {
    it('is asked for with a warning when one try is left, and the lock is said', async () => {
      const { environment } = tokenThat('locks');
      const context = testContext(environment, ['111111', '222222', '333333']);
      const signer = await openThrough(access(environment), 'hsm:2', context);
      const error = await signerError(signer.sign(message));
      expect(error.code).toBe('pin-locked');
      expect(error.message).toContain('PUK');
      expect(context.warnings[0]).toContain('Few tries are left');
      expect(context.warnings[1]).toContain('One try is left');
      expect(context.prompts[2]).toContain('last try');

      // Locked from the start: nobody is asked for a PIN that cannot help.
      const later = testContext(environment, [PIN]);
      const again = await openThrough(access(environment), 'hsm:2', later);
      expect((await signerError(again.sign(message))).code).toBe('pin-locked');
      expect(later.prompts).toEqual([]);
      expect((await listTokens({ environment }, access(environment))).tokens[0]?.pinState).toBe('locked');
    });

    it('is locked where only the token says so', async () => {
      const { environment } = tokenThat('locks', { SHIM_PLAIN: 'yes' });
      const context = testContext(environment, ['111111', '222222', '333333']);
      const signer = await openThrough(access(environment), 'hsm:2', context);
      expect((await signerError(signer.sign(message))).code).toBe('pin-locked');
    });

    it('is good again after the right one', async () => {
      const { environment } = tokenThat('locks');
      const context = testContext(environment, ['111111', '222222', PIN]);
      await validSignature(await openThrough(access(environment), 'hsm:2', context));
      expect((await listTokens({ environment }, access(environment))).tokens[0]?.pinState).toBe('good');
    });

    it('is not taken from the environment when one try is left', async () => {
      const { environment } = tokenThat('locks');
      for (const code of ['pin-wrong', 'pin-wrong', 'pin-missing', 'pin-missing']) {
        const context = testContext({ ...environment, PLAYGROUND_PIN: '111111' });
        const signer = await openThrough(access(environment), 'hsm:2', context);
        expect((await signerError(signer.sign(message))).code).toBe(code);
      }
      const person = testContext(environment, [PIN]);
      await validSignature(await openThrough(access(environment), 'hsm:2', person));
    });
  },
);

describe.skipIf(shim === undefined).each(WAYS)('a token, through %s,', (way, access) => {
  const limits = { inspect: 20_000, sign: 20_000 };

  async function failure(how: string, length = 16, type?: string) {
    const { environment } = tokenThat(how, {}, type);
    const context = testContext({ ...environment, PLAYGROUND_PIN: PIN });
    const signer = await openThrough(access(environment, limits), 'hsm:2', context);
    return signerError(signer.sign(new Uint8Array(length)));
  }

  it.each([
    ['is pulled out while it signs', 'removed', 'token-missing', 'no longer there'],
    // pkcs11-tool tries another way after a refusal, and names the error of that.
    ['declines', 'declined', 'signing-failed', way === 'pkcs11js' ? 'not touched in time' : 'touch it'],
    ['has a defect', 'broken', 'signing-failed', way === 'pkcs11js' ? 'CKR_DEVICE_ERROR' : 'CKR_'],
    ['makes a signature that does not verify', 'wrong', 'signing-failed', 'does not verify'],
    ['has a module that crashes', 'crash', 'token-failed', 'SIGABRT'],
  ])('that %s is reported so', async (_what, how, code, words) => {
    const error = await failure(how);
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it.skipIf(way === 'pkcs11-tool')('that cannot sign long messages at once says to use P-256', async () => {
    const error = await failure('short', 20_000, 'EC:edwards25519');
    expect(error).toMatchObject({ code: 'message-too-long', message: expect.stringContaining('P-256') });
  });

  it('that never answers is left after a while', async () => {
    const slow = tokenThat('hang-sign');
    const context = testContext({ ...slow.environment, PLAYGROUND_PIN: PIN });
    const signer = await openThrough(access(slow.environment, { ...limits, sign: 1500 }), 'hsm:2', context);
    expect(await signerError(signer.sign(message))).toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining('1.5 seconds'),
    });

    const { environment } = tokenThat('hang-list');
    const hanging = access(environment, { ...limits, inspect: 1500 });
    const error = await signerError(openThrough(hanging, 'hsm:2', testContext(environment)));
    expect(error).toMatchObject({
      code: 'token-missing',
      message: expect.stringContaining('no answer within 1.5 seconds'),
    });
  });

  it('that waits for a touch makes the person look at it', async () => {
    const { environment } = tokenThat('touch');
    const context = testContext({ ...environment, PLAYGROUND_PIN: PIN });
    await validSignature(await openThrough(access(environment), 'hsm:2', context));
    expect(context.warnings).toContainEqual(expect.stringContaining('If it blinks, touch it'));
  });

  it('that has a keypad gets its PIN there, and nobody is asked here', async () => {
    const { environment } = tokenThat('keypad', { SHIM_PIN: PIN });
    const context = testContext({ ...environment, PLAYGROUND_PIN: '999999' }, ['999999']);
    await validSignature(await openThrough(access(environment), 'hsm:2', context));
    expect(context.prompts).toEqual([]);
    expect(context.warnings).toContainEqual(expect.stringContaining('keypad'));
  });

  it('gets its PIN without the PIN on a command line', async () => {
    const tokens = tokenThat('nothing');
    const log = join(tokens.folder, '..', 'log');
    const environment = { ...tokens.environment, SHIM_LOG: log, PLAYGROUND_PIN: PIN };
    await validSignature(await openThrough(access(environment), 'hsm:2', testContext(environment)));
    const seen = readFileSync(log, 'utf8');
    expect(seen).toContain(way === 'pkcs11js' ? 'native-process' : 'pkcs11-tool');
    expect(seen).not.toContain(PIN);
    expect(seen).toContain('PLAYGROUND_PIN is not there');
  });
});
