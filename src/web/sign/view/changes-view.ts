/** What the event changes, in plain words, computed here from the bytes that would be signed; raw JSON on demand. */
import { targetsOf, targetsRoles } from '../../../repository/state.ts';
import { hashHex } from '../../../tuf/crypto/index.ts';
import { formatMetadata, type Metadata, signedBytes } from '../../../tuf/metadata.ts';
import { own } from '../../../tuf/shape.ts';
import type { TargetFile } from '../../../tuf/targets.ts';
import type { OpenedEvent } from '../visit.ts';
import { h, lines, section } from './dom.ts';

export function changesView(opened: OpenedEvent): HTMLElement {
  const { status } = opened;
  const nothing =
    status.changes.length === 0 && Object.values(status.artifacts).every((paths) => paths.length === 0);
  return section(
    'What it changes',
    nothing &&
      h(
        'p',
        {},
        status.invitations.size > 0
          ? 'Nothing yet: the change is written when the invited signers accept.'
          : 'Nothing yet.',
      ),
    ...status.changes.map((change) => roleView(opened, change)),
    artifactsView(opened),
  );
}

const KINDS = { added: 'is new', changed: 'changes', removed: 'is removed' } as const;

function roleView(
  { sides }: OpenedEvent,
  { role, kind, lines: words }: OpenedEvent['status']['changes'][number],
): HTMLElement {
  const before = sides.knownGood.roles.get(role)?.metadata;
  const after = sides.proposed.roles.get(role)?.metadata;
  return h(
    'article',
    { class: 'card' },
    h('h3', {}, h('code', {}, role), ` ${KINDS[kind]}`),
    h('ul', { class: 'changes' }, ...words.map((line) => h('li', {}, line))),
    after && [
      h(
        'p',
        { class: 'help' },
        'sha256 of what is signed: ',
        h('code', { class: 'hash' }, hashHex('sha256', signedBytes(after))),
      ),
    ],
    rawView(role, before, after),
  );
}

/** Made only when it is opened: a role with many artifacts is long. */
function rawView(role: string, before: Metadata | undefined, after: Metadata | undefined): HTMLElement {
  const details = h('details', {}, h('summary', {}, 'Raw JSON'));
  details.addEventListener(
    'toggle',
    () => {
      for (const [when, metadata] of [
        ['Before', before],
        ['After', after],
      ] as const) {
        details.append(
          h('h4', {}, when),
          metadata
            ? lines(formatMetadata(metadata), `${role}, ${when.toLowerCase()}`)
            : h('p', {}, 'There is none.'),
        );
      }
    },
    { once: true },
  );
  return details;
}

function artifactsView({ sides, status }: OpenedEvent): HTMLElement | undefined {
  const { added, changed, removed } = status.artifacts;
  const rows = [
    ...added.map((path) => ({ path, what: 'Added' })),
    ...changed.map((path) => ({ path, what: 'Changed' })),
    ...removed.map((path) => ({ path, what: 'Removed' })),
  ];
  if (rows.length === 0) return undefined;
  const entryOf = (path: string): TargetFile | undefined =>
    targetsRoles(sides.proposed)
      .map((role) => own(targetsOf(sides.proposed, role)?.signed.targets, path))
      .find((entry) => entry !== undefined);
  const unchecked = new Set(
    status.findings.filter(({ code }) => code === 'artifact-not-checked').map(({ path }) => path),
  );
  return h(
    'article',
    { class: 'card' },
    h('h3', {}, 'Artifacts'),
    h(
      'ul',
      { class: 'artifacts' },
      ...rows.map(({ path, what }) => {
        const entry = what === 'Removed' ? undefined : entryOf(path);
        return h(
          'li',
          {},
          h('span', { class: 'mark' }, what),
          ' ',
          h('code', {}, path),
          entry && `, ${entry.length} bytes`,
          entry &&
            Object.entries(entry.hashes).map(([algorithm, hash]) =>
              h('p', { class: 'help' }, `${algorithm} `, h('code', { class: 'hash' }, hash)),
            ),
          what !== 'Removed' && !entry && h('p', { class: 'help' }, 'No role lists it.'),
          unchecked.has(`targets/${path}`) &&
            h(
              'p',
              { class: 'help' },
              'Its content was not checked here. The signing action checks it before the event becomes ready.',
            ),
        );
      }),
    ),
  );
}
