/**
 * SSH keys that accounts publish, for authentication and for signing
 * (https://docs.github.com/rest/users/keys, https://docs.github.com/rest/users/ssh-signing-keys). Nobody logs in with
 * them here.
 */

import { userByLogin } from '../accounts.ts';
import { timestamp } from '../context.ts';
import { insert, row, rows } from '../database.ts';
import { notFound } from '../errors.ts';
import { list } from './pagination.ts';
import { created, get, person, post, type RestRequest, readBody } from './route.ts';

type Purpose = 'authentication' | 'signing';

interface SshKey {
  readonly id: number;
  readonly title: string;
  readonly key: string;
  readonly createdAt: string;
}

/** A kind and the base64 of a key of that kind; a comment behind it is dropped. */
const PUBLIC_KEY =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) ([A-Za-z0-9+/]{40,}={0,2})(?:\s.*)?$/;

/** Type and content without the comment; undefined where it is no public key in OpenSSH's form. */
function readKey(text: string): string | undefined {
  const [, type, base64] = PUBLIC_KEY.exec(text.trim()) ?? [];
  if (!type || !base64) return undefined;
  // The bytes begin with the name of the type.
  const bytes = Buffer.from(base64, 'base64');
  const named = bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
  return named === type ? `${type} ${base64}` : undefined;
}

async function add(request: RestRequest, purpose: Purpose): Promise<SshKey> {
  const user = person(request);
  const { context } = request;
  const body = readBody('PublicKey', await request.json());
  const title = body.optional('title') ?? '';
  const key = readKey(body.required('key'));
  if (key === undefined)
    body.fail('key', 'custom', 'key is invalid. You must supply a key in OpenSSH public key format');
  else if (row(context.database, 'SELECT id FROM sshKeys WHERE key = ? AND purpose = ?', key, purpose))
    body.fail('key', 'custom', 'key is already in use');
  body.check();
  const entry = { title, key: key ?? '', createdAt: timestamp(context) };
  const id = insert(context.database, 'sshKeys', { ...entry, userId: user.id, purpose });
  return { id, ...entry };
}

function ofAccount(request: RestRequest, userId: number, purpose: Purpose): readonly SshKey[] {
  return rows<SshKey>(
    request.context.database,
    'SELECT * FROM sshKeys WHERE userId = ? AND purpose = ? ORDER BY id',
    userId,
    purpose,
  );
}

function account(request: RestRequest): number {
  const user = userByLogin(request.context, request.param('username'));
  if (!user) throw notFound();
  return user.id;
}

const publicShape = ({ id, key }: SshKey) => ({ id, key });
const signingShape = ({ id, key, title, createdAt }: SshKey) => ({ id, key, title, created_at: createdAt });
const ownShape = (request: RestRequest, key: SshKey) => ({
  ...signingShape(key),
  url: `${request.context.urls.api}/user/keys/${key.id}`,
  verified: true,
  read_only: false,
});

export const sshKeyRoutes = [
  get('/user/keys', (request) =>
    list(request, ofAccount(request, person(request).id, 'authentication'), (key) => ownShape(request, key)),
  ),
  post('/user/keys', async (request) => created(ownShape(request, await add(request, 'authentication')))),
  get('/user/ssh_signing_keys', (request) =>
    list(request, ofAccount(request, person(request).id, 'signing'), signingShape),
  ),
  post('/user/ssh_signing_keys', async (request) => created(signingShape(await add(request, 'signing')))),
  get('/users/:username/keys', (request) =>
    list(request, ofAccount(request, account(request), 'authentication'), publicShape),
  ),
  get('/users/:username/ssh_signing_keys', (request) =>
    list(request, ofAccount(request, account(request), 'signing'), signingShape),
  ),
];
