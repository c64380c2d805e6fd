/** Where things stand in a repository. The layout is the one that tuf-on-ci established. */

export const METADATA = 'metadata/';
export const TARGETS = 'targets/';
export const INVITATION_FILE = 'metadata/.signing-event-state';
const ROOT_HISTORY = 'metadata/root_history/';
/** The folder of hardware attestations. */
export const ATTESTATIONS = 'attestations/';

/** The vendors' roots by which attestations are judged, on the main branch only. */
export const ATTESTATION_ROOTS = `${ATTESTATIONS}roots.pem`;

/** Where the hardware attestation of a key stands; no client asks for it. */
export function attestationPath(fingerprint: string): string {
  return `${ATTESTATIONS}${fingerprint}.pem`;
}

/** Whether an event may bring this file as the attestation of a key. */
export function isAttestation(path: string): boolean {
  return path.startsWith(ATTESTATIONS) && /^[0-9a-f]{32}\.pem$/.test(path.slice(ATTESTATIONS.length));
}

/** The file of a role's newest version. */
export function rolePath(role: string): string {
  return `${METADATA}${role}.json`;
}

/** The file of one root version. */
export function rootHistoryPath(version: number): string {
  return `${ROOT_HISTORY}${version}.root.json`;
}

export type Place =
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'root-history'; readonly version: number }
  | { readonly kind: 'invitations' }
  | { readonly kind: 'artifact'; readonly targetPath: string }
  | { readonly kind: 'keep' }
  | { readonly kind: 'stray' };

/** What a file is, by its path from the top of the repository. */
export function placeOf(path: string): Place {
  if (path.startsWith(TARGETS)) {
    const targetPath = path.slice(TARGETS.length);
    return isPlaceholder(targetPath) ? { kind: 'keep' } : { kind: 'artifact', targetPath };
  }
  if (path === INVITATION_FILE) return { kind: 'invitations' };
  const history = /^metadata\/root_history\/([1-9]\d{0,9})\.root\.json$/.exec(path);
  if (history) return { kind: 'root-history', version: Number(history[1]) };
  const role = /^metadata\/([^/]+)\.json$/.exec(path);
  if (role?.[1]) return { kind: 'role', role: role[1] };
  return path.startsWith(METADATA) && isPlaceholder(path.slice(METADATA.length))
    ? { kind: 'keep' }
    : { kind: 'stray' };
}

/** Files that people put into folders for git's or a reader's sake; no client ever asks for them. */
function isPlaceholder(path: string): boolean {
  return /(^|\/)\.git(keep|ignore|attributes)$/.test(path);
}
