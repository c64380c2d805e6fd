/**
 * The report of an event: the same content as Markdown for a pull request and as JSON for a machine. Everything that
 * comes from a branch is escaped; it is data, never markup.
 */
import type { Finding } from '../repository/findings.ts';
import type { RoleThreshold } from '../repository/validate/signatures.ts';
import { keyOwner, onlineUri } from '../tuf/custom-fields.ts';
import type { KeyVerdict } from '../tuf/threshold.ts';
import type { EventStatus } from './event.ts';
import type { Invitations } from './invitations.ts';

const HEADLINES: { readonly [state in EventStatus['state']]: string } = {
  empty: 'Nothing changes yet',
  invalid: 'Not valid: see the errors below',
  waiting: 'Waiting for signatures',
  ready: 'Ready to merge',
};

/** One line that says where the event stands. */
export function headline(status: EventStatus): string {
  return status.state === 'waiting' && status.invitations.size > 0
    ? 'Waiting for invited signers to accept'
    : HEADLINES[status.state];
}

/**
 * Which signatures a threshold needs, e.g. `2 of 3 needed for the new root: @alice ✓, @bob waiting, @carol invited`.
 * Whoever is invited is counted as a signer to come.
 */
export function thresholdLine(
  { role, by, source, result }: RoleThreshold,
  invitations: Invitations = new Map(),
): string {
  const whose =
    source === 'previous-root'
      ? 'the root before'
      : role === 'root'
        ? 'the new root'
        : by === 'root'
          ? role
          : `${role} (by ${by})`;
  const invited =
    source === 'previous-root' ? [] : [...invitations].filter(([, roles]) => roles.includes(role));
  const people = [
    ...result.keys.map((verdict) => `${holder(verdict)} ${MARKS[verdict.status]}`),
    ...invited.map(([login]) => `${login} invited`),
  ];
  return `${result.threshold} of ${people.length} needed for ${whose}: ${people.join(', ') || 'no keys'}`;
}

const MARKS: { readonly [status in KeyVerdict['status']]: string } = {
  signed: '✓',
  unsigned: 'waiting',
  invalid: '✗ invalid',
};

function holder({ keyid, key }: KeyVerdict): string {
  const uri = key && onlineUri(key);
  return (key && keyOwner(key)) ?? (uri === undefined ? `key ${keyid.slice(0, 8)}` : `online key ${uri}`);
}

/** A signature that came in a comment. */
export interface PostedSignature {
  readonly role: string;
  /** Whose key it is. */
  readonly owner: string | undefined;
  /** Who posted it. */
  readonly by: string;
}

/** What a report can say beyond the event itself. */
export interface ReportContext {
  /** The address on which the event can be signed in a browser. */
  readonly signingPage?: string | undefined;
  /** Signatures posted by others than the owners of their keys. */
  readonly posted?: readonly PostedSignature[];
  /** Roles that a workflow signs next, with online keys. */
  readonly online?: readonly string[];
  /** What is known of keys that came with a hardware attestation, in words. */
  readonly attestations?: readonly string[];
}

/** The report as Markdown. */
export function markdownReport(
  status: EventStatus,
  { signingPage, posted = [], online = [], attestations = [] }: ReportContext = {},
): string {
  const title = `### Signing event \`${plain(status.name)}\`: ${headline(status)}`;
  const sections = [title, `Commit ${status.head.slice(0, 12)}, compared with ${status.base.slice(0, 12)}.`];
  const list = (heading: string, lines: readonly string[]) => {
    if (lines.length > 0) sections.push(`**${heading}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`);
  };
  list('Errors', findingItems(status.findings, 'error'));
  list(
    'Signatures',
    status.thresholds.map(
      (threshold) =>
        `${threshold.result.met ? '✅' : '⏳'} ${escapeMarkdown(thresholdLine(threshold, status.invitations))}`,
    ),
  );
  list(
    'Signatures posted by others',
    posted.map(({ role, owner, by }) =>
      escapeMarkdown(`${role}: the signature of ${owner ?? 'a key without owner'} was posted by ${by}`),
    ),
  );
  list('Hardware attestations', attestations.map(escapeMarkdown));
  const inBrowser = signingPage === undefined ? '' : `[signing page](${signingPage}) or `;
  list('Next steps', [
    ...[...status.nextSteps].map(
      ([login, step]) =>
        `${escapeMarkdown(login)}: ${escapeMarkdown(step)} — ${inBrowser}\`playground sign ${plain(status.name)}\``,
    ),
    ...(online.length > 0
      ? [`A workflow of the main branch signs ${escapeMarkdown(online.join(', '))} with the online key.`]
      : []),
  ]);
  for (const { role, kind, lines } of status.changes)
    list(`${escapeMarkdown(role)} is ${kind}`, lines.map(escapeMarkdown));
  const { added, changed, removed } = status.artifacts;
  list('Artifacts', [
    ...added.map((path) => `added: ${escapeMarkdown(path)}`),
    ...changed.map((path) => `changed: ${escapeMarkdown(path)}`),
    ...removed.map((path) => `removed: ${escapeMarkdown(path)}`),
  ]);
  list('Warnings', findingItems(status.findings, 'warning'));
  return `${sections.join('\n\n')}\n`;
}

function findingItems(findings: readonly Finding[], severity: Finding['severity']): readonly string[] {
  return findings
    .filter((found) => found.severity === severity)
    .map((found) => `${escapeMarkdown(found.message)} (\`${found.code}\`) — ${escapeMarkdown(found.mend)}`);
}

/** An invisible character that ends a mention, a reference or an address without showing. */
const BREAK = '\u2060';

/**
 * Keeps text from acting as Markdown, HTML, a mention or a link, wherever in a line it stands. GitHub looks for
 * mentions and references in the rendered text, so those are broken apart rather than written as entities.
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: line breaks would end the list item
      .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ')
      .trim()
      // A login in metadata must not send anybody a notification, nor an address or a number become a link.
      .replace(/@(?=\w)|#(?=\d)|:(?=\/\/)|\b(www|gh)(?=[.-])/gi, `$&${BREAK}`)
      .replace(/[\\`*_{}[\]()#+!|~<>&$]/g, (character) => `&#${character.charCodeAt(0)};`)
      // At the start of an item, a hyphen or a number would begin a list inside it.
      .replace(/^-/, '&#45;')
      .replace(/^(\d+)\./, '$1&#46;')
  );
}

/** Text for a code span and for a command to copy: whatever could end either is left out. */
export function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._/-]/g, '?');
}

/** The report for a machine. */
export function jsonReport(status: EventStatus) {
  return {
    event: status.name,
    state: status.state,
    ready: status.state === 'ready',
    base: status.base,
    head: status.head,
    changes: status.changes,
    artifacts: status.artifacts,
    invitations: Object.fromEntries(status.invitations),
    thresholds: status.thresholds.map(({ role, by, source, result }) => ({
      role,
      by,
      source,
      threshold: result.threshold,
      count: result.count,
      met: result.met,
      keys: result.keys.map((verdict) => ({
        keyid: verdict.keyid,
        owner: verdict.key ? (keyOwner(verdict.key) ?? null) : null,
        ...(verdict.key && onlineUri(verdict.key) !== undefined ? { online: onlineUri(verdict.key) } : {}),
        status: verdict.status,
        ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      })),
    })),
    findings: status.findings,
    nextSteps: Object.fromEntries(status.nextSteps),
  };
}
