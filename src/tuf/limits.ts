/**
 * What clients accept at most. The byte limits are the defaults of python-tuf and tuf-js; a file beyond one of them
 * exists for nobody.
 */
export const MAX_BYTES = {
  root: 512_000,
  timestamp: 16_384,
  snapshot: 2_000_000,
  targets: 5_000_000,
} as const;

/** Root versions that a client follows in one update. */
export const MAX_ROOT_ROTATIONS = 256;

/** Targets roles that a client visits while it looks up one artifact. */
export const MAX_DELEGATIONS = 32;

/** The highest version: some clients keep versions in 32 bits. */
export const MAX_VERSION = 2 ** 32 - 1;

/** The byte limit for a role's file; every role but the four top-level ones is a targets role. */
export function maxBytesOf(role: string): number {
  return role === 'root' || role === 'timestamp' || role === 'snapshot' ? MAX_BYTES[role] : MAX_BYTES.targets;
}

/** Bits of a bin's number: a snapshot that lists more than 2^16 bins is larger than clients accept. */
export const MAX_BIN_BITS = 16;
