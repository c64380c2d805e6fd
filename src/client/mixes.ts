/**
 * Clients whose caches are of different ages around a publication with a new root: one has the new root and still sees
 * what was published before, one has the old root and sees what is new. Both must get as far as the snapshot; what
 * comes after it is not a matter of who signs online.
 */
import type { Failure, Stage, VerifyResult } from './result.ts';
import { type VerifyRequest, verifyRepository } from './verify.ts';

export interface Mix {
  /** What the client sees, in words. */
  readonly sees: string;
  /** Why it refuses that; undefined where it does not. */
  readonly failure: Failure | undefined;
}

const BY_ONLINE_KEYS: ReadonlySet<Stage> = new Set(['root', 'timestamp', 'snapshot']);

/**
 * Tries both mixes of two published trees.
 * @param options for the client; it keeps no state and downloads nothing
 */
export async function verifyMixes(
  previous: string | URL,
  next: string | URL,
  options: Pick<VerifyRequest, 'time' | 'sigstoreTrustedRoot' | 'allowHttp' | 'signal'> = {},
): Promise<readonly Mix[]> {
  const look = async (sees: string, rootsFrom: string | URL, source: string | URL): Promise<Mix> => {
    const result = await verifyRepository({ ...options, source, rootsFrom, artifacts: [] });
    return { sees, failure: onlineFailure(result) };
  };
  return [
    await look('the new root beside the timestamp that was published before', next, previous),
    await look('the old root beside the new timestamp', previous, next),
  ];
}

function onlineFailure({ failures }: VerifyResult): Failure | undefined {
  return failures.find(({ stage }) => BY_ONLINE_KEYS.has(stage));
}
