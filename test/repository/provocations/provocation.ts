/** One way to provoke a finding, and what is expected of it. */
import type { FindingCode, Severity } from '../../../src/repository/findings.ts';
import type { ValidateOptions } from '../../../src/repository/validate.ts';
import type { DelegatedRole } from '../../../src/tuf/delegations.ts';
import { computeKeyid, type Key } from '../../../src/tuf/key.ts';
import type { Root } from '../../../src/tuf/root.ts';
import type { Targets } from '../../../src/tuf/targets.ts';
import type { Files } from '../../support/memory-tree.ts';
import { type Judged, memorySigner, rewrite } from '../../support/signed-repository.ts';

/** The sound repository that everything starts from. */
export interface Sound {
  readonly offline: Files;
  readonly online: Files;
}

/** A flawed state beside a good one. */
export interface Flawed {
  readonly proposed: Judged;
  /** What is known good; the sound repository unless told, null for nothing. */
  readonly knownGood?: Judged | null;
  /** The state with the flaw mended; the sound repository unless told. */
  readonly mended?: Judged;
  readonly options?: ValidateOptions;
}

export interface Provocation {
  /** Completes "is found where …". */
  readonly where: string;
  readonly make: (sound: Sound) => Flawed | Promise<Flawed>;
  /** What the finding names. */
  readonly names: { readonly role?: string; readonly path: string };
  /** What one of its messages says. */
  readonly says?: RegExp;
  /** Other codes that this flaw has to make an error as well. */
  readonly also?: readonly FindingCode[];
  /**
   * What becomes of it where the very same state is known good: the kind's weight unless told; `gone` where the flaw
   * lies in the step between the two.
   */
  readonly whenUnchanged?: Severity | 'gone';
}

export type Provocations<Code extends FindingCode> = { readonly [code in Code]: readonly Provocation[] };

/** The files with what targets says of the role `team` changed, and the role itself signed by its new keys. */
export async function changeTeam(
  files: Files,
  change: (entry: DelegatedRole, keys: Readonly<Record<string, Key>>) => ChangedTeam,
): Promise<Files> {
  const changed = await rewrite<Targets>(files, 'targets', (signed) => {
    const { roles = [], keys = {} } = signed.delegations ?? {};
    const [team, ...others] = roles;
    if (!team) throw new Error('targets has no delegation');
    const { entry, keys: newKeys } = change(team, keys);
    const delegations = { keys: newKeys ?? keys, roles: [...(entry ? [entry].flat() : [team]), ...others] };
    return { ...signed, delegations };
  });
  return rewrite(changed, 'team', (signed) => signed);
}

interface ChangedTeam {
  readonly entry?: DelegatedRole | readonly DelegatedRole[];
  readonly keys?: Readonly<Record<string, Key>>;
}

/** The files with one more key in the role `team`. */
export function withTeamKey(files: Files, key: Key, keyid = computeKeyid(key)): Promise<Files> {
  return changeTeam(files, (entry, keys) => ({
    entry: { ...entry, keyids: [...entry.keyids, keyid] },
    keys: { ...keys, [keyid]: key },
  }));
}

/** The files with the next version of root. */
export function nextRoot(files: Files, change: (root: Root) => Root): Promise<Files> {
  return rewrite<Root>(files, 'root', change);
}

/** A sound key of a signer who has no part in the repository. */
export function strangerKey(fields: Readonly<Record<string, string>> = {}): Key {
  return { ...memorySigner('@stranger').key, ...fields };
}
