/**
 * Artifacts into metadata: what lies under `targets/` becomes what the roles list. An artifact belongs to the role
 * that lists it already, else to the deepest role to which its path is delegated, else to top-level targets.
 */
import { delegationsForPath } from '../tuf/delegations.ts';
import { own } from '../tuf/shape.ts';
import type { TargetFile, Targets } from '../tuf/targets.ts';
import { digestFile, SUPPORTED_HASHES } from './digest.ts';
import type { Editor } from './edit.ts';
import { type RepositoryState, targetsOf, targetsRoles } from './state.ts';
import type { TreeFile } from './tree.ts';
import { sameJson } from './validate/same.ts';

/** The role that a new artifact of this path belongs to. */
export function ownerOf(state: RepositoryState, path: string): string {
  const visited = new Set<string>();
  let role = 'targets';
  while (!visited.has(role)) {
    visited.add(role);
    const next = delegationsForPath(targetsOf(state, role)?.signed.delegations, path).find(({ name }) =>
      state.roles.has(name),
    );
    if (!next) break;
    role = next.name;
  }
  return role;
}

/**
 * Brings all targets roles in step with the artifacts of the draft's tree. Custom fields and the algorithms of
 * existing entries are kept; artifacts that nobody touched are not read.
 * @returns the roles that changed.
 */
export async function updateArtifacts(editor: Editor): Promise<readonly string[]> {
  const state = editor.draft;
  const wanted = new Map<string, Map<string, TargetFile>>();
  const listed = new Set<string>();
  for (const role of targetsRoles(state)) {
    const entries = new Map<string, TargetFile>();
    for (const [path, entry] of Object.entries(targetsOf(state, role)?.signed.targets ?? {})) {
      const file = state.artifacts.get(path);
      if (!file) continue;
      listed.add(path);
      entries.set(path, await updatedEntry(editor, role, path, file, entry));
    }
    wanted.set(role, entries);
  }
  for (const [path, file] of state.artifacts) {
    if (listed.has(path)) continue;
    wanted.get(ownerOf(state, path))?.set(path, await newEntry(state, file));
  }

  const changed: string[] = [];
  for (const [role, entries] of wanted) {
    const targets = Object.fromEntries(entries);
    if (sameJson(targets, targetsOf(state, role)?.signed.targets)) continue;
    editor.edit<Targets>(role, (signed) => ({ ...signed, targets }));
    changed.push(role);
  }
  return changed;
}

async function newEntry(state: RepositoryState, file: TreeFile): Promise<TargetFile> {
  const { length, hashes } = await digestFile(state.tree, file, ['sha256']);
  return { hashes, length };
}

async function updatedEntry(
  { draft, knownGood }: Editor,
  role: string,
  path: string,
  file: TreeFile,
  entry: TargetFile,
): Promise<TargetFile> {
  const before = own(targetsOf(knownGood, role)?.signed.targets, path);
  if (knownGood.artifacts.get(path)?.id === file.id && sameJson(before, entry)) return entry;
  const known = Object.keys(entry.hashes).filter((name) => SUPPORTED_HASHES.has(name));
  const { length, hashes } = await digestFile(draft.tree, file, known.length > 0 ? known : ['sha256']);
  return { ...entry, length, hashes };
}
