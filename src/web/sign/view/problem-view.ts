/** The page when it cannot go on: what is wrong, what to do, and how to go on from there. */
import { PageProblem, type ProblemCode } from '../problem.ts';
import { field, fill, form, h, outside, prose } from './dom.ts';
import { wordsFor } from './failure.ts';

export interface ProblemActions {
  retry(): void;
  /** Reads with this token, for this visit. */
  useToken(token: string): void;
  /** Takes another first root for the known one. */
  acceptFirstRoot(hash: string): void;
}

const HEADINGS: { readonly [code in ProblemCode]: string } = {
  'no-address': 'Open this page from a pull request',
  'other-repository': 'Another repository',
  'not-found': 'No such pull request',
  closed: 'Nothing to sign',
  'other-base': 'Not a signing event',
  'no-event': 'Not a signing event',
  'no-common-commit': 'This event cannot be compared',
  'too-large': 'Too large for this page',
  'rate-limited': 'GitHub asks to wait',
  forbidden: 'Not allowed',
  unreachable: 'GitHub cannot be reached',
  'server-error': 'GitHub has a problem',
  'wrong-content': 'Stop: the content is not what it should be',
  'site-unreachable': 'The first root cannot be read',
  'first-root-changed': 'Stop: the first root has changed',
  'other-first-root': 'Stop: two different first roots',
  'broken-chain': 'Stop: the roots are no chain',
};

const ALARMS: ReadonlySet<ProblemCode> = new Set([
  'wrong-content',
  'first-root-changed',
  'other-first-root',
  'broken-chain',
]);
const TOKEN_HELPS: ReadonlySet<ProblemCode> = new Set(['rate-limited', 'forbidden', 'not-found']);
const TRY_AGAIN: ReadonlySet<ProblemCode> = new Set([
  'unreachable',
  'server-error',
  'site-unreachable',
  'wrong-content',
]);

/** @returns the view, and what ends its clock */
export function problemView(
  error: unknown,
  actions: ProblemActions,
): { readonly view: HTMLElement; stop(): void } {
  if (!(error instanceof PageProblem)) {
    const view = h('div', {}, h('h1', { tabindex: -1 }, 'Something went wrong'), h('p', {}, wordsFor(error)));
    return { view, stop: () => undefined };
  }
  const { code, message, next, link } = error;
  const clock = error.resetAt && countdown(error.resetAt, actions.retry);
  const view = h(
    'div',
    { class: ALARMS.has(code) ? 'card alarm' : 'card', role: ALARMS.has(code) ? 'alert' : undefined },
    h('h1', { tabindex: -1 }, HEADINGS[code]),
    h('p', { class: 'lead' }, message),
    next.map((sentence) => h('p', {}, prose(sentence))),
    clock?.view,
    TRY_AGAIN.has(code) &&
      h('p', {}, h('button', { type: 'button', class: 'primary', onclick: actions.retry }, 'Try again')),
    TOKEN_HELPS.has(code) && tokenForm(actions.useToken),
    error.newFirstRoot !== undefined && firstRootForm(error.newFirstRoot, actions.acceptFirstRoot),
    link && h('p', {}, outside(link.href, link.text)),
  );
  return { view, stop: () => clock?.stop() };
}

/** Counts down to a time, and then goes on by itself. */
function countdown(until: Date, then: () => void): { readonly view: HTMLElement; stop(): void } {
  const left = h('strong', {}, '');
  const view = h('p', {}, 'Goes on in ', left, `, at ${until.toLocaleTimeString()}.`);
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((until.getTime() - Date.now()) / 1000));
    fill(left, seconds >= 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds} s`);
    if (seconds > 0) return;
    stop();
    then();
  };
  const timer = setInterval(tick, 1000);
  const stop = () => clearInterval(timer);
  tick();
  return { view, stop };
}

function tokenForm(use: (token: string) => void): HTMLElement {
  const input = h('input', {
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    autocapitalize: 'none',
    required: true,
  });
  return form(
    () => {
      const token = input.value.trim();
      input.value = '';
      if (token !== '') use(token);
    },
    field(
      'GitHub token, for this visit only',
      input,
      'A token without any permission is enough for a public repository. It stays in this tab’s memory, is sent to GitHub’s API only, and is gone when you close or reload the page.',
    ),
    h('p', {}, h('button', { type: 'submit' }, 'Read with this token')),
  );
}

/** A first root is replaced on purpose only where the signers agree; so its fingerprint has to come from one of them. */
function firstRootForm(actual: string, accept: (hash: string) => void): HTMLElement {
  const input = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', required: true });
  const problem = h('p', { class: 'error', role: 'alert' });
  return h(
    'details',
    {},
    h('summary', {}, 'The repository was started anew, and all signers agreed to it'),
    form(
      () => {
        const typed = input.value.trim().toLowerCase();
        if (typed === actual) accept(actual);
        else fill(problem, 'This is not the sha256 of the first root that is there now. Sign nothing.');
      },
      field(
        'sha256 of the new first root, from another signer',
        input,
        'They get it in their own clone: sha256sum metadata/root_history/1.root.json',
      ),
      problem,
      h('p', {}, h('button', { type: 'submit' }, 'Take it as the first root')),
    ),
  );
}
