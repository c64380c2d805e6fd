/**
 * What a machine may do to an event without a signer: write the metadata that changed artifacts ask for, and take away
 * the empty signature entries of roles whose thresholds are met. Neither can make anything count that nobody signed.
 */
import { updateArtifacts } from '../repository/artifacts.ts';
import { Editor, type FileChanges, filesOf } from '../repository/edit.ts';
import type { FindingCode } from '../repository/findings.ts';
import type { EventSides, EventStatus } from './event.ts';

export interface Upkeep {
  readonly files: FileChanges;
  readonly message: string;
}

/** What following the artifacts mends. */
const MENDED: ReadonlySet<FindingCode> = new Set([
  'artifact-missing',
  'artifact-mismatch',
  'artifact-unlisted',
]);

/**
 * What is to be done to the event now; undefined where nothing is. Where anything else is wrong, the event stays as it
 * was pushed, so that the report names it: a new version made from forged metadata would look honest.
 */
export async function planUpkeep(
  sides: EventSides,
  status: EventStatus,
  now: Date,
): Promise<Upkeep | undefined> {
  if (status.findings.some(({ severity, code }) => severity === 'error' && !MENDED.has(code)))
    return undefined;
  return (await followArtifacts(sides, now)) ?? dropEmptySignatures(sides, status);
}

async function followArtifacts({ proposed, knownGood }: EventSides, now: Date): Promise<Upkeep | undefined> {
  const editor = new Editor(proposed, knownGood, now);
  const roles = await updateArtifacts(editor);
  if (roles.length === 0) return undefined;
  return { files: editor.files, message: `Update artifacts of ${roles.join(', ')}` };
}

function dropEmptySignatures(
  { proposed }: EventSides,
  { changes, thresholds, invitations }: EventStatus,
): Upkeep | undefined {
  if (invitations.size > 0) return undefined;
  const files = new Map<string, string | null>();
  const roles: string[] = [];
  for (const { role } of changes) {
    const metadata = proposed.roles.get(role)?.metadata;
    const applying = thresholds.filter((threshold) => threshold.role === role);
    if (!metadata?.signatures.some(({ sig }) => sig === '') || applying.length === 0) continue;
    if (!applying.every(({ result }) => result.met)) continue;
    const signatures = metadata.signatures.filter(({ sig }) => sig !== '');
    for (const [path, text] of filesOf(role, { ...metadata, signatures })) files.set(path, text);
    roles.push(role);
  }
  return roles.length === 0
    ? undefined
    : { files, message: `Remove empty signatures of ${roles.join(', ')}` };
}
