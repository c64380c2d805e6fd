/** Which files an artifact holds, and copying them. */
import { copyFileSync, globSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { StepFailure } from '../step-failure.ts';

export interface ArtifactFile {
  readonly source: string;
  /** Within the artifact. */
  readonly path: string;
  readonly size: number;
}

/** Files and folders below a folder; links are kept as such for the caller to judge. */
function walk(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.') && part !== '.' && part !== '..');
}

/**
 * The files of upload-artifact: lines of paths, wildcards and `!` exclusions. One folder is the artifact's root; of
 * several paths, what they have in common.
 */
export function selectFiles(
  workspace: string,
  lines: readonly string[],
  hidden: boolean,
): readonly ArtifactFile[] {
  const wanted = lines.filter((line) => !line.startsWith('!')).flatMap((line) => expand(workspace, line));
  const excluded = new Set(
    lines
      .filter((line) => line.startsWith('!'))
      .flatMap((line) => expand(workspace, line.slice(1)).flatMap((entry) => entry.files)),
  );
  const files = [...new Set(wanted.flatMap((entry) => entry.files))].filter((file) => !excluded.has(file));
  const roots = wanted.map((entry) => entry.root);
  const root = roots.length === 0 ? workspace : roots.reduce(commonFolder);
  return files
    .map((source) => ({ source, path: relative(root, source), size: statSync(source).size }))
    .filter((file) => hidden || !isHidden(file.path));
}

function expand(
  workspace: string,
  pattern: string,
): readonly { readonly root: string; readonly files: readonly string[] }[] {
  const literal = !/[*?[\]{}]/.test(pattern);
  const full = resolve(workspace, pattern);
  const found = literal
    ? [full]
    : globSync(pattern, { cwd: workspace }).map((path) => resolve(workspace, path));
  // With a wildcard the root is the folder before it, as in GitHub's glob.
  const before = literal
    ? undefined
    : resolve(
        workspace,
        pattern
          .split('/')
          .slice(
            0,
            pattern.split('/').findIndex((part) => /[*?[\]{}]/.test(part)),
          )
          .join('/'),
      );
  return found.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isDirectory()
      ? [{ root: before ?? path, files: walk(path) }]
      : [{ root: before ?? dirname(path), files: [path] }];
  });
}

function commonFolder(one: string, other: string): string {
  let folder = one;
  while (relative(folder, other).startsWith('..')) folder = dirname(folder);
  return folder;
}

/**
 * The files of upload-pages-artifact: plain files and folders, without dotfiles. Pages serves nothing else.
 * @throws {StepFailure} naming the first link, or the limit of 1 GB.
 */
export function selectSite(folder: string): readonly ArtifactFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StepFailure(`The path '${folder}' of the site is no folder.`);
  }
  const files = walk(folder)
    .map((source) => ({ source, path: relative(folder, source) }))
    .filter((file) => !isHidden(file.path))
    .map((file) => {
      const stat = lstatSync(file.source);
      if (!stat.isFile() || stat.nlink > 1) {
        throw new StepFailure(
          `'${file.path}' is not a plain file: a Pages artifact must not contain any symbolic or hard links.`,
        );
      }
      return { ...file, size: stat.size };
    });
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > 1024 ** 3)
    throw new StepFailure(`The site has ${total} bytes; a Pages artifact must be under 1 GB.`);
  return files;
}

export function copyFiles(files: readonly ArtifactFile[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { source, path } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(source, join(folder, path));
  }
}

/** Everything of a stored artifact. */
export function storedFiles(folder: string): readonly ArtifactFile[] {
  return walk(folder).map((source) => ({
    source,
    path: relative(folder, source),
    size: statSync(source).size,
  }));
}
