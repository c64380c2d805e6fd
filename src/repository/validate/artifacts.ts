/** Artifacts: what the roles list is there, whole, and found by the search that clients make; nothing else is there. */
import { own } from '../../tuf/shape.ts';
import type { TargetFile } from '../../tuf/targets.ts';
import { findTarget } from '../../tuf/walk.ts';
import { reachableRoles } from '../delegators.ts';
import { digestFile, SUPPORTED_HASHES } from '../digest.ts';
import { type Finding, finding } from '../findings.ts';
import { rolePath, TARGETS } from '../layout.ts';
import { type RepositoryState, targetsOf, targetsRoles } from '../state.ts';
import type { Tree, TreeFile } from '../tree.ts';
import { type CheckContext, roleChanged } from './context.ts';
import { sameJson } from './same.ts';

export async function checkArtifacts(context: CheckContext): Promise<readonly Finding[]> {
  const { proposed, knownGood } = context;
  const findings: Finding[] = [];
  const listed = new Set<string>();
  const reachable = reachableRoles(proposed);
  const targets = (role: string) => targetsOf(proposed, role)?.signed;
  const targetsBefore = (role: string) => targetsOf(knownGood, role)?.signed;

  for (const role of targetsRoles(proposed)) {
    for (const [path, entry] of Object.entries(targets(role)?.targets ?? {})) {
      listed.add(path);
      const file = proposed.artifacts.get(path);
      const at = TARGETS + path;
      if (!file) {
        findings.push(
          finding('artifact-missing', { role, path: at, message: `${role} lists ${at}, which is not there` }),
        );
        continue;
      }
      const entryBefore = own(targetsBefore(role)?.targets, path);
      const changed = knownGood.artifacts.get(path)?.id !== file.id || !sameJson(entryBefore, entry);
      const algorithms = Object.keys(entry.hashes).filter((name) => SUPPORTED_HASHES.has(name));
      if (algorithms.length === 0) {
        findings.push(
          finding('artifact-hash-unsupported', {
            role,
            path: at,
            message: `${role} gives no sha256 or sha512 hash for ${at}`,
            changed,
          }),
        );
      } else if (changed && (file.kind === 'file' || file.kind === 'executable')) {
        findings.push(...(await checkContent(proposed.tree, file, role, entry, algorithms)));
      }
      const found = reachable.has(role) ? findTarget(path, targets).found?.role : role;
      if (found !== role) {
        const where = found ? `finds it in ${found}` : 'never gets to this entry';
        findings.push(
          finding('artifact-unreachable', {
            role,
            path: rolePath(role),
            message: `${role} lists ${path}, but the search of a client ${where}`,
            changed:
              changed || roleChanged(context, role) || findTarget(path, targetsBefore).found?.role === role,
          }),
        );
      }
    }
  }
  return [...findings, ...unlisted(proposed, knownGood, listed)];
}

/** Whether a file has the length and the hashes that its role states. */
async function checkContent(
  tree: Tree,
  file: TreeFile,
  role: string,
  entry: TargetFile,
  algorithms: readonly string[],
): Promise<readonly Finding[]> {
  const { path } = file;
  const withheld = tree.withheld?.(file);
  if (withheld !== undefined) {
    const message = `${path}, which ${role} lists, ${withheld}`;
    return [finding('artifact-not-checked', { role, path, message })];
  }
  const digest = await digestFile(tree, file, algorithms);
  const asStated =
    digest.length === entry.length && algorithms.every((name) => digest.hashes[name] === entry.hashes[name]);
  if (asStated) return [];
  const message = `${path} differs from what ${role} states (${mismatch(entry, digest)})`;
  return [finding('artifact-mismatch', { role, path, message })];
}

function mismatch(
  stated: { length: number; hashes: { readonly [name: string]: string } },
  found: { length: number; hashes: { readonly [name: string]: string } },
): string {
  if (stated.length !== found.length) return `${found.length} bytes, stated ${stated.length}`;
  const name =
    Object.keys(found.hashes).find((algorithm) => found.hashes[algorithm] !== stated.hashes[algorithm]) ?? '';
  return `${name} ${found.hashes[name]?.slice(0, 12)}…, stated ${stated.hashes[name]?.slice(0, 12)}…`;
}

function unlisted(
  proposed: RepositoryState,
  knownGood: RepositoryState,
  listed: ReadonlySet<string>,
): Finding[] {
  const findings: Finding[] = [];
  for (const [path, file] of proposed.artifacts) {
    if (listed.has(path)) continue;
    const changed = knownGood.artifacts.get(path)?.id !== file.id;
    findings.push(
      finding('artifact-unlisted', {
        path: TARGETS + path,
        message: `${TARGETS}${path} is listed in no role`,
        changed,
      }),
    );
  }
  return findings;
}
