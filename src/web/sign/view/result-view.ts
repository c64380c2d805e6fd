/** The finished comment: to copy and post, or to post from here; and what becomes of it. */
import type { Contribution } from '../../../event/comment-block.ts';
import { commentText } from '../../../event/contributions.ts';
import { sameLogin } from '../../../event/invitations.ts';
import { Answer } from '../answer.ts';
import { PastedError } from '../elsewhere.ts';
import { follow, lookAgain, safeUrl } from '../follow.ts';
import { outcomeOf } from '../outcome.ts';
import { pullUrl } from '../settings.ts';
import type { SignerPart } from '../signer-part.ts';
import type { PageContext } from './context.ts';
import { field, fill, form, h, outside } from './dom.ts';
import { doing } from './failure.ts';
import { secretField } from './secret-field.ts';

export function resultView(
  context: PageContext,
  part: SignerPart,
  contributions: readonly Contribution[],
): HTMLElement {
  const { settings, address } = context.visit;
  const text = commentText(contributions, context.opened.pull.event);
  const comment = h('textarea', { rows: 12, readonly: true, spellcheck: 'false' });
  comment.value = text;
  const after = h('div', { class: 'after', role: 'status' });
  const waiting = waitFor(context, contributions, after);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => waiting.start('Copied. Paste it as a comment on the pull request.'),
      () => {
        comment.select();
        waiting.start('This browser does not let the page copy. The text is selected: copy it by hand.');
      },
    );
  };
  const open = h(
    'a',
    {
      class: 'button primary',
      href: `${pullUrl(settings, address.pull)}#new_comment_field`,
      target: '_blank',
      rel: 'noopener noreferrer',
      onclick: copy,
    },
    'Copy it and open the pull request',
  );
  return h(
    'div',
    {},
    h('h3', { tabindex: -1 }, 'Post this comment on the pull request'),
    h(
      'p',
      {},
      'Your key is closed again, and nothing has been sent. What you made counts when it stands in a comment on the pull request. Post it as it is; an edited comment does not count.',
    ),
    field('The comment', comment),
    h('p', { class: 'buttons' }, open, h('button', { type: 'button', onclick: copy }, 'Copy only')),
    postForm(context, part, contributions, text, (words, url) => waiting.start(words, url)),
    after,
  );
}

/** Posting with a token that is asked for, used once and forgotten. */
function postForm(
  context: PageContext,
  part: SignerPart,
  contributions: readonly Contribution[],
  text: string,
  posted: (words: string, url: string) => void,
): HTMLElement {
  const { api, address, settings } = context.visit;
  const token = secretField(
    'GitHub token',
    'A fine-grained token with “Pull requests: read and write” for this repository, or a classic one with the scope public_repo. It is used for this one comment and not kept.',
  );
  const act = doing(
    'Post the comment',
    'Posting…',
    async () => {
      const secret = token.take().trim();
      if (secret === '') throw new PastedError('Enter a token, or copy the comment and post it yourself.');
      // An invitation is accepted from the invited account only; a signature may come from anybody.
      if (contributions.some(({ type }) => type === 'accept')) {
        const login = new Answer(await api.loginOf(secret), 'the account').at('login').text();
        if (!sameLogin(`@${login}`, part.login)) {
          throw new PastedError(
            `This token belongs to @${login}, and the invitation to ${part.login}. Nothing was posted.`,
          );
        }
      }
      const answer = new Answer(await api.comment(address.pull, text, secret), 'the comment');
      posted('Posted:', safeUrl(answer.at('html_url').text(), settings));
    },
    'secondary',
  );
  return h(
    'details',
    {},
    h('summary', {}, 'Post it from here, with a token'),
    form(act.run, token.view, act.problem, h('p', {}, act.button)),
  );
}

/** Watches for the comment to be recorded, from the moment when it was copied or posted. */
function waitFor(context: PageContext, contributions: readonly Contribution[], box: HTMLElement) {
  const { visit } = context;
  let pull = context.opened.pull;
  const [first] = contributions;
  const mark = first?.type === 'sign' ? first.sig : (first?.proof ?? '');
  const since = new Date();
  let stop: (() => void) | undefined;
  const state = h('p', {}, '');
  const recorded = contributions[0]?.type === 'accept' ? 'accepted' : 'signed';

  let looking = false;

  /** Answers whether to go on looking. The button and the clock never look at the same time. */
  const look = async (): Promise<boolean> => {
    if (looking) return true;
    looking = true;
    try {
      return await lookOnce();
    } finally {
      looking = false;
    }
  };
  const lookOnce = async (): Promise<boolean> => {
    if (!box.isConnected) return false;
    const seen = await lookAgain(visit.api, visit.settings, visit.address, { pull, mark, since });
    if (seen.kind === 'answered') {
      fill(
        state,
        'The signing action did not record it. It says: ',
        h('q', {}, seen.text.replace(/\s+/g, ' ')),
        ' ',
        outside(seen.url, 'Its answer'),
      );
      state.className = 'error';
      return false;
    }
    if (seen.kind !== 'moved') {
      fill(
        state,
        seen.kind === 'posted'
          ? 'Your comment is there. The signing action has not recorded it yet.'
          : WAITING,
      );
      return true;
    }
    const event = await visit.open(() => undefined);
    const outcome = outcomeOf(contributions, event);
    if (outcome === 'waiting') {
      pull = event.pull;
      fill(state, 'Somebody else changed the event meanwhile; what you made still counts. Still waiting.');
      return true;
    }
    context.show(
      event,
      outcome === 'recorded'
        ? `Recorded: you have ${recorded}.`
        : 'The event changed before your comment was recorded, so that it cannot count any more. This is what it is now.',
    );
    return false;
  };
  const button = doing(
    'Look now',
    'Looking…',
    async () => {
      await look();
    },
    'secondary',
  );
  return {
    start(words: string, url?: string): void {
      fill(
        box,
        h('p', {}, words, url !== undefined && [' ', outside(url, url)]),
        state,
        button.problem,
        form(button.run, h('p', {}, button.button)),
      );
      fill(state, WAITING);
      stop?.();
      stop = follow(visit.api, look, () => {
        if (state.textContent === WAITING)
          fill(
            state,
            'Nothing has come yet. The page has stopped looking by itself; look again with the button.',
          );
      });
    },
  };
}

const WAITING =
  'Once it is posted, the signing action records it, usually within a minute. This page looks for that by itself.';
