/** What `init`, `delegate` and `update-targets` have in common: edit an event, show the change, commit, push, go on. */

import type { CommitChanges } from '../event/branch.ts';
import { type EventSides, evaluateEvent } from '../event/event.ts';
import { type Invitations, readInvitations } from '../event/invitations.ts';
import { headline, jsonReport } from '../event/report.ts';
import { Editor } from '../repository/edit.ts';
import type { FindingCode } from '../repository/findings.ts';
import { sameFiles } from '../repository/state.ts';
import { sayStatus } from './event-text.ts';
import { RefusedError } from './failure.ts';
import { commandWord, escapeControls, findingLines, printJson, style } from './output.ts';
import { confirm } from './prompt.ts';
import { sayHowToOpen } from './pull-request-link.ts';
import type { Workspace } from './workspace.ts';

/** Findings that say what a choice entails: whoever makes it is to hear of it at once. */
const CHOICES: ReadonlySet<FindingCode> = new Set([
  'key-few-clients',
  'online-keys-suffice',
  'tuf-on-ci-tool',
]);

/** Edits an event, which is begun if it does not exist. Nothing is committed where the result would not be valid. */
export async function changeEvent(
  workspace: Workspace,
  name: string,
  message: string,
  change: (editor: Editor, invitations: Invitations, sides: EventSides) => Promise<unknown>,
  prepare?: (sides: EventSides) => Promise<{ readonly sides: EventSides; readonly files: CommitChanges }>,
): Promise<void> {
  const { options, say } = workspace;
  const now = new Date();
  const event = await workspace.event(name);
  let agreed = options.yes ?? false;

  const commit = await event.contribute(
    async (current) => {
      const { sides, files } = prepare ? await prepare(current) : { sides: current, files: new Map() };
      const editor = new Editor(sides.proposed, sides.knownGood, now);
      await change(editor, await readInvitations(sides.proposed), sides);
      const all: CommitChanges = new Map([...files, ...editor.files]);
      if (all.size === 0) return undefined;
      const preview = await event.preview(current, all, message);
      if (sameFiles(preview.proposed, current.proposed)) return undefined;
      const status = await evaluateEvent(preview, now);
      const errors = status.findings.filter((found) => found.severity === 'error');
      if (errors.length > 0)
        throw new RefusedError('This change would not be valid. Nothing was committed.', errors);
      if (!agreed) {
        sayStatus(say, status);
        agreed = await confirm(`Commit this to ${event.branch}?`);
        if (!agreed) throw new RefusedError('Nothing was committed.');
      }
      return { files: all, message };
    },
    { create: true },
  );

  if (commit === undefined) {
    say('Nothing to change.');
    if (options.json) printJson({ ok: true, commit: null });
    return;
  }
  const status = await evaluateEvent(await event.read(), now);
  say(
    `${style('green', '✓')} ${message}: ${event.branch} is at ${commit.slice(0, 12)}. ${headline(status)}.`,
  );
  for (const line of findingLines(status.findings.filter(({ code }) => CHOICES.has(code)))) say(line);
  for (const [login, step] of status.nextSteps)
    say(`  ${escapeControls(login)}: ${escapeControls(step)} — playground sign ${commandWord(name)}`);
  await sayHowToOpen(say, event);
  if (options.json) printJson({ ok: true, commit, event: jsonReport(status) });
}
