import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listTokens } from '../../../src/signers/pkcs11/list.ts';
import { openThrough } from '../../../src/signers/pkcs11/signer.ts';
import { openSigner } from '../../../src/signers/registry.ts';
import { samePublicKey } from '../../../src/tuf/key.ts';
import { signerError, temporaryFolder, testContext, validSignature } from '../helpers.ts';
import { hasSoftTokens, PIN, pullOut, softTokens, tokenWithKey, WAYS } from './soft-token.ts';

const message = new TextEncoder().encode('{"_type":"root"}');

describe.skipIf(!hasSoftTokens).each(WAYS)('a key on a token, through %s', (way, access) => {
  it.each([
    ['P-256', 'EC:prime256v1', 'ecdsa'],
    ['Ed25519', 'EC:edwards25519', 'ed25519'],
    ['RSA', 'rsa:2048', 'rsa'],
  ])('signs after its PIN: %s', async (_name, type, keytype) => {
    const tokens = tokenWithKey(type);
    const context = testContext({ ...tokens.environment, PLAYGROUND_PIN: PIN });
    const signer = await openThrough(access(tokens.environment), 'hsm:2?label=alice', context);
    expect(signer).toMatchObject({ uri: 'hsm:2?label=alice', key: { keytype } });
    await validSignature(signer);
    const long = Buffer.alloc(20_000, 'x');
    if (way === 'pkcs11-tool' && keytype === 'ed25519') {
      const error = await signerError(signer.sign(long));
      expect(error).toMatchObject({ code: 'key-unsupported', message: expect.stringContaining('pkcs11js') });
    } else {
      await validSignature(signer, long);
    }
    expect(context.warnings).toEqual([]);
  });

  it('is the one of PIV slot 9c where the URI names none', async () => {
    const tokens = softTokens('alice');
    tokens.key('alice', 'EC:prime256v1', '01');
    tokens.key('alice', 'EC:prime256v1', '02');
    const context = testContext({ ...tokens.environment, PLAYGROUND_PIN: PIN });
    const through = access(tokens.environment);
    const signer = await openThrough(through, 'hsm:', context);
    const [one, two] = await Promise.all([
      openThrough(through, 'hsm:1', context),
      openThrough(through, 'hsm:2?label=alice', context),
    ]);
    expect(samePublicKey(signer.key, two.key)).toBe(true);
    expect(samePublicKey(signer.key, one.key)).toBe(false);
  });

  it('is known by its certificate, and signs where it wants the PIN for each signature', async () => {
    const tokens = softTokens('alice');
    const folder = temporaryFolder();
    const file = (name: string) => join(folder, name);
    const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
    openssl(
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=me',
      ],
      ...['-keyout', file('key.pem'), '-outform', 'DER', '-out', file('certificate')],
    );
    openssl('pkcs8', '-topk8', '-nocrypt', '-in', file('key.pem'), '-outform', 'DER', '-out', file('key'));
    tokens.run('alice', '--write-object', file('certificate'), '--type', 'cert', '--id', '02');
    tokens.run(
      'alice',
      ...['--write-object', file('key'), '--type', 'privkey', '--id', '02', '--usage-sign', '--always-auth'],
    );
    expect(tokens.run('alice', '--list-objects')).toContain('always authenticate');
    const context = testContext(tokens.environment, [PIN]);
    const signer = await openThrough(access(tokens.environment), 'hsm:2', context);
    for (let i = 0; i < 3; i++) await validSignature(signer);
    // The person is asked once; the token gets the PIN each time.
    expect(context.prompts).toEqual([expect.stringContaining('PIN of the token "alice"')]);
  });

  it('that shows its public part only to whoever has the PIN is found after it', async () => {
    const tokens = softTokens('alice');
    tokens.key('alice', 'EC:prime256v1', '02', '--private');
    const context = testContext(tokens.environment, [PIN]);
    const signer = await openThrough(access(tokens.environment), 'hsm:2', context);
    await validSignature(signer);
    expect(context.prompts).toHaveLength(1);
  });

  it('that is not there is an error that lists what is', async () => {
    const tokens = softTokens('alice');
    tokens.key('alice', 'EC:prime256v1', '01');
    tokens.key('alice', 'EC:secp384r1', '09');
    const context = testContext({ ...tokens.environment, PLAYGROUND_PIN: PIN });
    const error = await signerError(openThrough(access(tokens.environment), 'hsm:2', context));
    expect(error.code).toBe('key-missing');
    expect(error.message).toContain('hsm:1?label=alice: 1 "key 01"');
    expect(error.message).toMatch(/hsm:9\?label=alice: 9 "key 09", which cannot sign/);
    expect(await signerError(openThrough(access(tokens.environment), 'hsm:9', context))).toMatchObject({
      code: 'key-unsupported',
    });
  });

  it('of which there are two with one id is refused rather than guessed', async () => {
    const tokens = softTokens('alice');
    tokens.key('alice', 'EC:prime256v1', '02');
    tokens.key('alice', 'EC:edwards25519', '02');
    const error = await signerError(
      openThrough(access(tokens.environment), 'hsm:2', testContext(tokens.environment)),
    );
    expect(error.code).toBe(way === 'pkcs11js' ? 'key-ambiguous' : 'key-unsupported');
    expect(error.message).toContain('several keys');
  });

  it('on a token that is pulled out before it signs is missed', async () => {
    const tokens = softTokens('alice', 'bob');
    tokens.key('alice', 'EC:prime256v1', '02');
    const context = testContext({ ...tokens.environment, PLAYGROUND_PIN: PIN });
    const signer = await openThrough(access(tokens.environment), 'hsm:2?label=alice', context);
    pullOut(tokens);
    const error = await signerError(signer.sign(message));
    expect(error).toMatchObject({ code: 'token-missing', message: expect.stringContaining('"alice"') });
  });
});

