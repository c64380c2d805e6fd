/**
 * Where the action of a step comes from.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HostForActions } from '../contract.ts';
import { BUILTIN_ACTIONS, type BuiltinAction } from './builtin/index.ts';
import type { ActionPlace } from './frame.ts';
import { exportTree, resolveCommit, resolveRef } from './git.ts';
import type { JobContext } from './job-context.ts';
import { StepFailure } from './step-failure.ts';

export type ResolvedAction =
  | { readonly kind: 'builtin'; readonly action: BuiltinAction; readonly name: string }
  | { readonly kind: 'folder'; readonly folder: string; readonly place: ActionPlace };

/** Whether `uses` names an action of the workspace, which is there only once a step has checked it out. */
export function isLocal(uses: string): boolean {
  return uses.startsWith('./') || uses.startsWith('.\\');
}

/** @throws {StepFailure} naming the action, if it cannot be had. */
export function resolveUses(job: JobContext, uses: string): ResolvedAction {
  if (isLocal(uses)) {
    const folder = resolve(job.workspace.workspace, uses);
    return { kind: 'folder', folder, place: { path: folder } };
  }
  if (uses.startsWith('docker://') || uses.startsWith('$/')) {
    throw new StepFailure(`The action '${uses}' is not supported by the local GitHub.`);
  }
  const match = /^([^/@\s]+\/[^/@\s]+)((?:\/[^@\s]*)?)@(\S+)$/.exec(uses);
  if (match === null || uses.split(/[/@]/).includes('..'))
    throw new StepFailure(`Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`);
  const [, repository = '', path = '', ref = ''] = match;
  checkRef(uses, ref);
  const name = `${repository}${path}`.toLowerCase();
  const builtin = BUILTIN_ACTIONS.get(name);
  if (builtin !== undefined) return { kind: 'builtin', action: builtin, name };
  const folder = fetchAction(job, uses, repository, ref);
  const place = { repository, ref, path: join(folder, path) };
  return { kind: 'folder', folder: join(folder, path), place };
}

/** GitHub refuses shortened commit hashes, which anybody could make a branch or tag of. */
function checkRef(uses: string, ref: string): void {
  if (/^[0-9a-f]{7,39}$/.test(ref)) {
    throw new StepFailure(
      `Unable to resolve action \`${uses}\`, the provided ref \`${ref}\` is the shortened version of a commit SHA, which is not supported. Please use the full commit SHA instead.`,
    );
  }
}

function fetchAction(job: JobContext, uses: string, repository: string, ref: string): string {
  const { host } = job.services;
  if (!mayUse(host, job.plan.run.repository, repository)) {
    throw new StepFailure(
      `Unable to resolve action '${uses}', repository not found. The local GitHub has no repository ${repository}, and no counterpart of this action.`,
    );
  }
  const gitDir = host.gitDir(repository);
  const commit = /^[0-9a-f]{40}$/.test(ref) ? resolveCommit(gitDir, ref) : resolveRef(gitDir, ref)?.sha;
  if (commit === undefined) {
    throw new StepFailure(`Unable to resolve action '${uses}', unable to find version '${ref}'`);
  }
  const folder = join(job.workspace.actions, repository.replaceAll(/[^\w.-]/g, '_'), commit);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    exportTree(gitDir, commit, folder, `${folder}.index`);
  }
  return folder;
}

/** Actions of private repositories are not open to others unless their owner says so. */
function mayUse(host: HostForActions, user: string, repository: string): boolean {
  try {
    return !host.repositoryInfo(repository).private || user.toLowerCase() === repository.toLowerCase();
  } catch {
    return false;
  }
}
