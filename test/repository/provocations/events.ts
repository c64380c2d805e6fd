/** Flaws that only git can tell of: what an event's branch touches, and where it began. */
import type { FindingCode } from '../../../src/repository/findings.ts';

/** Content by path; null removes a file. */
type Changes = Readonly<Record<string, string | null>>;

export interface EventProvocation {
  readonly where: string;
  /** What the event commits. */
  readonly event: Changes;
  /** What is committed to main meanwhile. */
  readonly main?: Changes;
  /** What the event commits to mend it; otherwise it merges main. */
  readonly mend?: Changes;
  readonly names: { readonly path: string };
}

export const EVENT_PROVOCATIONS = {
  'outside-event': [
    {
      where: 'an event brings a workflow',
      event: { '.github/workflows/x.yml': 'on: push', 'targets/b.txt': 'b' },
      mend: { '.github/workflows/x.yml': null },
      names: { path: '.github/workflows/x.yml' },
    },
    {
      where: 'an event changes a file that only looks like metadata',
      event: { 'metadata.json': '{}' },
      mend: { 'metadata.json': null },
      names: { path: 'metadata.json' },
    },
  ],
  'online-role-in-event': [
    {
      where: 'an event brings a timestamp',
      event: { 'metadata/timestamp.json': '{}' },
      mend: { 'metadata/timestamp.json': null },
      names: { path: 'metadata/timestamp.json' },
    },
    {
      where: 'an event brings a snapshot',
      event: { 'metadata/snapshot.json': '{}' },
      mend: { 'metadata/snapshot.json': null },
      names: { path: 'metadata/snapshot.json' },
    },
  ],
  'event-behind': [
    {
      where: 'main has got another artifact',
      event: { 'targets/b.txt': 'b' },
      main: { 'README.md': 'hello', 'targets/c.txt': 'c' },
      names: { path: 'targets/c.txt' },
    },
  ],
} as const satisfies Partial<Record<FindingCode, readonly EventProvocation[]>>;
