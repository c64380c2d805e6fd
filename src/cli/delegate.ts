/** `playground delegate`: who signs a role, how many must, how long it lives; adds a role that does not exist yet. */
import type { Command } from 'commander';
import {
  addDelegation,
  currentSigners,
  isOfflineRole,
  setPaths,
  setPeriods,
  setSigners,
} from '../event/changes.ts';
import { delegatorsOf } from '../repository/delegators.ts';
import { DEFAULT_PERIODS } from '../repository/edit.ts';
import { changeEvent } from './change-event.ts';
import { checkedEvent } from './event-name.ts';
import { UsageError } from './failure.ts';
import { givenPeriods, loginList, wholeNumber } from './numbers.ts';
import { askText, canAsk } from './prompt.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly signers?: readonly string[];
  readonly threshold?: number;
  readonly expiry?: number;
  readonly signing?: number;
  readonly path?: readonly string[];
}

export function define(command: Command): void {
  eventOptions(
    command
      .argument('<event>', 'the signing event; begun if it does not exist')
      .argument('<role>', 'root, targets, a delegated role, or a new one'),
  )
    .option('--signers <logins>', 'who signs the role, e.g. @alice,@bob; all others are removed', loginList)
    .option('--threshold <n>', 'how many of them must sign', wholeNumber('--threshold'))
    .option('--expiry <days>', 'days that a version of the role lives', wholeNumber('--expiry'))
    .option('--signing <days>', 'days before expiry at which it is signed anew', wholeNumber('--signing', 0))
    .option('--path <pattern...>', 'artifact paths of a delegated role (default: <role>/*)')
    .addHelpText(
      'after',
      `
Examples:
  $ playground delegate add-carol root --signers @alice,@bob,@carol --threshold 2
  $ playground delegate team-a team-a --signers @dave              (a new role for the artifacts under targets/team-a/)
  $ playground delegate slower timestamp --expiry 7 --signing 3

Signers who have no key in the role yet are invited; they accept with \`playground sign <event>\`.`,
    )
    .action((event: string, role: string, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, role, options)),
    );
}

async function run(workspace: Workspace, event: string, role: string, options: Options): Promise<void> {
  const login = await workspace.login();
  const self = { login, publicKey: async () => (await workspace.signer()).key };
  const periods = givenPeriods(options.expiry, options.signing);
  const online = !isOfflineRole(role);
  if (online && (options.signers || options.threshold)) {
    throw new UsageError(
      `${role} is signed by the online key, not by people. Only its --expiry and --signing can be set.`,
    );
  }
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
      if (online) return;

      const current = currentSigners(editor, invitations, role);
      const anyFlag =
        options.signers || options.threshold !== undefined || options.path || Object.keys(periods).length > 0;
      const asked = isNew || (!anyFlag && canAsk());
      const logins =
        options.signers ??
        (asked
          ? loginList(await askText(`Who signs ${role}`, '--signers', current.logins.join(', ')))
          : current.logins);
      const threshold =
        options.threshold ??
        (options.signers || asked
          ? keptThreshold(current.threshold, logins.length, isNew)
          : current.threshold);
      if (options.signers || options.threshold !== undefined || asked) {
        await setSigners(editor, invitations, role, { logins, threshold }, self);
      } else if (!anyFlag) {
        throw new UsageError(
          'What shall change? Give --signers, --threshold, --expiry, --signing or --path.',
        );
      }
    },
  );
}

/** A threshold that nobody named: as it was where that is possible, for a new role one less than there are signers. */
function keptThreshold(current: number, signers: number, isNew: boolean): number {
  return isNew ? Math.max(1, signers - 1) : Math.min(current, signers);
}
