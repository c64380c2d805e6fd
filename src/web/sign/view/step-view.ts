/** The two steps of a signer: to accept an invitation with a key, and to sign. Each ends with a comment to post. */
import type { Contribution } from '../../../event/comment-block.ts';
import { acceptWith, checkAcceptance, signWith, waitsFor } from '../contributions.ts';
import type { SignerPart } from '../signer-part.ts';
import type { PageContext } from './context.ts';
import { fill, h } from './dom.ts';
import { acceptElsewhere, signElsewhere } from './elsewhere-view.ts';
import { keyChoice } from './key-choice.ts';
import { resultView } from './result-view.ts';

export function acceptStep(context: PageContext, part: SignerPart): HTMLElement {
  const { repository } = context.visit.settings;
  const name = { repository, event: context.opened.pull.event };
  const box = h('div', { class: 'step' });
  const finish = (made: readonly Contribution[]) => finishWith(context, part, box, made);
  fill(
    box,
    h('h3', { tabindex: -1 }, `Accept the invitation to ${part.accepts.join(', ')}`),
    h(
      'p',
      {},
      `You are invited to be a signer of ${part.accepts.join(', ')}. You accept with a public key of yours, and a proof that you hold the private one. This is the first of two steps: it signs nothing of the change yet. You sign when the signing action has written your key into it.`,
    ),
    rootAdvice(part.accepts),
    keyChoice(context, {
      deed: 'Accept with this key',
      fits: () => true,
      mayCreate: true,
      act: async (open) => {
        const event = await context.unchanged(part);
        if (!event) return;
        const made = await open(async (signer) => {
          await checkAcceptance(event.sides, event.status, part, signer.key, new Date());
          return acceptWith(name, part, signer);
        });
        finish(made);
      },
      elsewhere: () => acceptElsewhere(context, part, name, finish),
    }),
  );
  return box;
}

export function signStep(context: PageContext, part: SignerPart): HTMLElement {
  const box = h('div', { class: 'step' });
  const roles = part.toSign.map(({ role }) => role).join(', ');
  const finish = (made: readonly Contribution[]) => finishWith(context, part, box, made);
  fill(
    box,
    h('h3', { tabindex: -1 }, `Sign ${roles}`),
    h(
      'p',
      {},
      'Your signature says that you agree to what is listed above under “What it changes”, and to nothing else. These very bytes are signed:',
    ),
    h(
      'ul',
      { class: 'tasks' },
      ...part.toSign.map(({ role, version, sha256 }) =>
        h(
          'li',
          {},
          h('code', {}, role),
          ` version ${version}`,
          h('p', { class: 'help' }, 'sha256 ', h('code', { class: 'hash' }, sha256)),
        ),
      ),
    ),
    part.later.length > 0 &&
      h(
        'p',
        { class: 'note' },
        `${part.later.length} more come after these: one comment does not hold them all.`,
      ),
    part.blocked.length > 0 &&
      h(
        'p',
        { class: 'note' },
        `Not yet: ${part.blocked.join(', ')}. Others must accept their invitation first.`,
      ),
    rootAdvice(part.toSign.map(({ role }) => role)),
    keyChoice(context, {
      deed: `Sign ${roles}`,
      fits: (key) => waitsFor(part, key),
      mayCreate: false,
      act: async (open) => {
        const event = await context.unchanged(part);
        if (!event) return;
        finish(await open((signer) => signWith(event.sides, event.status, part, signer, new Date())));
      },
      elsewhere: () => signElsewhere(context, part, finish),
    }),
  );
  return box;
}

/** Root is worth more care than a shared origin allows: another page of it could have put its script here before. */
function rootAdvice(roles: readonly string[]): HTMLElement | undefined {
  const isOwnMachine = /^(?:localhost|127\.0\.0\.1)$/.test(location.hostname);
  if (isOwnMachine || !roles.includes('root')) return undefined;
  return h(
    'p',
    { class: 'note' },
    h('strong', {}, 'This is about root. '),
    `Every other site at ${location.host} shares this page’s origin. For root, better use the command line (`,
    h('code', {}, 'playground sign'),
    '), this page from your own machine (',
    h('code', {}, 'playground sign --web'),
    '), or a key somewhere else.',
  );
}

function finishWith(
  context: PageContext,
  part: SignerPart,
  box: HTMLElement,
  contributions: readonly Contribution[],
): void {
  fill(box, resultView(context, part, contributions));
  box.querySelector('h3')?.focus();
  context.say('The comment is ready. Post it on the pull request.');
}
