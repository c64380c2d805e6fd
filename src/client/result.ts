/**
 * What a run of the client answers: which versions it loaded, which artifacts it downloaded, and what it refused.
 * Plain data, since it crosses from the client's thread to ours.
 */

/** The part of the client workflow (specification, section 5) that failed. */
export type Stage = 'root' | 'timestamp' | 'snapshot' | 'targets' | 'delegated' | 'artifact';

export type FailureCode =
  /** Older than what this client has accepted before, or no longer there (5.3.5, 5.4.3, 5.5.5). */
  | 'rollback'
  /** Past its expiry at the client's time (5.3.10, 5.4.4, 5.5.6, 5.6.5). */
  | 'expired'
  /** Fewer valid signatures than the threshold. */
  | 'signature'
  /** Another version, length or hash than the file that vouches for it says. */
  | 'mismatch'
  /** Not in the source, or not listed where it has to be. */
  | 'missing'
  /** Listed by a role, but a client that looks for it does not find it. */
  | 'not-found'
  /** Not the file that it should be: unreadable, of another type, or with fields that make no sense. */
  | 'malformed'
  /** Leads out of the directory that was given. */
  | 'unsafe'
  /** The source did not answer: nothing can be said about the repository. */
  | 'unreachable'
  /** Anything that the client says and we have no word for. */
  | 'other';

export interface Failure {
  readonly stage: Stage;
  readonly code: FailureCode;
  /** The name of the error that tuf-js threw. */
  readonly error: string;
  /** Its message. */
  readonly detail: string;
  /** What it means, and the next step. */
  readonly message: string;
  /** The delegated role, at the stage `delegated`. */
  readonly role?: string;
  /** The artifact, at the stage `artifact`. */
  readonly path?: string;
}

/** The root that the client trusted without being shown why. Compare its hash with one that you know. */
export interface FirstRoot {
  /** `given` by the caller, kept in the client's `state`, or, failing both, the `source`'s own first root. */
  readonly origin: 'given' | 'state' | 'source';
  readonly version: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

export interface RoleVersion {
  readonly role: string;
  readonly version: number;
}

/** The versions that the client had loaded when it ended; after a failure some may be missing or refused. */
interface LoadedVersions {
  readonly root?: number;
  readonly timestamp?: number;
  readonly snapshot?: number;
  readonly targets?: number;
  readonly delegated: readonly RoleVersion[];
}

export interface ArtifactResult {
  readonly path: string;
  readonly ok: boolean;
  /** In bytes; absent where the client did not find the artifact. */
  readonly length?: number;
  readonly error?: string;
}

export interface VerifyResult {
  /** Everything was loaded, verified, found and downloaded. */
  readonly ok: boolean;
  /** Absent where no first root could be loaded. */
  readonly firstRoot?: FirstRoot;
  readonly versions: LoadedVersions;
  readonly artifacts: readonly ArtifactResult[];
  /** The first of `failures`. */
  readonly failure?: Failure;
  /**
   * Keytypes that tuf-js does not know and without which it refuses this repository: what else is said here is said by
   * a client that was taught to verify them. Absent where stock tuf-js got as far.
   */
  readonly furtherKeys?: readonly string[];
  /** Everything that failed. After a top-level role there is only one; roles and artifacts are all tried. */
  readonly failures: readonly Failure[];
}

export type VerifyEvent =
  /** A file of the source is being read; `file` is its place below `metadata/` or `targets/`, percent-encoded. */
  | { readonly type: 'fetch'; readonly file: string }
  | { readonly type: 'role'; readonly role: string; readonly ok: boolean }
  | {
      readonly type: 'artifact';
      readonly path: string;
      readonly ok: boolean;
      readonly done: number;
      readonly total: number;
    };

const KEYTYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['ml-dsa', 'ML-DSA keys'],
  ['sigstore-oidc', 'Sigstore identities'],
]);

/** What a client has to know to accept what this run accepted, as a sentence; undefined where any stock client will do. */
export function whatItTakes({ furtherKeys }: VerifyResult): string | undefined {
  if (!furtherKeys) return undefined;
  const kinds = furtherKeys.map((keytype) => KEYTYPE_NAMES.get(keytype) ?? keytype).join(' and ');
  return `It takes a client that verifies ${kinds}. Those that do not, among them tuf-js as it is, refuse this repository for want of signatures.`;
}
