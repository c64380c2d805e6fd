import { describe, expect, it } from 'vitest';
import { openSigner } from '../../src/signers/registry.ts';
import { signerError, testContext } from './helpers.ts';

describe('a signer URI', () => {
  it.each(['file:/a', 'https://example.com', 'constructor:x', '__proto__:x', 'envelope:x'])(
    'of an unknown scheme is refused with the list of known ones: %s',
    async (uri) => {
      const error = await signerError(openSigner(uri, testContext({})));
      expect(['unknown-scheme', 'malformed-uri']).toContain(error.code);
      expect(error.message).toContain('env:, file2:');
    },
  );

  it('for file: hints at file2:', async () => {
    expect((await signerError(openSigner('file:/a', testContext({})))).message).toContain(
      'Did you mean file2:?',
    );
  });

  it.each(['', 'key.pem', '/home/a/key.pem', ':x', 'C:\\key.pem', 'FILE2:a'])(
    'without a scheme is refused, and the error shows how to write one: %j',
    async (uri) => {
      const error = await signerError(openSigner(uri, testContext({})));
      expect(error.code).toBe('malformed-uri');
      expect(error.message).toContain('file2:<path>');
    },
  );

  it('is quoted in errors, so that its control characters do nothing', async () => {
    const error = await signerError(openSigner('nope:\u001b[31m\n', testContext({})));
    for (const character of ['\u001b', '\n']) expect(error.message).not.toContain(character);
  });
});
