/** `playground init`: starts a new repository in a signing event. */
import { type Command, Option } from 'commander';
import { initRepository, type OnlineKey, type OnlineSigners } from '../event/changes.ts';
import { DEFAULT_PERIODS } from '../repository/edit.ts';
import { DEFAULT_ONLINE_PERIODS } from '../repository/online.ts';
import { NEW_KEY_TYPES, type NewKeyType } from '../signers/generate.ts';
import type { Key } from '../tuf/key.ts';
import { changeEvent } from './change-event.ts';
import { checkedEvent } from './event-name.ts';
import { UsageError } from './failure.ts';
import { isFree, type NewOnlineKey, newOnlineKey } from './new-online-key.ts';
import { givenPeriods, loginList, wholeNumber } from './numbers.ts';
import { checkIdentityOption, GITHUB_ISSUER, oneMore, openOnlineKey } from './online-key.ts';
import { askText, canAsk, confirm } from './prompt.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly signers?: readonly string[];
  readonly threshold?: number;
  readonly targetsSigners?: readonly string[];
  readonly targetsThreshold?: number;
  readonly onlineKey?: readonly string[];
  readonly snapshotKey?: readonly string[];
  readonly timestampKey?: readonly string[];
  readonly onlineThreshold?: number;
  readonly createOnlineKey?: NewKeyType;
  readonly onlineKeyFile?: string;
  readonly environment: string;
  readonly onlineIdentity?: string;
  readonly onlineIssuer?: string;
  readonly expiry?: number;
  readonly signing?: number;
  readonly snapshotExpiry?: number;
  readonly snapshotSigning?: number;
  readonly timestampExpiry?: number;
  readonly timestampSigning?: number;
}

const days = wholeNumber;

const DEFAULT_ONLINE_KEY = 'env:ONLINE_KEY';

