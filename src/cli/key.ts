/** `playground key`: makes a signer's key, or shows the public part of one. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openRepository } from '../git/repository.ts';
import { generateKey, NEW_KEY_TYPES, type NewKeyType, writePrivateKey } from '../signers/generate.ts';
import { clientsInWords } from '../tuf/client-support.ts';
import { bare, computeKeyid, describeKey, type Key } from '../tuf/key.ts';
import { UsageError } from './failure.ts';
import { openSigner, signerContext } from './identity.ts';
import { escapeControls, escapeLines, printJson, type Say, style, teller } from './output.ts';
import { askSecret, canAsk } from './prompt.ts';
import { remoteOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

const DEFAULT_FILE = join(homedir(), '.config', 'playground', 'key.pem');

interface GenerateOptions {
  readonly type: NewKeyType;
  readonly out?: string;
  readonly passphrase: boolean;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .command('generate')
    .description('make a key pair; the private key goes to a file that only you can read')
    .addOption(new Option('--type <type>', 'kind of key').choices(NEW_KEY_TYPES).default('ed25519'))
    .option('--out <file>', `where to write the private key (default: ${DEFAULT_FILE})`)
    .option('--no-passphrase', 'do not encrypt the key (for online keys that go into a secret)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ playground key generate\n  $ PLAYGROUND_PASSPHRASE=… playground key generate --type ecdsa-p256 --out alice.pem\n  $ playground key generate --no-passphrase --out online.pem',
    )
    .action(generate);
  command
    .command('show <uri>')
    .description('show the public part of a key, e.g. file2:alice.pem')
    .option('--json', 'print the result as JSON')
    .action(show);
  remoteOptions(
    command
      .command('list')
      .description(
        'show your keys: those that are here, and those that the repository names under your login',
      )
      .argument(
        '[event]',
        'as a signing event has them (default: the branch that is checked out, else main)',
      ),
  )
    .option('--role <role>', 'for this role only')
    .option('--login <login>', 'your GitHub login (git config playground.login)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ playground key list\n  $ playground key list init --role root\n\nNo passphrase and no PIN is asked for.',
    )
    .action(list);
}

async function generate(options: GenerateOptions): Promise<void> {
  const say = teller(options.json);
  const passphrase = options.passphrase ? await newPassphrase() : undefined;
  const { pem, key } = generateKey({
    type: options.type,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  const path = resolve(options.out ?? DEFAULT_FILE);
  await writePrivateKey(path, pem);
  const uri = `file2:${path}`;
  say(`Wrote ${describeKey(key)} to ${path}${passphrase === undefined ? ' (not encrypted)' : ''}.`);
  say('Keep a copy in a safe place: nobody can restore it.');
  sayClients(say, key);
  if (passphrase !== undefined) {
    const inRepository = await openRepository(process.cwd()).then(
      (repository) => repository.close().then(() => true),
      () => false,
    );
    say(`To sign with it${inRepository ? '' : ', in your clone'}: git config playground.key ${uri}`);
  }
  if (options.json) printJson({ ok: true, uri, key, keyid: computeKeyid(key) });
}

interface ListOptions extends WorkspaceOptions {
  readonly role?: string;
}

async function list(event: string | undefined, options: ListOptions): Promise<void> {
  const { keysHere, keysThere, lineOf } = await import('./keys/list.ts');
  const say = teller(options.json);
  const found = await inClone(
    async (workspace) => {
      const login = await workspace.knownLogin();
      const state = await workspace.stateOf(event);
      return { login, state, ring: login === undefined ? undefined : workspace.keys };
    },
    options,
    event,
  );
  const places = await keysHere(found?.ring, signerContext());
  for (const { place, keys, problems } of places) {
    say(style('bold', escapeControls(place)));
    for (const key of keys) say(`  ${escapeControls(lineOf(key))}`);
    for (const problem of problems) say(`  ${escapeLines(problem)}`);
    if (keys.length === 0 && problems.length === 0) say('  no key');
  }
  const { login, state } = found ?? {};
  const there = login && state ? keysThere(state, login, places, options.role) : [];
  if (login && state) {
    say(style('bold', `The repository knows as keys of ${escapeControls(login)}`));
    for (const { key, roles, uris } of there) {
      const where =
        uris.length > 0 ? uris.join(', ') : 'none of the above: in a browser, or on another machine';
      const use =
        roles.length > 0 ? `for ${roles.join(', ')}` : 'until the next root only, which it signs as well';
      say(`  ${describeKey(bare(key))} ${escapeControls(use)}: ${escapeControls(where)}`);
    }
    if (there.length === 0) say('  no key');
  }
  if (options.json) printJson({ ok: true, places, login: login ?? null, repository: there });
}

/** Outside of a clone there are only the keys that are here. */
async function inClone<T>(
  work: (workspace: Workspace) => Promise<T>,
  options: ListOptions,
  event: string | undefined,
): Promise<T | undefined> {
  const isClone = await openRepository(process.cwd()).then(
    (repository) => repository.close().then(() => true),
    () => false,
  );
  return isClone || event !== undefined || options.role !== undefined
    ? Workspace.use(options, work)
    : undefined;
}

/** Whoever chooses a kind of key should hear which clients it leaves behind. */
function sayClients(say: Say, key: Key): void {
  const clients = clientsInWords(key);
  if (clients) say(`Not every client follows a repository with it: such a key ${clients}.`);
}

async function newPassphrase(): Promise<string> {
  const given = process.env.PLAYGROUND_PASSPHRASE;
  if (given) return given;
  if (!canAsk())
    throw new UsageError(
      'A passphrase protects the key. Give it in PLAYGROUND_PASSPHRASE, or write the key unencrypted with --no-passphrase.',
    );
  const passphrase = await askSecret('Passphrase for the new key');
  if (passphrase === '') throw new UsageError('The passphrase is empty. Choose one, or use --no-passphrase.');
  if ((await askSecret('The same again')) !== passphrase)
    throw new UsageError('The two differ; nothing was written.');
  return passphrase;
}

async function show(uri: string, options: { readonly json?: boolean }): Promise<void> {
  const key: Key = (await openSigner(uri)).key;
  const say = teller(options.json);
  say(`${describeKey(key)}\nkeyid (without owner): ${computeKeyid(key)}\n${JSON.stringify(key, null, 2)}`);
  sayClients(say, key);
  if (options.json) printJson({ ok: true, uri, key, keyid: computeKeyid(key) });
}
