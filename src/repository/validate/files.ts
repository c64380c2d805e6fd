/** Files: nothing but plain files under names that mean the same everywhere, each of which belongs to something. */
import { roleNameProblem, targetPathProblem } from '../../tuf/names.ts';
import { type Finding, type FindingCode, finding } from '../findings.ts';
import { INVITATION_FILE, placeOf } from '../layout.ts';
import type { RoleFile } from '../state.ts';
import type { TreeFile } from '../tree.ts';
import type { CheckContext } from './context.ts';

const PROBLEM_CODES: { readonly [kind in NonNullable<RoleFile['problem']>['kind']]: FindingCode } = {
  'not-regular': 'not-a-regular-file',
  'too-large': 'file-too-large',
  json: 'invalid-json',
  shape: 'invalid-metadata',
};

export function checkFiles(context: CheckContext): readonly Finding[] {
  const { proposed, knownGood } = context;
  const before = new Map(knownGood.tree.files.map((file) => [file.path, file.id]));
  const changed = (file: TreeFile) => before.get(file.path) !== file.id;
  const findings: Finding[] = [];

  for (const file of proposed.tree.files) {
    const { path } = file;
    if (file.kind === 'executable') {
      findings.push(finding('executable-file', { path, message: `${shown(path)} is marked as executable` }));
    } else if (file.kind !== 'file') {
      const message = `${shown(path)} is a ${file.kind}, not a plain file`;
      findings.push(finding('not-a-regular-file', { path, message, changed: changed(file) }));
    }
    const problem = nameProblem(file);
    if (problem) {
      // A name that leaves the tree or that git would not check out is never a mere legacy.
      const weight = changed(file) || !file.validName;
      findings.push(finding('file-name', { path, message: `${shown(path)} ${problem}`, changed: weight }));
    }
  }
  for (const file of proposed.strays) {
    const message = `${shown(file.path)} belongs to no role`;
    findings.push(finding('stray-file', { path: file.path, message, changed: changed(file) }));
  }
  if (proposed.invitationFile && context.invited.size === 0) {
    const message = `${INVITATION_FILE} is there although no invitation is open`;
    findings.push(finding('invitation-file', { path: INVITATION_FILE, message, mend: 'Remove the file.' }));
  }
  for (const roleFile of [...proposed.roles.values(), ...proposed.rootHistory.values()]) {
    const { role, file, problem } = roleFile;
    // A link or submodule was named above already.
    if (!problem || problem.kind === 'not-regular') continue;
    const message = `${shown(file.path)} cannot be used: ${problem.message}`;
    findings.push(finding(PROBLEM_CODES[problem.kind], { role, path: file.path, message }));
  }
  return [...findings, ...collisions(proposed.tree.files, changed)];
}

/** Why the name is refused, in words that follow the path. */
function nameProblem(file: TreeFile): string | undefined {
  if (!file.validName)
    return 'has a name that git would not check out: not UTF-8, there twice, or outside of its folder';
  const place = placeOf(file.path);
  if (place.kind === 'artifact') return targetPathProblem(place.targetPath);
  if (place.kind !== 'role' || /^(root|targets|snapshot|timestamp)$/.test(place.role)) return undefined;
  const problem = roleNameProblem(place.role);
  return problem && `is named after a role whose name ${problem}`;
}

function collisions(files: readonly TreeFile[], changed: (file: TreeFile) => boolean): readonly Finding[] {
  const byFolded = new Map<string, TreeFile>();
  const findings: Finding[] = [];
  for (const file of files) {
    const folded = file.path.toLowerCase();
    const other = byFolded.get(folded);
    if (other) {
      const message = `${shown(file.path)} and ${shown(other.path)} differ only by case`;
      findings.push(
        finding('name-collision', { path: file.path, message, changed: changed(file) || changed(other) }),
      );
    } else byFolded.set(folded, file);
  }
  return findings;
}

/** A path for a message: control characters and odd letters are shown as escapes. */
function shown(path: string): string {
  return /^[\x21-\x7e]+$/.test(path)
    ? path
    : JSON.stringify(path).replace(
        /[^\x20-\x7e]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
}
