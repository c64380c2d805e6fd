/** `playground delegate`: who signs a role, how many must, how long it lives; adds a role that does not exist yet. */
import type { Command } from 'commander';
import {
  addDelegation,
  currentSigners,
  isOfflineRole,
  type OnlineKey,
  onlineKeyids,
  setOnlineKeys,
  setPaths,
  setPeriods,
  setSigners,
} from '../event/changes.ts';
import { renewKeys } from '../event/new-key.ts';
import { delegatorsOf } from '../repository/delegators.ts';
import { DEFAULT_PERIODS } from '../repository/edit.ts';
import { changeEvent } from './change-event.ts';
import { checkedEvent } from './event-name.ts';
import { UsageError } from './failure.ts';
import { givenPeriods, loginList, wholeNumber } from './numbers.ts';
import { checkIdentityOption, GITHUB_ISSUER, oneMore, openOnlineKey } from './online-key.ts';
import { askText, canAsk } from './prompt.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly signers?: readonly string[];
  readonly threshold?: number;
  /** False: the role is to have none. */
  readonly onlineKey?: readonly string[] | false;
  readonly onlineIdentity?: string;
  readonly onlineIssuer?: string;
  readonly expiry?: number;
  readonly signing?: number;
  readonly path?: readonly string[];
  readonly newKey?: readonly string[];
}

export function define(command: Command): void {
  eventOptions(
    command
      .argument('<event>', 'the signing event; begun if it does not exist')
      .argument('<role>', 'root, targets, a delegated role, or a new one'),
  )
    .option('--signers <logins>', 'who signs the role, e.g. @alice,@bob; all others are removed', loginList)
    .option('--threshold <n>', 'how many of them must sign', wholeNumber('--threshold'))
    .option(
      '--online-key <uri>',
      'a key that a workflow signs with, in place of the online keys that the role has; may be repeated',
      oneMore,
    )
    .option('--no-online-key', 'the role is signed by people alone')
    .option('--online-identity <identity>', 'with --online-key sigstore: the workflow that signs')
    .option('--online-issuer <url>', `who vouches for the workflow (default: ${GITHUB_ISSUER})`)
    .option('--expiry <days>', 'days that a version of the role lives', wholeNumber('--expiry'))
    .option('--signing <days>', 'days before expiry at which it is signed anew', wholeNumber('--signing', 0))
    .option(
      '--new-key <logins>',
      'signers who bring another key in place of theirs: you with --key, the others are invited to accept again',
      loginList,
    )
    .option('--path <pattern...>', 'artifact paths of a delegated role (default: <role>/*)')
    .addHelpText(
      'after',
      `
Examples:
  $ playground delegate add-carol root --signers @alice,@bob,@carol --threshold 2
  $ playground delegate team-a team-a --signers @dave              (a new role for the artifacts under targets/team-a/)
  $ playground delegate new-token root --new-key @alice --key 'hsm:2?label=new'     (sign with both keys then)
  $ playground delegate nightly nightly --online-key env:ONLINE_KEY               (signed by a workflow)
  $ playground delegate both team-a --signers @dave --online-key hv:team/1 --threshold 2
  $ playground delegate slower timestamp --expiry 7 --signing 3

Signers who have no key in the role yet are invited; they accept with \`playground sign <event>\`.`,
    )
    .action((event: string, role: string, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, role, options)),
    );
}

async function run(workspace: Workspace, event: string, role: string, options: Options): Promise<void> {
  const self = await workspace.enrolling();
  const periods = givenPeriods(options.expiry, options.signing);
  const online = !isOfflineRole(role);
  if (online && (options.signers || options.newKey)) {
    throw new UsageError(
      `${role} is signed by online keys, not by people. Its --online-key, --threshold, --expiry and --signing can be set.`,
    );
  }
  if (online && options.onlineKey === false)
    throw new UsageError(`${role} is signed by online keys alone. Name others with --online-key.`);
  if (online && options.threshold !== undefined && !options.onlineKey)
    throw new UsageError(`Give the online keys of ${role} with the threshold: --online-key, once for each.`);
  const onlineKeys = await newOnlineKeys(workspace, options);
  if (options.path && (online || role === 'root' || role === 'targets'))
    throw new UsageError(`${role} has no paths of its own; --path is for delegated roles.`);

  await changeEvent(
    workspace,
    checkedEvent(event),
    `Change who signs ${role}`,
    async (editor, invitations) => {
      const isNew = delegatorsOf(editor.draft, role).length === 0;
      if (isNew)
        addDelegation(editor, role, options.path ?? [`${role}/*`], { ...DEFAULT_PERIODS, ...periods });
      else if (options.path) setPaths(editor, role, options.path);
      if (!isNew && Object.keys(periods).length > 0) setPeriods(editor, role, periods);
      if (onlineKeys) {
        const threshold =
          options.threshold ?? (isNew || online ? Math.max(1, onlineKeys.length - 1) : undefined);
        setOnlineKeys(
          editor,
          role,
          onlineKeys,
          threshold ?? currentSigners(editor, invitations, role).threshold,
        );
      }
      if (online) return;

      const machines = onlineKeyids(editor, role).length;
      let open = invitations;
      const current = currentSigners(editor, invitations, role);
      const anyFlag =
        options.signers ||
        options.threshold !== undefined ||
        options.path ||
        options.newKey ||
        onlineKeys ||
        Object.keys(periods).length > 0;
      const asked = (isNew && machines === 0) || (!anyFlag && canAsk());
      const logins =
        options.signers ??
        (asked
          ? loginList(await askText(`Who signs ${role}`, '--signers', current.logins.join(', ')))
          : current.logins);
      const threshold =
        options.threshold ??
        (options.signers || asked
          ? keptThreshold(current.threshold, logins.length + machines, isNew)
          : current.threshold);
      if (options.signers || options.threshold !== undefined || onlineKeys || asked) {
        open = await setSigners(editor, invitations, role, { logins, threshold }, self);
      } else if (!anyFlag) {
        throw new UsageError(
          'What shall change? Give --signers, --threshold, --online-key, --expiry, --signing, --new-key or --path.',
        );
      }
      if (options.newKey) await renewKeys(editor, open, role, options.newKey, self);
    },
  );
}

/** A threshold that nobody named: as it was where that is possible, for a new role one less than there are signers. */
function keptThreshold(current: number, signers: number, isNew: boolean): number {
  return isNew ? Math.max(1, signers - 1) : Math.min(current, signers);
}

/** The online keys that are to take the place of those that the role has; undefined where they stay. */
async function newOnlineKeys(
  workspace: Workspace,
  { onlineKey, onlineIdentity: identity, onlineIssuer: issuer }: Options,
): Promise<readonly OnlineKey[] | undefined> {
  if (onlineKey === undefined) return undefined;
  const uris = onlineKey === false ? [] : [...new Set(onlineKey)];
  checkIdentityOption(uris, identity);
  const keys: OnlineKey[] = [];
  for (const uri of uris) keys.push({ uri, key: await openOnlineKey(workspace, uri, { identity, issuer }) });
  return keys;
}
