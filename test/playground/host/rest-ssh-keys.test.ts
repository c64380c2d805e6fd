/** SSH keys that accounts publish, as GitHub's API gives them. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { world } from './support.ts';

const get = world();
const as = (login: 'alice' | 'bob') => (method: string, path: string, body?: unknown) =>
  get().api(get().tokens[login], method, path, body);

function sshKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const part = (bytes: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = Buffer.concat([part(Buffer.from('ssh-ed25519')), part(point)]);
  return `ssh-ed25519 ${blob.toString('base64')}`;
}

describe('SSH keys of an account', () => {
  test('are seen by everybody, in a list for each purpose', async () => {
    const [login, signing] = [sshKey(), sshKey()];
    const made = await as('alice')('POST', '/user/keys', { title: 'laptop', key: `${login} alice@laptop` });
    expect(made).toMatchObject({ status: 201, body: { title: 'laptop', key: login, verified: true } });
    const other = await as('alice')('POST', '/user/ssh_signing_keys', { title: 'signing', key: signing });
    expect(other).toMatchObject({ status: 201, body: { title: 'signing', key: signing } });

    const seen = await get().api(undefined, 'GET', '/users/alice/keys');
    expect(seen.body).toEqual([{ id: made.body.id, key: login }]);
    const signs = await get().api(undefined, 'GET', '/users/ALICE/ssh_signing_keys');
    expect(signs.body).toMatchObject([{ key: signing, title: 'signing' }]);
    expect((await as('alice')('GET', '/user/keys')).body).toHaveLength(1);
    expect((await as('alice')('GET', '/user/ssh_signing_keys')).body).toHaveLength(1);
    expect((await as('bob')('GET', '/users/bob/keys')).body).toEqual([]);
  });

  test('belong to one account, and are keys', async () => {
    const key = sshKey();
    expect((await as('alice')('POST', '/user/keys', { title: 'one', key })).status).toBe(201);
    const again = await as('bob')('POST', '/user/keys', { title: 'mine', key });
    expect(again.status).toBe(422);
    expect(again.body.errors).toMatchObject([{ field: 'key', message: 'key is already in use' }]);
    const wrong = ['', 'x', `ssh-rsa ${key.split(' ')[1]}`, 'ssh-ed25519 AAAA', `${key.slice(0, -4)}!!!!`];
    for (const text of wrong)
      expect((await as('bob')('POST', '/user/keys', { title: 'x', key: text })).status).toBe(422);
  });

  test('of nobody are not found, and are added by the account alone', async () => {
    expect((await get().api(undefined, 'GET', '/users/nobody/keys')).status).toBe(404);
    expect((await get().api(undefined, 'GET', '/users/nobody/ssh_signing_keys')).status).toBe(404);
    expect((await get().api(undefined, 'POST', '/user/keys', { title: 'x', key: sshKey() })).status).toBe(
      401,
    );
  });
});