describe.skipIf(!hasSoftTokens).each(WAYS)('several tokens at once, through %s', (_way, access) => {
  it('are told apart by label, and the error for none or the wrong one lists them', async () => {
    const tokens = softTokens('alice', 'YubiKey PIV #15835999');
    tokens.key('alice', 'EC:prime256v1', '02');
    tokens.key('YubiKey PIV #15835999', 'EC:edwards25519', '02');
    const context = testContext(tokens.environment);
    const way = access(tokens.environment);
    expect((await openThrough(way, 'hsm:2?label=alice', context)).key.keytype).toBe('ecdsa');
    // As securesystemslib writes it.
    const uri = 'hsm:2?label=YubiKey+PIV+%2315835999';
    expect((await openThrough(way, uri, context)).key.keytype).toBe('ed25519');

    const ambiguous = await signerError(openThrough(way, 'hsm:2', context));
    expect(ambiguous.code).toBe('token-ambiguous');
    const missing = await signerError(openThrough(way, 'hsm:2?label=carol', context));
    expect(missing.code).toBe('token-missing');
    expect(missing.message).toContain('"carol"');
    for (const { message: text } of [ambiguous, missing]) {
      expect(text).toContain('hsm:2?label=alice is "alice"');
      expect(text).toContain(uri);
    }
  });

  it('with the same label are told apart by serial number', async () => {
    const tokens = softTokens('same', 'same');
    const way = access(tokens.environment);
    const context = testContext({ ...tokens.environment, PLAYGROUND_PIN: PIN });
    const { message: text, code } = await signerError(openThrough(way, 'hsm:2?label=same', context));
    expect(code).toBe('token-ambiguous');
    const uris = text.match(/hsm:2\?label=same&serial=[0-9a-f]+/g) ?? [];
    expect(new Set(uris).size).toBe(2);
    const { tokens: listed } = await listTokens({ environment: tokens.environment }, way);
    expect(listed.map(({ label }) => label)).toEqual(['same', 'same']);
    for (const uri of uris) {
      expect(await signerError(openThrough(way, uri, context))).toMatchObject({ code: 'key-missing' });
    }
  });
});

describe.skipIf(!hasSoftTokens).each(WAYS)('the PIN of a token, through %s', (_way, access) => {
  function oneToken() {
    const tokens = tokenWithKey();
    return { environment: tokens.environment, way: access(tokens.environment) };
  }

  it('is asked for once, and again where it was wrong', async () => {
    const { environment, way } = oneToken();
    const context = testContext(environment, ['111111', '222222', PIN]);
    const signer = await openThrough(way, 'hsm:2', context);
    expect(context.prompts).toEqual([]);
    await validSignature(signer);
    await validSignature(signer);
    expect(context.prompts).toHaveLength(3);
    expect(context.warnings).toEqual([expect.stringContaining('wrong'), expect.stringContaining('wrong')]);
    // SoftHSM says after the first wrong one that few tries are left.
    expect(context.warnings[0]).toContain('Few tries are left');
    for (const text of [...context.warnings, ...context.prompts]) expect(text).not.toContain('111111');
  });

  it('is asked for three times at most', async () => {
    const { environment, way } = oneToken();
    const context = testContext(environment, ['111111', '222222', '333333', PIN]);
    const signer = await openThrough(way, 'hsm:2', context);
    expect((await signerError(signer.sign(message))).code).toBe('pin-wrong');
    expect(context.prompts).toHaveLength(3);
  });

  it('from the environment is tried once, and never shown', async () => {
    const { environment, way } = oneToken();
    const context = testContext({ ...environment, PLAYGROUND_PIN: '999999' }, [PIN]);
    const signer = await openThrough(way, 'hsm:2', context);
    const error = await signerError(signer.sign(message));
    expect(error.code).toBe('pin-wrong');
    expect(context.prompts).toEqual([]);
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain('999999');
  });

  it('that cannot be right costs no try', async () => {
    const { environment, way } = oneToken();
    const context = testContext(environment, ['', '12', PIN]);
    await validSignature(await openThrough(way, 'hsm:2', context));
    expect(context.warnings).toHaveLength(2);
    expect(context.warnings[0]).toContain('4 to 255 characters');
    expect((await listTokens({ environment }, way)).tokens[0]?.pinState).toBe('good');
    const short = testContext({ ...environment, PLAYGROUND_PIN: '12' });
    expect(await signerError((await openThrough(way, 'hsm:2', short)).sign(message))).toMatchObject({
      code: 'pin-wrong',
      message: expect.stringContaining('was not tried'),
    });
  });

  it('that nobody can give is an error that says how to give it', async () => {
    const { environment, way } = oneToken();
    const signer = await openThrough(way, 'hsm:2', testContext(environment));
    expect(await signerError(signer.sign(message))).toMatchObject({
      code: 'pin-missing',
      message: expect.stringContaining('PLAYGROUND_PIN'),
    });
  });

  it('is asked for one signature after the other where several are wanted at once', async () => {
    const { environment, way } = oneToken();
    const context = testContext(environment, [PIN]);
    const signer = await openThrough(way, 'hsm:2', context);
    await Promise.all([validSignature(signer), validSignature(signer)]);
    expect(context.prompts).toHaveLength(1);
  });
});

