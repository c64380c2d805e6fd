/** Root: its history is whole, unaltered, and a chain in which each version vouches for the next. */
import { MAX_ROOT_ROTATIONS } from '../../tuf/limits.ts';
import type { Metadata } from '../../tuf/metadata.ts';
import type { Root } from '../../tuf/root.ts';
import { verifyRootSuccession } from '../../tuf/threshold.ts';
import { type Finding, finding } from '../findings.ts';
import { rolePath, rootHistoryPath } from '../layout.ts';
import { rootOf } from '../state.ts';
import type { CheckContext } from './context.ts';

export async function checkRootHistory(context: CheckContext): Promise<readonly Finding[]> {
  const { proposed, knownGood } = context;
  const root = rootOf(proposed)?.signed;
  if (!root) return [];
  const findings: Finding[] = [];
  const bad = (version: number, message: string) =>
    void findings.push(finding('root-history', { role: 'root', path: rootHistoryPath(version), message }));

  if (proposed.rootHistory.get(root.version)?.file.id !== proposed.roles.get('root')?.file.id) {
    bad(root.version, `${rootHistoryPath(root.version)} is not the same file as ${rolePath('root')}`);
  }
  for (let version = 1; version < root.version; version++) {
    if (!proposed.rootHistory.has(version)) bad(version, `${rootHistoryPath(version)} is missing`);
    if (findings.length > 10) return findings;
  }
  for (const [version, { file, metadata }] of proposed.rootHistory) {
    if (version > root.version)
      bad(version, `${file.path} is newer than ${rolePath('root')}, version ${root.version}`);
    if (metadata && metadata.signed.version !== version)
      bad(version, `${file.path} has version ${metadata.signed.version}`);
  }
  const knownVersion = rootOf(knownGood)?.signed.version ?? 0;
  for (const [version, { file }] of knownGood.rootHistory) {
    if (
      version <= knownVersion &&
      version <= root.version &&
      proposed.rootHistory.get(version)?.file.id !== file.id
    ) {
      bad(version, `${file.path} differs from the known good copy`);
    }
  }
  // The newest step is reported with the other thresholds, signer by signer.
  const chain = findings.length === 0 ? await checkChain(context, root.version - 1) : [];
  return [...findings, ...chain, ...checkRoot(root)];
}

/** What clients do not take of the newest root, whatever came before it. */
function checkRoot({ version, consistent_snapshot }: Root): readonly Finding[] {
  const at = { role: 'root', path: rolePath('root') };
  const findings: Finding[] = [];
  if (!consistent_snapshot) {
    const message = 'root has consistent_snapshot false';
    findings.push(finding('consistent-snapshot', { ...at, message }));
  }
  if (version - 1 > MAX_ROOT_ROTATIONS) {
    const message = `root has version ${version}; a client that has the first one follows ${MAX_ROOT_ROTATIONS} of the ${version - 1} steps`;
    findings.push(finding('root-versions', { ...at, message }));
  }
  return findings;
}

/** Checks versions 1 to `last` as a chain. What they say besides does not matter any more. */
async function checkChain({ proposed }: CheckContext, last: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let previous: Metadata<Root> | undefined;
  for (let version = 1; version <= last; version++) {
    const next = proposed.rootHistory.get(version)?.metadata as Metadata<Root> | undefined;
    if (!next) break;
    const { ok, old, new: own } = await verifyRootSuccession(previous, next);
    if (!ok) {
      const counts = [
        old && `${old.count} of ${old.threshold} by the keys before it`,
        `${own.count} of ${own.threshold} by its own keys`,
      ];
      const message = `root version ${version} does not follow: signatures ${counts.filter(Boolean).join(', ')}`;
      findings.push(finding('root-chain', { role: 'root', path: rootHistoryPath(version), message }));
    }
    previous = next;
  }
  return findings;
}
