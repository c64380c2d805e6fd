/** Secrets over REST: sealed for the key of their scope, named in lists, never given out. */
import { beforeAll, describe, expect, test } from 'vitest';
import { sealedBox } from '../../../src/github/sealed-box.ts';
import { repositoryWith, world } from './support.ts';

const get = world();
const REPO = '/repos/alice/secrets';
const SCOPES = { repository: `${REPO}/actions`, environment: `${REPO}/environments/online-signing` };

beforeAll(async () => {
  await repositoryWith(get(), 'alice/secrets', { 'README.md': 'one\n' });
  await alice('PUT', `${REPO}/environments/online-signing`, {});
});

const alice = (method: string, path: string, body?: unknown) =>
  get().api(get().tokens.alice, method, path, body);
const bob = (method: string, path: string, body?: unknown) => get().api(get().tokens.bob, method, path, body);

const seal = (text: string, key: string) =>
  Buffer.from(sealedBox(Buffer.from(text), Buffer.from(key, 'base64'))).toString('base64');

async function sealed(scope: string, text: string) {
  const { body } = await alice('GET', `${scope}/secrets/public-key`);
  return { encrypted_value: seal(text, body.key), key_id: body.key_id };
}

describe.each(Object.entries(SCOPES))('secrets of the %s', (kind, scope) => {
  const inJobs = () =>
    get().forActions.secrets('alice/secrets', kind === 'environment' ? 'online-signing' : undefined);

  test('are set and replaced, and reach the jobs', async () => {
    const name = `${kind}_key`.toUpperCase();
    expect(await alice('PUT', `${scope}/secrets/${name}`, await sealed(scope, 'first'))).toMatchObject({
      status: 201,
      body: {},
    });
    expect(inJobs().get(name)).toBe('first');
    expect((await alice('PUT', `${scope}/secrets/${name}`, await sealed(scope, 'second'))).status).toBe(204);
    expect(inJobs().get(name)).toBe('second');
    const shown = await alice('GET', `${scope}/secrets/${name}`);
    expect(Object.keys(shown.body).sort()).toEqual(['created_at', 'name', 'updated_at']);
    expect((await alice('DELETE', `${scope}/secrets/${name}`)).status).toBe(204);
    expect(inJobs().get(name)).toBeUndefined();
  });

  test('have a key that stays, readable by whoever has an account, and writable by nobody else', async () => {
    const key = await alice('GET', `${scope}/secrets/public-key`);
    expect(Buffer.from(key.body.key, 'base64')).toHaveLength(32);
    expect((await bob('GET', `${scope}/secrets/public-key`)).body).toEqual(key.body);
    expect((await get().api(undefined, 'GET', `${scope}/secrets/public-key`)).status).toBe(401);
    expect((await bob('PUT', `${scope}/secrets/KEY`, await sealed(scope, 'x'))).status).toBe(403);
    const job = get().jobToken('alice/secrets', { contents: 'write', actions: 'write' });
    expect((await get().api(job, 'PUT', `${scope}/secrets/KEY`, await sealed(scope, 'x'))).status).toBe(403);
  });

  test('are refused where they are not sealed for this key, or where something is missing', async () => {
    const good = await sealed(scope, 'x');
    const other = await sealed(scope === SCOPES.repository ? SCOPES.environment : SCOPES.repository, 'x');
    for (const body of [
      { key_id: good.key_id },
      { encrypted_value: good.encrypted_value },
      { ...good, key_id: '1' },
      other,
      { ...other, key_id: good.key_id },
      { ...good, encrypted_value: Buffer.from('in the clear').toString('base64') },
      { ...good, encrypted_value: `${good.encrypted_value.slice(0, -4)} !!!` },
      { ...good, encrypted_value: 7 },
      await sealed(scope, 'x'.repeat(48 * 1024 + 1)),
    ])
      expect((await alice('PUT', `${scope}/secrets/KEY`, body)).status).toBe(422);
    expect((await alice('PUT', `${scope}/secrets/GITHUB_KEY`, good)).status).toBe(422);
    expect((await alice('PUT', `${scope}/secrets/1KEY`, good)).status).toBe(422);
    expect(inJobs().get('KEY')).toBeUndefined();
  });
});

test('an environment that is not there has no key', async () => {
  expect((await alice('GET', `${REPO}/environments/other/secrets/public-key`)).status).toBe(404);
});
