/** The event as it stands: where it is, what it rests on, who has signed, what is wrong. */
import { headline } from '../../../event/report.ts';
import type { Finding } from '../../../repository/findings.ts';
import type { RoleThreshold } from '../../../repository/validate/signatures.ts';
import { keyOwner, onlineUri } from '../../../tuf/custom-fields.ts';
import type { KeyVerdict } from '../../../tuf/threshold.ts';
import { pullUrl } from '../settings.ts';
import type { Trust } from '../trust.ts';
import type { OpenedEvent } from '../visit.ts';
import type { PageContext } from './context.ts';
import { h, outside, prose, section } from './dom.ts';

const TONES = { ready: 'good', waiting: 'wait', invalid: 'bad', empty: 'wait' } as const;

/**
 * The head of the page: which event this is and where it stands.
 * @param goOn where to go from there
 */
export function eventHead(context: PageContext, goOn: HTMLElement): HTMLElement {
  const { opened, visit } = context;
  const { status, pull, readAt } = opened;
  const number = visit.address.pull;
  return h(
    'div',
    {},
    h('h1', { tabindex: -1 }, 'Signing event ', h('code', {}, pull.event)),
    h(
      'p',
      { class: 'meta' },
      outside(pullUrl(visit.settings, number), `Pull request #${number}`),
      ` into ${visit.settings.repository}, commit `,
      h('code', {}, pull.head.slice(0, 12)),
      `, read at ${readAt.toLocaleTimeString()}. `,
      h('button', { type: 'button', class: 'link', onclick: () => void context.refresh() }, 'Look again'),
    ),
    h('p', { class: `state ${TONES[status.state]}` }, headline(status), '. ', goOn),
    pull.fork !== undefined &&
      h(
        'p',
        { class: 'note' },
        `The branch is in ${pull.fork}, where the signing action cannot write. It checks and answers your comment; to record it, the owner of the fork runs `,
        h('code', {}, 'playground import-signature'),
        ', or a maintainer comments ',
        h('code', {}, '/adopt'),
        '.',
      ),
  );
}

/** What stops the event: before anything else is read. */
export function errorsView({ status }: OpenedEvent): HTMLElement | undefined {
  const errors = status.findings.filter(({ severity }) => severity === 'error');
  return errors.length === 0 ? undefined : section('Errors', findingList(errors, 'bad'));
}

/** What stops nothing, and is worth a thought. */
export function warningsView({ status }: OpenedEvent): HTMLElement | undefined {
  const warnings = status.findings.filter(({ severity }) => severity === 'warning');
  return warnings.length === 0 ? undefined : section('Warnings', findingList(warnings, 'wait'));
}

function findingList(findings: readonly Finding[], tone: string): HTMLElement {
  const items = findings.map(({ message, mend, code }) =>
    h('li', {}, message, ' ', h('code', { class: 'code' }, code), h('p', { class: 'help' }, prose(mend))),
  );
  return h('ul', { class: `findings ${tone}` }, ...items);
}

/** Every threshold that applies, with who signed. */
export function thresholdsView({ status }: OpenedEvent): HTMLElement | undefined {
  if (status.thresholds.length === 0 && status.invitations.size === 0) return undefined;
  const invited = [...status.invitations].map(([login, roles]) =>
    h('li', {}, h('span', { class: 'mark wait' }, 'Invited'), ` ${login} to ${roles.join(', ')}`),
  );
  return section(
    'Signatures',
    ...status.thresholds.map(thresholdView),
    invited.length > 0 && [h('h3', {}, 'Open invitations'), h('ul', { class: 'people' }, ...invited)],
  );
}

function thresholdView({ role, by, source, result }: RoleThreshold): HTMLElement {
  const whose =
    source === 'previous-root'
      ? 'root, by the keys of the root before'
      : role === 'root'
        ? 'root, by its own new keys'
        : by === 'root'
          ? role
          : `${role}, as ${by} delegates it`;
  const { met, threshold, keys, count } = result;
  return h(
    'div',
    { class: 'threshold' },
    h(
      'h3',
      {},
      h('span', { class: 'name' }, whose),
      ' ',
      h(
        'span',
        { class: `mark ${met ? 'good' : 'wait'}` },
        `${count} of ${threshold} needed${met ? ': enough' : ''}`,
      ),
    ),
    h('ul', { class: 'people' }, ...keys.map(verdictView)),
  );
}

const VERDICTS: { readonly [status in KeyVerdict['status']]: readonly [words: string, tone: string] } = {
  signed: ['Signed', 'good'],
  unsigned: ['Not yet', 'wait'],
  invalid: ['Invalid', 'bad'],
};

function verdictView({ keyid, key, status, reason }: KeyVerdict): HTMLElement {
  const [words, tone] = VERDICTS[status];
  const machine = key && onlineUri(key) !== undefined;
  const owner = (key && keyOwner(key)) ?? (machine ? 'a workflow' : 'key without owner');
  return h(
    'li',
    {},
    h('span', { class: `mark ${tone}` }, words),
    ` ${owner} `,
    h('code', { class: 'dim' }, keyid.slice(0, 8)),
    reason !== undefined && h('p', { class: 'help' }, reason),
  );
}

/** What the whole page rests on. */
export function trustView(trust: Trust): HTMLElement {
  return section('What this rests on', ...trustLines(trust));
}

function trustLines(trust: Trust): readonly HTMLElement[] {
  const fingerprint = (hash: string) => h('p', {}, h('code', { class: 'hash' }, hash));
  switch (trust.kind) {
    case 'chain': {
      const { known, versions } = trust;
      const chain =
        versions === 1
          ? 'The root on the main branch is the first root of this site.'
          : `The roots on the main branch, versions 1 to ${versions}, are a chain: each is signed by those whom the one before it names.`;
      return [
        h('p', {}, `${chain} The first root has this sha256:`),
        fingerprint(trust.fingerprint),
        h(
          'p',
          { class: 'help' },
          known
            ? 'This browser knows it from before.'
            : 'This browser sees it for the first time and remembers it. Compare it with another signer.',
        ),
      ];
    }
    case 'unpublished':
      return [
        h(
          'p',
          {},
          'This site has published nothing yet, so only the main branch says what the first root is. Before you sign, compare its sha256 with the other signers:',
        ),
        fingerprint(trust.fingerprint),
      ];
    case 'first':
      return [
        h(
          'p',
          {},
          'There is no root yet: this event would make the first one, on which everything later rests. Before you sign, compare this fingerprint with the other signers, over another way than GitHub:',
        ),
        trust.fingerprint === undefined
          ? h('p', {}, 'The event has no root that can be read.')
          : fingerprint(trust.fingerprint),
        h(
          'p',
          { class: 'help' },
          'It is the sha256 of the root’s signed part, and it stays the same while signatures are added. It changes with every key that is still to come.',
        ),
      ];
  }
}