describe.skipIf(!hasSoftTokens).each(WAYS)('the list of tokens, through %s', (_way, access) => {
  it('has every key with the URI that opens it, without a PIN', async () => {
    const tokens = softTokens('alice', 'bob');
    tokens.key('alice', 'EC:prime256v1', '02');
    tokens.key('alice', 'EC:edwards25519', '0102');
    tokens.key('bob', 'EC:secp384r1', '03');
    const way = access(tokens.environment);
    const { tokens: listed, problems } = await listTokens({ environment: tokens.environment }, way);
    expect(problems).toEqual([]);
    expect(listed.map(({ label }) => label).sort()).toEqual(['alice', 'bob']);
    const keys = listed.flatMap((token) => token.keys);
    expect(keys.map(({ uri }) => uri).sort()).toEqual([
      'hsm:258?label=alice',
      'hsm:2?label=alice',
      'hsm:3?label=bob',
    ]);
    for (const { uri, key, problem } of keys) {
      if (uri === 'hsm:3?label=bob') expect(problem).toBeDefined();
      else expect((await openThrough(way, uri, testContext(tokens.environment))).key).toEqual(key);
    }
  });

  it('is empty where no token is set up', async () => {
    const tokens = softTokens();
    const way = access(tokens.environment);
    expect(await listTokens({ environment: tokens.environment }, way)).toEqual({ tokens: [], problems: [] });
    const error = await signerError(openThrough(way, 'hsm:2', testContext(tokens.environment)));
    expect(error).toMatchObject({ code: 'token-missing', message: expect.stringContaining(tokens.module) });
  });

  it('names a module that does not work, and goes on', async () => {
    const file = join(temporaryFolder(), 'module.so');
    writeFileSync(file, 'not a module');
    const environment = { ...softTokens().environment, PLAYGROUND_PKCS11_MODULE: file };
    const { tokens, problems } = await listTokens({ environment }, access(environment));
    expect(tokens).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(`${file}: the module cannot be used`)]);
    const error = await signerError(openThrough(access(environment), 'hsm:2', testContext(environment)));
    expect(error.message).toContain('cannot be used');
  });
});

describe.skipIf(!hasSoftTokens)('an hsm: URI', () => {
  it('opens a key on a token like every other', async () => {
    const tokens = tokenWithKey();
    const { PLAYGROUND_PKCS11_MODULE: module, ...rest } = tokens.environment;
    const environments = [
      tokens.environment,
      { ...rest, PYKCS11LIB: tokens.module },
      // Found by itself; other modules of this machine show no token of this folder.
      rest,
    ];
    for (const environment of environments) {
      const context = testContext({ ...environment, PLAYGROUND_PIN: PIN });
      await validSignature(await openSigner('hsm:2?label=alice', context));
    }
    const context = testContext({ ...rest, PLAYGROUND_PIN: PIN });
    await validSignature(await openSigner(`hsm:2?label=alice&module=${module}`, context));
  });

  it('that names a module which is not there says so', async () => {
    const uri = 'hsm:2?module=/nowhere/module.so';
    expect(await signerError(openSigner(uri, testContext({ PATH: process.env.PATH ?? '' })))).toMatchObject({
      code: 'library-missing',
      message: expect.stringContaining('/nowhere/module.so'),
    });
  });
});
