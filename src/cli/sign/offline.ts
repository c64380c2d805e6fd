/**
 * Signing on a machine without a network: the event comes in a file of `playground export`, the contributions leave as
 * one of comment text. Nothing is remembered there, so the signer compares the first root.
 */

import { commentTexts, contributionsOf, joinComments, nextByComment } from '../../event/contributions.ts';
import { evaluateEvent } from '../../event/event.ts';
import { withEventFile } from '../../event/event-file.ts';
import { eventBranch } from '../../event/name.ts';
import { headline, jsonReport } from '../../event/report.ts';
import { openRepository } from '../../git/repository.ts';
import { RefusedError, UsageError } from '../failure.ts';
import { Identity } from '../identity.ts';
import { checkNewFile, writeNewFile } from '../new-file.ts';
import { commandWord, escapeControls, printJson, style, teller } from '../output.ts';
import type { WorkspaceOptions } from '../workspace.ts';
import { checkGivenFirstRoot, firstRootOf } from './first-root.ts';
import { done, sayLeftOver, signedRoles } from './plan-text.ts';
import { isEmpty, Sitting } from './sitting.ts';

export interface OfflineOptions extends WorkspaceOptions {
  readonly bundle: string;
  readonly out?: string;
  readonly firstRoot?: string;
  readonly repository?: string;
}

/** Signs the event in a file. @param name the event that it has to be, where the signer named one */
export async function signOffline(options: OfflineOptions, name: string | undefined): Promise<void> {
  const out = options.out === '-' ? undefined : options.out;
  if (out !== undefined) await checkNewFile(out);
  const say = teller(options.json || out === undefined);
  const clone = await openRepository(process.cwd()).catch(() => undefined);
  try {
    const identity = new Identity(options, clone);
    await withEventFile(options.bundle, async ({ event, repository, sides }) => {
      if (name !== undefined && eventBranch(name) !== eventBranch(event))
        throw new RefusedError(
          `${options.bundle} holds the event ${event}, not ${name}. Nothing was signed.`,
        );
      const login = await identity.login();
      const sitting = new Sitting({
        login,
        now: new Date(),
        yes: options.yes ?? false,
        checkFirstRoot: (read) => checkGivenFirstRoot(read, options.firstRoot),
        keys: identity.keys,
      });
      const status = await sitting.check(sides);
      const firstRoot = await firstRootOf(sides);
      say(
        `Event ${style('bold', escapeControls(event))} of ${repository ?? 'a repository that the file does not name'}, from ${options.bundle}.`,
      );
      say(
        firstRoot === undefined
          ? 'It starts a new repository: there is no first root to compare yet.'
          : `Its first root has the sha256 ${firstRoot}${options.firstRoot === undefined ? ': compare it with what you know (--first-root checks it)' : ', as you said'}.`,
      );
      const plan = nextByComment(await sitting.plan(sides, status));
      if (isEmpty(plan)) {
        say(
          `There is nothing for ${login} to do in sign/${escapeControls(event)}: ${headline(status).toLowerCase()}.`,
        );
        sayLeftOver(say, plan);
        if (options.json)
          printJson({ ok: true, accepted: [], signed: [], blocks: [], firstRootSha256: firstRoot ?? null });
        return;
      }
      const fullName = options.repository ?? repository;
      if (plan.accepts.length > 0 && fullName === undefined)
        throw new UsageError(
          'The file does not say which repository it is of. Give it with --repository owner/name.',
        );
      await sitting.agree(plan, sides, status, say);
      const { plan: carriedOut, signing } = await sitting.sign(plan, say, 'signed');
      const texts = commentTexts(
        await contributionsOf(carriedOut, signing, { repository: fullName ?? '', name: event }),
      );
      if (out !== undefined) await writeNewFile(out, joinComments(texts));
      else if (!options.json) process.stdout.write(joinComments(texts));
      say(`${style('green', '✓')} ${done(carriedOut)}${out === undefined ? '' : `, in ${out}`}.`);
      sayLeftOver(say, carriedOut);
      say(
        `To bring it back, on a machine with a network: playground import-signature ${commandWord(event)} ${out === undefined ? '<file>' : commandWord(out)} — or paste it into a comment on the pull request.`,
      );
      if (plan.accepts.length > 0)
        say(
          `When the acceptance is recorded, export the event again and sign that file: what is to be signed is settled then.`,
        );
      if (options.json) {
        printJson({
          ok: true,
          accepted: plan.accepts,
          signed: signedRoles(carriedOut),
          blocks: texts,
          firstRootSha256: firstRoot ?? null,
          event: jsonReport(await evaluateEvent(sides, sitting.settings.now)),
        });
      }
    });
  } finally {
    await clone?.close();
  }
}
