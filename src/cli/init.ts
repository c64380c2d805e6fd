/** `playground init`: starts a new repository in a signing event. */
import type { Command } from 'commander';
import { initRepository } from '../event/changes.ts';
import { DEFAULT_PERIODS } from '../repository/edit.ts';
import { DEFAULT_ONLINE_PERIODS } from '../repository/online.ts';
import { changeEvent } from './change-event.ts';
import { checkedEvent } from './event-name.ts';
import { givenPeriods, loginList, wholeNumber } from './numbers.ts';
import { askText } from './prompt.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly signers?: readonly string[];
  readonly threshold?: number;
  readonly targetsSigners?: readonly string[];
  readonly targetsThreshold?: number;
  readonly onlineKey: string;
  readonly expiry?: number;
  readonly signing?: number;
  readonly snapshotExpiry?: number;
  readonly snapshotSigning?: number;
  readonly timestampExpiry?: number;
  readonly timestampSigning?: number;
}

const days = wholeNumber;

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
      'the key for snapshot and timestamp; it must be there to read its public part',
      'env:ONLINE_KEY',
    )
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
  $ playground key generate --no-passphrase --out online.pem
  $ ONLINE_KEY="$(cat online.pem)" playground init --signers @alice,@bob,@carol --threshold 2
  $ playground init --online-key file2:online.pem --signers @alice --login @alice --key file2:alice.pem --yes

With --online-key env:NAME the environment variable NAME holds the private key as PEM; later the publishing workflow
finds it in a secret of the same name.`,
    )
    .action((event: string, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, options)),
    );
}

async function run(workspace: Workspace, name: string, options: Options): Promise<void> {
  const login = await workspace.login();
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
  const onlineSigner = await workspace.openSigner(options.onlineKey);
  const online = {
    uri: options.onlineKey,
    key: onlineSigner.key,
    snapshot: {
      ...DEFAULT_ONLINE_PERIODS.snapshot,
      ...givenPeriods(options.snapshotExpiry, options.snapshotSigning),
    },
    timestamp: {
      ...DEFAULT_ONLINE_PERIODS.timestamp,
      ...givenPeriods(options.timestampExpiry, options.timestampSigning),
    },
  };
  const periods = { ...DEFAULT_PERIODS, ...givenPeriods(options.expiry, options.signing) };
  const self = { login, publicKey: async () => (await workspace.signer()).key };
  await changeEvent(workspace, checkedEvent(name), 'Start a new repository', (editor) =>
    initRepository(editor, { root, targets, periods, online }, self),
  );
}

function defaultThreshold(logins: readonly string[]): number {
  return Math.max(1, logins.length - 1);
}
