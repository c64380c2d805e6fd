/** Snapshot and timestamp as they stand in a tree: that of the branch `online`, or of `main` in older repositories. */
import type { Metadata } from '../tuf/metadata.ts';
import type { Snapshot } from '../tuf/snapshot.ts';
import type { Timestamp } from '../tuf/timestamp.ts';
import type { RepositoryState } from './state.ts';
import type { Tree, TreeFile } from './tree.ts';

interface OnlineRole<T extends Snapshot | Timestamp> {
  readonly file: TreeFile | undefined;
  readonly metadata: Metadata<T> | undefined;
  /** Why the file could not be read, where there is one. */
  readonly problem?: string;
}

export interface OnlineState {
  /** Where the files are read from. */
  readonly tree: Tree;
  readonly snapshot: OnlineRole<Snapshot>;
  readonly timestamp: OnlineRole<Timestamp>;
}

/** The online roles among the files of a state. */
export function onlineOf(state: RepositoryState): OnlineState {
  return {
    tree: state.tree,
    snapshot: roleOf<Snapshot>(state, 'snapshot'),
    timestamp: roleOf<Timestamp>(state, 'timestamp'),
  };
}

function roleOf<T extends Snapshot | Timestamp>(state: RepositoryState, role: T['_type']): OnlineRole<T> {
  const found = state.roles.get(role);
  const problem = found?.problem?.message;
  return {
    file: found?.file,
    metadata: found?.metadata as Metadata<T> | undefined,
    ...(problem === undefined ? {} : { problem }),
  };
}
