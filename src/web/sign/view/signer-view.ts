/** The signer's part: who they are, what waits for them, and the steps to do it. */
import { normaliseLogin } from '../../../event/invitations.ts';
import { type SignerPart, signerPart } from '../signer-part.ts';
import type { PageContext } from './context.ts';
import { field, fill, form, h, section } from './dom.ts';
import { acceptStep, signStep } from './step-view.ts';

export function signerView(context: PageContext, login: string | undefined): HTMLElement {
  if (login === undefined) return section('Your part', loginForm(context));
  const part = signerPart(context.opened.sides, context.opened.status, login);
  return section(
    'Your part',
    h(
      'p',
      {},
      'You are ',
      h('strong', {}, part.login),
      '. ',
      h('button', { type: 'button', class: 'link', onclick: () => context.setLogin(undefined) }, 'Not you?'),
    ),
    stepOf(context, part),
  );
}

function loginForm({ setLogin }: PageContext): HTMLElement {
  const input = h('input', {
    type: 'text',
    autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: 'false',
    required: true,
  });
  const problem = h('p', { class: 'error', role: 'alert' });
  return form(
    () => {
      const login = normaliseLogin(input.value.trim());
      if (login === undefined)
        fill(problem, 'This is no GitHub login. Logins have letters, digits and hyphens.');
      else setLogin(login);
    },
    field(
      'Your GitHub login',
      input,
      'To find what waits for you. This browser remembers it; it is sent nowhere.',
    ),
    problem,
    h('p', {}, h('button', { type: 'submit', class: 'primary' }, 'Continue')),
  );
}

/** One step at a time: the next one. */
function stepOf(context: PageContext, part: SignerPart): HTMLElement {
  const { status } = context.opened;
  const waits = part.accepts.length > 0 || part.toSign.length > 0 || part.blocked.length > 0;
  if (part.stop === 'invalid') {
    return h(
      'p',
      { class: 'note' },
      waits
        ? 'Something waits for you here, but the event has errors, and what is not valid is not signed. Whoever proposed it has to mend it first.'
        : 'The event has errors. Whoever proposed it has to mend it first.',
    );
  }
  if (part.accepts.length > 0) return acceptStep(context, part);
  if (part.toSign.length > 0) return signStep(context, part);
  if (part.blocked.length > 0) {
    return h(
      'p',
      { class: 'note' },
      `${list(part.blocked)} will wait for you when all invitations are accepted: ${list([...status.invitations.keys()])} must accept first. There is nothing to do until then.`,
    );
  }
  if (part.signed.length > 0) {
    return h(
      'p',
      { class: 'note good' },
      `Done: you have signed ${list(part.signed)}. ${status.state === 'ready' ? 'Every threshold is met, and the pull request can be merged.' : 'Nothing else here waits for you.'}`,
    );
  }
  const others = [...status.nextSteps.keys()];
  return h(
    'p',
    { class: 'note' },
    `Nothing in this event waits for ${part.login}.`,
    others.length > 0 && ` It waits for ${list(others)}.`,
  );
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
