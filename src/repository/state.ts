/**
 * A repository's offline part at one moment, read and parsed: roles, root history, artifacts, and what else lies
 * there. What cannot be read is kept as a problem for the validator to name, so that one bad file hides no other.
 */
import { JsonError } from '../tuf/json.ts';
import { KeyError } from '../tuf/key.ts';
import { maxBytesOf } from '../tuf/limits.ts';
import { type Metadata, parseMetadata } from '../tuf/metadata.ts';
import type { Root } from '../tuf/root.ts';
import { MetadataError } from '../tuf/shape.ts';
import type { Targets } from '../tuf/targets.ts';
import { placeOf } from './layout.ts';
import { EMPTY_TREE, type Tree, type TreeFile } from './tree.ts';

/** One metadata file. */
export interface RoleFile {
  readonly role: string;
  readonly file: TreeFile;
  /** Undefined where the file could not be read as metadata of its role. */
  readonly metadata: Metadata | undefined;
  readonly problem?: {
    readonly kind: 'too-large' | 'json' | 'shape' | 'not-regular';
    readonly message: string;
  };
}

export interface RepositoryState {
  readonly tree: Tree;
  /** Every `metadata/<role>.json`, snapshot and timestamp included where they lie there. */
  readonly roles: ReadonlyMap<string, RoleFile>;
  readonly rootHistory: ReadonlyMap<number, RoleFile>;
  /** By target path: the path below `targets/`. */
  readonly artifacts: ReadonlyMap<string, TreeFile>;
  readonly invitationFile: TreeFile | undefined;
  readonly strays: readonly TreeFile[];
}

/** Reads the state of a tree. Never fails for what the files hold. */
export async function loadState(tree: Tree): Promise<RepositoryState> {
  const roles = new Map<string, RoleFile>();
  const rootHistory = new Map<number, RoleFile>();
  const artifacts = new Map<string, TreeFile>();
  const strays: TreeFile[] = [];
  let invitationFile: TreeFile | undefined;
  const reading: Promise<void>[] = [];

  for (const file of tree.files) {
    const place = placeOf(file.path);
    if (place.kind === 'role') {
      reading.push(readRole(tree, file, place.role).then((role) => void roles.set(place.role, role)));
    } else if (place.kind === 'root-history') {
      reading.push(readRole(tree, file, 'root').then((role) => void rootHistory.set(place.version, role)));
    } else if (place.kind === 'artifact') {
      artifacts.set(place.targetPath, file);
    } else if (place.kind === 'invitations') {
      invitationFile = file;
    } else if (place.kind === 'stray') {
      strays.push(file);
    }
  }
  await Promise.all(reading);
  return { tree, roles: sorted(roles), rootHistory: sorted(rootHistory), artifacts, invitationFile, strays };
}

/** The state of a repository that holds nothing yet. */
export const EMPTY_STATE: RepositoryState = {
  tree: EMPTY_TREE,
  roles: new Map(),
  rootHistory: new Map(),
  artifacts: new Map(),
  invitationFile: undefined,
  strays: [],
};

/** Reads are answered in any order; the map is in the order of its keys. */
function sorted<K extends string | number, V>(map: Map<K, V>): Map<K, V> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readRole(tree: Tree, file: TreeFile, role: string): Promise<RoleFile> {
  const unread = (kind: NonNullable<RoleFile['problem']>['kind'], message: string): RoleFile => ({
    role,
    file,
    metadata: undefined,
    problem: { kind, message },
  });
  if (file.kind !== 'file' && file.kind !== 'executable') return unread('not-regular', `is a ${file.kind}`);
  const limit = maxBytesOf(role);
  if (file.size > limit) return unread('too-large', `has ${file.size} bytes; clients accept ${limit}`);
  try {
    return { role, file, metadata: parseMetadata(await tree.read(file, limit), role) };
  } catch (error) {
    if (error instanceof JsonError) return unread('json', error.message);
    if (error instanceof MetadataError || error instanceof KeyError) return unread('shape', error.message);
    throw error;
  }
}

/** Whether two states have the same files with the same content. */
export function sameFiles(a: RepositoryState, b: RepositoryState): boolean {
  const text = ({ tree }: RepositoryState) =>
    tree.files.map(({ path, kind, id }) => `${path}\0${kind}\0${id}`).join('\n');
  return text(a) === text(b);
}

/** The newest root, if it can be read. */
export function rootOf(state: RepositoryState): Metadata<Root> | undefined {
  return state.roles.get('root')?.metadata as Metadata<Root> | undefined;
}

/** The root version before the newest one. */
export function previousRoot(state: RepositoryState): Metadata<Root> | undefined {
  const version = rootOf(state)?.signed.version;
  if (version === undefined || version <= 1) return undefined;
  return state.rootHistory.get(version - 1)?.metadata as Metadata<Root> | undefined;
}

/** The metadata of a targets role, if it can be read. */
export function targetsOf(state: RepositoryState, role: string): Metadata<Targets> | undefined {
  const metadata = state.roles.get(role)?.metadata;
  return metadata?.signed._type === 'targets' ? (metadata as Metadata<Targets>) : undefined;
}

/** The names of the targets roles that have a file: `targets` first, then the others by name. */
export function targetsRoles(state: RepositoryState): readonly string[] {
  const names = [...state.roles.keys()].filter(
    (role) => !['root', 'snapshot', 'timestamp', 'targets'].includes(role),
  );
  return state.roles.has('targets') ? ['targets', ...names] : names;
}
