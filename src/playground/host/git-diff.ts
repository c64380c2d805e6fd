/** Differences between two commits, a file at a time, with patches as GitHub's API gives them. */
import { gitText } from './git.ts';

export interface FileChange {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  /** Blob id after the change; before it, for a removed file. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks without the file header. Absent for binary, unchanged and very large files. */
  readonly patch?: string;
}

const STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

/** GitHub leaves the patch of large files out and stops after 3,000 files. */
const MAX_PATCH_LENGTH = 100_000;
const MAX_FILES = 3000;

/** The files that differ between two trees, with renames found. */
export async function readChanges(gitDir: string, from: string, to: string): Promise<readonly FileChange[]> {
  const options = ['-r', '-M', '--no-ext-diff', '--no-textconv'];
  const [raw, numbers, patch] = await Promise.all([
    gitText(gitDir, ['diff-tree', ...options, '-z', '--raw', '--no-abbrev', from, to]),
    gitText(gitDir, ['diff-tree', ...options, '-z', '--numstat', from, to]),
    gitText(gitDir, [
      'diff-tree',
      ...options,
      '--patch',
      '--no-abbrev',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      from,
      to,
    ]),
  ]);
  const counts = parseNumbers(numbers);
  const patches = splitPatch(patch);
  let part = 0;
  return parseRaw(raw)
    .slice(0, MAX_FILES)
    .map((file, index) => {
      const hunks = patches[part];
      // A change of type (file to link) is shown as a removal and an addition.
      part += file.status === 'changed' ? 2 : 1;
      const count = counts[index] ?? { additions: 0, deletions: 0 };
      return {
        ...file,
        ...count,
        ...(hunks === undefined || hunks.length > MAX_PATCH_LENGTH ? {} : { patch: hunks }),
      };
    });
}

function parseRaw(raw: string): readonly Omit<FileChange, 'additions' | 'deletions'>[] {
  const fields = raw.split('\0');
  const files: Omit<FileChange, 'additions' | 'deletions'>[] = [];
  for (let at = 0; fields[at]?.startsWith(':'); ) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ');
    const status = STATUS[letter.charAt(0)] ?? 'modified';
    const moved = status === 'renamed';
    files.push({
      path: fields[at + (moved ? 2 : 1)] ?? '',
      ...(moved ? { previousPath: fields[at + 1] ?? '' } : {}),
      status,
      sha: status === 'removed' ? before : after,
    });
    at += moved ? 3 : 2;
  }
  return files;
}

function parseNumbers(text: string): readonly { readonly additions: number; readonly deletions: number }[] {
  const fields = text.split('\0');
  const counts: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < fields.length && fields[at] !== ''; ) {
    const [additions = '0', deletions = '0', path = ''] = (fields[at] ?? '').split('\t');
    counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    // A rename has an empty path here and its two paths in the next fields.
    at += path === '' ? 3 : 1;
  }
  return counts;
}

/** The hunks of each file, in order; undefined where there are none (binary, mode, pure rename). */
function splitPatch(patch: string): readonly (string | undefined)[] {
  const files: string[][] = [];
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) files.push([]);
    else files.at(-1)?.push(line);
  }
  return files.map((lines) => {
    const start = lines.findIndex((line) => line.startsWith('@@'));
    return start < 0 ? undefined : lines.slice(start).join('\n').replace(/\n$/, '');
  });
}
