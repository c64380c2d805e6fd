/**
 * A commit's files as GitHub lists them (https://docs.github.com/rest/git/trees), for the same questions that a clone
 * answers: what stands under `metadata/` and `targets/`, and which paths differ.
 */
import { isSafePath } from '../../git/names.ts';
import { METADATA, TARGETS } from '../../repository/layout.ts';
import type { TreeFile } from '../../repository/tree.ts';
import { Answer } from './answer.ts';
import type { GitHubApi } from './github-api.ts';
import { PageProblem } from './problem.ts';

/** All files of a commit, wherever they stand. */
export async function readTree(api: GitHubApi, commit: string): Promise<readonly TreeFile[]> {
  const answer = new Answer(await api.json(`/git/trees/${commit}?recursive=1`, { fresh: false }), 'the tree');
  if (answer.at('truncated').flag()) {
    throw new PageProblem('too-large', 'The repository has more files than GitHub lists in one answer.', {
      next: ['Sign with `playground sign` in a clone.'],
    });
  }
  const files = answer
    .at('tree')
    .list()
    .filter((entry) => entry.at('type').text() !== 'tree')
    .map((entry): TreeFile => {
      const path = entry.at('path').text();
      return {
        path,
        kind: kindOf(entry.at('mode').text()),
        id: entry.at('sha').oid(),
        size: entry.at('size').isNothing ? 0 : entry.at('size').number(),
        // Names that are no UTF-8 come with a replacement character.
        validName: isSafePath(path) && !path.includes('\ufffd'),
      };
    });
  return withoutTwins(files).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function kindOf(mode: string): TreeFile['kind'] {
  switch (mode) {
    case '100644':
      return 'file';
    case '100755':
      return 'executable';
    case '120000':
      return 'symlink';
    default:
      return 'submodule';
  }
}

/** A malformed tree can hold a name twice; whoever looks one up must not see only the other. */
function withoutTwins(files: readonly TreeFile[]): TreeFile[] {
  const count = new Map<string, number>();
  for (const { path } of files) count.set(path, (count.get(path) ?? 0) + 1);
  return files.map((file) => (count.get(file.path) === 1 ? file : { ...file, validName: false }));
}

/** Those that belong to the TUF repository; a file in the place of a folder is one of them. */
export function repositoryFiles(files: readonly TreeFile[]): readonly TreeFile[] {
  return files.filter(({ path }) =>
    [METADATA, TARGETS].some((folder) => path.startsWith(folder) || `${path}/` === folder),
  );
}

/** The paths at which two commits differ. */
export function changedPaths(before: readonly TreeFile[], after: readonly TreeFile[]): readonly string[] {
  const content = (files: readonly TreeFile[]) =>
    new Map(files.map(({ path, kind, id }) => [path, `${kind} ${id}`]));
  const [old, now] = [content(before), content(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .sort();
}