export function define(command: Command): void {
  eventOptions(command.argument('[event]', 'name of the signing event', 'init'))
    .option(
      '--signers <logins>',
      'who signs root and targets, e.g. @alice,@bob (default: you alone)',
      loginList,
    )
    .option(
      '--threshold <n>',
      'how many of them must sign (default: one less than there are, at least 1)',
      wholeNumber('--threshold'),
    )
    .option('--targets-signers <logins>', 'who signs targets, if others than root', loginList)
    .option('--targets-threshold <n>', 'how many must sign targets', wholeNumber('--targets-threshold'))
    .option(
      '--online-key <uri>',
      `a key for snapshot and timestamp; it must be there to read its public part. May be repeated (default: ${DEFAULT_ONLINE_KEY})`,
      oneMore,
    )
    .option('--snapshot-key <uri>', 'a key for snapshot, in place of --online-key; may be repeated', oneMore)
    .option(
      '--timestamp-key <uri>',
      'a key for timestamp, in place of --online-key; may be repeated',
      oneMore,
    )
    .option(
      '--online-threshold <n>',
      'how many of the online keys must sign (default: one less than there are, at least 1)',
      wholeNumber('--online-threshold'),
    )
    .addOption(
      new Option(
        '--create-online-key [type]',
        'make a new key for --online-key env:NAME and set it as a secret of the environment, with the token at hand',
      )
        .choices(NEW_KEY_TYPES)
        .preset('ed25519'),
    )
    .option(
      '--online-key-file <file>',
      'with --create-online-key: write the private key to this file instead, and print the command that sets the secret',
    )
    .option(
      '--environment <name>',
      'environment of GitHub Actions in which online signing runs',
      'online-signing',
    )
    .option(
      '--online-identity <identity>',
      'with --online-key sigstore: the workflow that signs, e.g. https://github.com/me/repo/.github/workflows/publish.yml@refs/heads/main',
    )
    .option('--online-issuer <url>', `who vouches for the workflow (default: ${GITHUB_ISSUER})`)
    .option(
      '--expiry <days>',
      `days that root and targets live (default: ${DEFAULT_PERIODS.expiry})`,
      days('--expiry'),
    )
    .option(
      '--signing <days>',
      `days before expiry at which they are signed anew (default: ${DEFAULT_PERIODS.signing})`,
      days('--signing', 0),
    )
    .option(
      '--snapshot-expiry <days>',
      `(default: ${DEFAULT_ONLINE_PERIODS.snapshot.expiry})`,
      days('--snapshot-expiry'),
    )
    .option(
      '--snapshot-signing <days>',
      `(default: ${DEFAULT_ONLINE_PERIODS.snapshot.signing})`,
      days('--snapshot-signing', 0),
    )
    .option(
      '--timestamp-expiry <days>',
      `(default: ${DEFAULT_ONLINE_PERIODS.timestamp.expiry})`,
      days('--timestamp-expiry'),
    )
    .option(
      '--timestamp-signing <days>',
      `(default: ${DEFAULT_ONLINE_PERIODS.timestamp.signing})`,
      days('--timestamp-signing', 0),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ playground init --create-online-key --signers @alice,@bob,@carol --threshold 2
  $ ONLINE_KEY="$(cat online.pem)" playground init --signers @alice
  $ playground init --online-key file2:online.pem --signers @alice --login @alice --key file2:alice.pem --yes
  $ playground init --online-key awskms:alias/online --online-key hv:online/1 --online-threshold 2

With --online-key env:NAME the environment variable NAME holds the private key as PEM; later the publishing workflow
finds it in a secret of the same name.`,
    )
    .action((event: string, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, options)),
    );
}

async function run(workspace: Workspace, name: string, options: Options): Promise<void> {
  const self = await workspace.enrolling();
  const { login } = self;
  const logins =
    options.signers ??
    loginList(options.yes ? login : await askText('Who signs root and targets', '--signers', login));
  const root = { logins, threshold: options.threshold ?? defaultThreshold(logins) };
  const targetsLogins = options.targetsSigners ?? logins;
  const targets = {
    logins: targetsLogins,
    threshold:
      options.targetsThreshold ?? (options.targetsSigners ? defaultThreshold(targetsLogins) : root.threshold),
  };
  const periods = { ...DEFAULT_PERIODS, ...givenPeriods(options.expiry, options.signing) };
  const made: NewOnlineKey[] = [];
  try {
    const online = await onlineSigners(workspace, options, made);
    await changeEvent(workspace, checkedEvent(name), 'Start a new repository', (editor) =>
      initRepository(editor, { root, targets, periods, online }, self),
    );
  } catch (error) {
    for (const { undo } of made) await undo();
    throw error;
  }
  for (const line of made.flatMap(({ next }) => next)) workspace.say(line);
}

/** What signs snapshot and timestamp: the same keys, unless one of them has its own. */
async function onlineSigners(
  workspace: Workspace,
  options: Options,
  made: NewOnlineKey[],
): Promise<{ readonly snapshot: OnlineSigners; readonly timestamp: OnlineSigners }> {
  const { onlineKey = [DEFAULT_ONLINE_KEY], snapshotKey = onlineKey, timestampKey = onlineKey } = options;
  if (options.onlineKey && options.snapshotKey && options.timestampKey)
    throw new UsageError('With --snapshot-key and --timestamp-key there is no use for --online-key.');
  const uris = [...new Set([...snapshotKey, ...timestampKey])];
  checkIdentityOption(uris, options.onlineIdentity);
  const free = uris.filter(isFree);
  if (options.createOnlineKey && free.length === 0)
    throw new UsageError(
      'There is no key to make: every --online-key is there already, or is none of the kind env:NAME.',
    );
  if (options.onlineKeyFile && (!options.createOnlineKey || free.length > 1))
    throw new UsageError('--online-key-file takes one new key; it goes with --create-online-key.');
  const keys = new Map<string, OnlineKey>();
  for (const uri of uris) keys.set(uri, { uri, key: await onlineKeyAt(workspace, uri, options, made) });

  const signers = (
    role: 'snapshot' | 'timestamp',
    named: readonly string[],
    expiry: number | undefined,
    signing: number | undefined,
  ) => {
    const own = [...new Set(named)].map((uri) => keys.get(uri)).filter((key) => key !== undefined);
    return {
      keys: own,
      threshold: options.onlineThreshold ?? defaultThreshold(own),
      periods: { ...DEFAULT_ONLINE_PERIODS[role], ...givenPeriods(expiry, signing) },
    };
  };
  return {
    snapshot: signers('snapshot', snapshotKey, options.snapshotExpiry, options.snapshotSigning),
    timestamp: signers('timestamp', timestampKey, options.timestampExpiry, options.timestampSigning),
  };
}

/** The public part of an online key, made here where that is asked for. */
async function onlineKeyAt(
  workspace: Workspace,
  uri: string,
  options: Options,
  made: NewOnlineKey[],
): Promise<Key> {
  const { onlineIdentity: identity, onlineIssuer: issuer, environment } = options;
  if (isFree(uri)) {
    const type = options.createOnlineKey ?? (await mayCreate(uri, environment));
    if (type) {
      const created = await newOnlineKey(workspace, uri, { type, environment, file: options.onlineKeyFile });
      made.push(created);
      return created.key;
    }
  }
  return openOnlineKey(workspace, uri, { identity, issuer });
}

async function mayCreate(uri: string, environment: string): Promise<NewKeyType | undefined> {
  if (!canAsk()) return undefined;
  const question = `There is no key at ${uri}. Make one, and set it as a secret of the environment ${environment}?`;
  return (await confirm(question, '--create-online-key')) ? 'ed25519' : undefined;
}

function defaultThreshold(all: readonly unknown[]): number {
  return Math.max(1, all.length - 1);
}
