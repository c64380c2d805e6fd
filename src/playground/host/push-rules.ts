/**
 * Whether a change of a ref may be made: asked by a push before git moves anything, and by the REST API. The answer
 * is a sentence of GitHub's, or nothing if it may. What is pushed is looked at as git objects only.
 */
import type { KnownViewer } from './access.ts';
import type { Context } from './context.ts';
import { gitSays } from './git.ts';
import { workflowChanges } from './git-merge.ts';
import { isRefName } from './names.ts';
import { rulesFor } from './protection.ts';
import type { Repository } from './repositories.ts';
import { gitDirOf } from './repositories.ts';
import { isSatisfied, statusesOf } from './statuses.ts';

export interface RefUpdate {
  readonly ref: string;
  /** Undefined: the ref is made. */
  readonly before: string | undefined;
  /** Undefined: the ref is deleted. */
  readonly after: string | undefined;
}

/** Where git keeps the objects of a push until it is accepted (git-receive-pack(1), Quarantine Environment). */
export type Quarantine = Readonly<Record<string, string>>;

/**
 * Why an update is refused; undefined if it may be made. The caller has checked that the viewer may write at all.
 */
export async function refuseUpdate(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  update: RefUpdate,
  quarantine?: Quarantine,
): Promise<string | undefined> {
  const { ref, after } = update;
  if (!isRefName(ref)) return `Invalid ref name ${ref}`;
  if (ref.startsWith('refs/pull/')) return 'deny updating a hidden ref';
  // `workflows` is a permission that no job can have.
  if (viewer.kind === 'job' && after !== undefined) {
    const [path] = await workflowChanges(gitDirOf(context, repository), [after], quarantine);
    if (path !== undefined) {
      return `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`;
    }
  }
  return ref.startsWith('refs/heads/')
    ? refuseByRules(context, repository, viewer, update, quarantine)
    : undefined;
}

async function refuseByRules(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  { ref, before, after }: RefUpdate,
  quarantine?: Quarantine,
): Promise<string | undefined> {
  const gitDir = gitDirOf(context, repository);
  const branch = ref.slice('refs/heads/'.length);
  const rules = rulesFor(context, repository, branch, viewer, 'push');
  const violations: string[] = [];
  if (after === undefined) {
    if (branch === repository.defaultBranch) return 'refusing to delete the current branch';
    if (!rules.deletions) violations.push('Cannot delete this branch');
    return summary(ref, violations);
  }
  if (before === undefined) {
    if (!rules.creations) violations.push('Cannot create ref due to creations being restricted.');
    // Rules about what is merged bind changes of a branch, not its first commit.
    return summary(ref, violations);
  }
  const env = quarantine ? { env: quarantine } : {};
  const forced = !(await gitSays(gitDir, ['merge-base', '--is-ancestor', before, after], env));
  if (!rules.updates) violations.push('Cannot update this protected ref.');
  if (forced && !rules.forcePushes) violations.push('Cannot force-push to this branch');
  if (rules.pullRequest) violations.push('Changes must be made through a pull request.');
  violations.push(...missingChecks(context, repository, after, rules.checks));
  return summary(ref, violations);
}

function summary(ref: string, violations: readonly string[]): string | undefined {
  if (violations.length === 0) return undefined;
  return `Repository rule violations found for ${ref}.\n\n${violations.map((line) => `- ${line}`).join('\n')}`;
}

/** A sentence for each required status that the commit lacks. */
export function missingChecks(
  context: Context,
  repository: Repository,
  sha: string,
  checks: readonly { readonly context: string; readonly integrationId: number | null }[],
): readonly string[] {
  const statuses = statusesOf(context, repository, sha);
  const missing = new Set(
    checks.filter((check) => !isSatisfied(statuses, check)).map((check) => check.context),
  );
  if (missing.size === 0) return [];
  const [first] = missing;
  return [
    missing.size === 1
      ? `Required status check "${first}" is expected.`
      : `${missing.size} of ${checks.length} required status checks are expected.`,
  ];
}
