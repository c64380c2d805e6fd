/**
 * From an error of tuf-js to a failure that a person can act on: at which step of the client workflow, what kind,
 * what it means, and what to do next. tuf-js's own words are kept beside it.
 */
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import type { Failure, FailureCode, Stage } from './result.ts';

/** Where the error came from, as far as the caller knows. */
export interface FailurePlace {
  readonly stage: Stage;
  readonly role?: string;
  readonly path?: string;
}

/** Describes the error that ended a stage. */
export function describeFailure(error: unknown, place: FailurePlace): Failure {
  const { name, detail } = unwrap(error);
  const stage =
    place.stage === 'delegated' || place.stage === 'artifact' ? place.stage : stageOf(detail, place.stage);
  const code = codeOf(name, detail, error);
  const what = subject(stage, place);
  const message = `${what} ${MEANING[code]}${reservedNameHint(place)}`;
  return { ...place, stage, code, error: name, detail, message };
}

/** What tuf-js said, without the sentence that it wraps around errors of snapshot and targets. */
function unwrap(error: unknown): { name: string; detail: string } {
  if (!(error instanceof Error)) return { name: 'Error', detail: String(error) };
  const wrapped = /^Unable to load (?:snapshot metadata|targets) error (?:([A-Za-z]+): )?(.*)$/s.exec(
    error.message,
  );
  if (!wrapped) return { name: error.name, detail: error.message };
  return { name: wrapped[1] ?? error.name, detail: wrapped[2] ?? '' };
}

/**
 * tuf-js looks at the final root when it loads the timestamp, and at the final timestamp when it loads the
 * snapshot; its words tell which file is at fault. Everything else belongs to the file that it read last.
 */
function stageOf(detail: string, last: Stage): Stage {
  if (detail.startsWith('Final root.json')) return 'root';
  if (detail.startsWith('Final timestamp.json')) return 'timestamp';
  if (isUnlistedRole(detail)) return 'targets';
  return last;
}

/** tuf-js reads the length of a role's entry in the snapshot before it asks whether there is one. */
const isUnlistedRole = (detail: string) => /undefined \(reading 'length'\)/.test(detail);

function codeOf(name: string, detail: string, error: unknown): FailureCode {
  if (isUnlistedRole(detail) || /^Missing .* in snapshot$/.test(detail)) return 'missing';
  switch (name) {
    case 'ExpiredMetadataError':
      return 'expired';
    case 'UnsignedMetadataError':
      return 'signature';
    case 'BadVersionError':
      return / is less than current version /.test(detail) ? 'rollback' : 'mismatch';
    case 'LengthOrHashMismatchError':
    case 'DownloadLengthMismatchError':
      return 'mismatch';
    case 'DownloadHTTPError':
      return isAbsent(detail, error) ? 'missing' : 'unreachable';
    case 'DownloadError':
      return 'unreachable';
    case 'NotFoundError':
      return 'not-found';
    case 'UnsafePathError':
      return 'unsafe';
    case 'RepositoryError':
      return /^Missing file .* in new snapshot$/.test(detail) ? 'rollback' : 'malformed';
    case 'TypeError':
      // What fetch throws when a connection breaks in the middle of an answer.
      return detail === 'terminated' ? 'unreachable' : 'malformed';
    case 'SyntaxError':
    case 'ValueError':
      return 'malformed';
    default:
      return 'other';
  }
}

function isAbsent(detail: string, error: unknown): boolean {
  // Inside another error only the text is left; both fetchers write the status, or its meaning, at its end.
  if (error instanceof DownloadHTTPError) return [403, 404, 410].includes(error.statusCode);
  return /(?:HTTP (?:403|404|410)|there is no such file)$/.test(detail);
}

/** Each continues a sentence whose subject is a file. */
const MEANING: Readonly<Record<FailureCode, string>> = {
  rollback:
    'takes back what this client has already accepted (a lower version, or a role that is gone). Either an old copy is served, perhaps by a cache, or somebody replays one: publish again with versions above the last published ones.',
  expired: "is past its expiry at the client's time: sign its next version and publish again.",
  signature:
    'does not carry enough valid signatures by the keys that are trusted for it: check which keys the delegating role names, and have the missing ones sign.',
  mismatch:
    'is not the version or not the bytes that the role above it vouches for: files of different publications are mixed, or one was changed. Build the tree again from one commit and publish all of it.',
  missing: 'is missing: build the tree again and publish all of it.',
  'not-found':
    'is not found by a client that looks for it: no delegation with a matching path leads to the role that lists it, or a terminating delegation before it ends the search. Change the path or the delegation.',
  malformed:
    "is not a file of this kind that a client can read: check the file, and that the site answers 404, not a page, for files that it doesn't have.",
  unsafe: 'leads out of the published tree: remove the link or the name that does.',
  unreachable: 'could not be fetched, so nothing can be said about it: check the address and try again.',
  other: 'failed with an error that has no other name here: see its detail.',
};

function subject(stage: Stage, { role, path }: FailurePlace): string {
  if (stage === 'artifact') return `Artifact "${path}"`;
  if (stage === 'delegated') return `Metadata of the delegated role "${role}"`;
  return `Metadata of the role "${stage}"`;
}

/** tuf-js keeps roles and artifacts in plain objects, where a name such as `constructor` finds something else. */
function reservedNameHint({ role, path }: FailurePlace): string {
  const name = path ?? role ?? '';
  if (!(name in Object.prototype)) return '';
  return ` JavaScript clients take the name "${name}" for a built-in property: choose another.`;
}
