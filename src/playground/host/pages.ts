/**
 * Publishing a repository's Pages site. Each deployment is a folder of its own; one row of the database says which one
 * is live, so a deployment is seen whole or not at all, and a failed one changes nothing.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, timestamp } from './context.ts';
import { row, run } from './database.ts';
import { ApiError } from './errors.ts';
import type { Repository } from './repositories.ts';

export interface PagesRecord {
  readonly repositoryId: number;
  readonly buildType: 'workflow' | 'legacy';
  /** Name of the live deployment's folder; null before the first. */
  readonly folder: string | null;
  readonly sha: string | null;
  readonly runId: number | null;
  readonly updatedAt: string;
}

export const pagesFolder = (context: Context) => join(context.dataDir, 'pages');

export function pagesUrlOf(context: Context, repository: Repository): string {
  return `${context.urls.pages}/${repository.owner}/${repository.name}/`;
}

export function pagesOf(context: Context, repository: Repository): PagesRecord | undefined {
  return row<PagesRecord>(context.database, 'SELECT * FROM pages WHERE repositoryId = ?', repository.id);
}

export function enablePages(
  context: Context,
  repository: Repository,
  buildType: PagesRecord['buildType'],
): void {
  run(
    context.database,
    `INSERT INTO pages (repositoryId, buildType, updatedAt) VALUES (?, ?, ?)
     ON CONFLICT (repositoryId) DO UPDATE SET buildType = excluded.buildType`,
    repository.id,
    buildType,
    timestamp(context),
  );
}

/**
 * Copies a folder and puts it live.
 * @returns the site's URL
 * @throws {ApiError} 404 where Pages is not enabled with source "GitHub Actions"
 */
export function publish(
  context: Context,
  repository: Repository,
  folder: string,
  details: { readonly sha: string; readonly runId: number },
): string {
  const before = pagesOf(context, repository);
  if (before?.buildType !== 'workflow') {
    throw new ApiError(
      404,
      'Failed to create deployment: Pages is not enabled for this repository, or its source is not GitHub Actions. Enable it in the settings.',
    );
  }
  const name = `${repository.id}-${details.runId}-${randomBytes(4).toString('hex')}`;
  const target = join(pagesFolder(context), name);
  const arriving = `${target}.arriving`;
  mkdirSync(pagesFolder(context), { recursive: true });
  try {
    refuseLinks(folder);
    cpSync(folder, arriving, { recursive: true, verbatimSymlinks: true, errorOnExist: true });
    renameSync(arriving, target);
  } catch (error) {
    rmSync(arriving, { recursive: true, force: true });
    throw error;
  }
  run(
    context.database,
    'UPDATE pages SET folder = ?, sha = ?, runId = ?, updatedAt = ? WHERE repositoryId = ?',
    name,
    details.sha,
    details.runId,
    timestamp(context),
    repository.id,
  );
  // The deployment before this one stays until the next, for readers that are in the middle of it.
  for (const old of readdirSync(pagesFolder(context))) {
    if (old.startsWith(`${repository.id}-`) && old !== name && old !== before.folder) {
      rmSync(join(pagesFolder(context), old), { recursive: true, force: true });
    }
  }
  return pagesUrlOf(context, repository);
}

function refuseLinks(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const stats = lstatSync(join(folder, name));
    if (!stats.isFile() && !stats.isDirectory()) {
      throw new ApiError(422, `${name} is neither a file nor a folder; a Pages site holds nothing else.`);
    }
  }
}
