import { describe, expect, it } from 'vitest';
import { callService } from '../../../src/signers/cloud/http.ts';
import { type Reply, scriptedService } from '../../support/scripted-service.ts';
import { signerError } from '../helpers.ts';

const QUICK = { limit: 300, pauses: [1, 1] };

async function calling(reply: (count: number) => Reply, patience = QUICK) {
  const server = await scriptedService((_call, count) => reply(count));
  const url = new URL('/path?query=1', server.url);
  const answer = callService(
    { service: 'The service', method: 'POST', url, headers: {}, body: {} },
    patience,
  );
  answer.catch(() => undefined);
  return { server, answer };
}

describe('a request to a key service', () => {
  it.each([429, 500, 503])(
    'is made again where the service answers %i, up to three times',
    async (status) => {
      const mended = await calling((count) => (count < 3 ? { status } : { body: { value: 1 } }));
      expect(await mended.answer).toMatchObject({ status: 200, body: { value: 1 } });
      const lasting = await calling(() => ({ status, body: { error: 'busy' } }));
      expect(await lasting.answer).toMatchObject({ status, body: { error: 'busy' } });
      expect(lasting.server.calls).toHaveLength(3);
    },
  );

  it('is made again where the connection breaks', async () => {
    const { server, answer } = await calling((count) => (count < 2 ? 'break off' : { body: {} }));
    expect((await answer).status).toBe(200);
    expect(server.calls).toHaveLength(2);
  });

  it.each([200, 302, 400, 403, 404])('is not made again after an answer of %i', async (status) => {
    const { server, answer } = await calling(() => ({
      status,
      headers: { location: 'http://localhost:1/' },
    }));
    expect((await answer).status).toBe(status);
    expect(server.calls).toHaveLength(1);
  });

  it('waits as long as the service asks for', async () => {
    const slow = { limit: 300, pauses: [600_000] };
    const { answer } = await calling(
      (count) => (count < 2 ? { status: 429, headers: { 'retry-after': '0' } } : {}),
      slow,
    );
    expect((await answer).status).toBe(200);
  });

  it('ends with an error where no answer comes in time', async () => {
    const { server, answer } = await calling(() => 'hang');
    expect(await signerError(answer)).toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining('The service at localhost'),
    });
    expect(server.calls).toHaveLength(3);
  });

  it('ends with an error where the answer never ends', async () => {
    const { answer } = await calling(() => ({ body: 'x'.repeat(2_000_000) }));
    expect(await signerError(answer)).toMatchObject({ code: 'service-refused' });
  });

  it('ends with an error where nobody listens, or no machine has that name', async () => {
    for (const [address, advice] of [
      ['http://localhost:1', 'ECONNREFUSED'],
      ['https://vault.invalid', 'vault.invalid'],
    ] as const) {
      const call = { service: 'The service', method: 'GET', url: new URL(address), headers: {} } as const;
      const error = await signerError(callService(call, QUICK));
      expect(error.code).toBe('service-unreachable');
      expect(error.message).toContain(advice);
    }
  });
});
