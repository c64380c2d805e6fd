/**
 * What a branch asks for: rulesets (https://docs.github.com/rest/repos/rules) and classic branch protection
 * (https://docs.github.com/rest/branches/branch-protection) brought to one form. The strictest of all counts.
 */
import { matchesGlob } from 'node:path';
import { atLeast, type KnownViewer, type Role, roleOf } from './access.ts';
import type { Context } from './context.ts';
import { rows } from './database.ts';
import type { Repository } from './repositories.ts';

export interface StoredRuleset {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly enforcement: 'active' | 'disabled' | 'evaluate';
  readonly target: 'branch' | 'tag' | 'push';
  readonly conditions: string;
  readonly rules: string;
  readonly bypassActors: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface BypassActor {
  readonly actor_id: number | null;
  readonly actor_type: string;
  readonly bypass_mode: 'always' | 'pull_request' | 'exempt';
}

export interface RequiredCheck {
  readonly context: string;
  readonly integrationId: number | null;
}

/** Everything that applies to one viewer on one branch. */
export interface BranchRules {
  readonly pullRequest: boolean;
  readonly approvals: number;
  readonly checks: readonly RequiredCheck[];
  /** Head must contain the tip of the base. */
  readonly strict: boolean;
  readonly forcePushes: boolean;
  readonly deletions: boolean;
  readonly creations: boolean;
  readonly updates: boolean;
  readonly linearHistory: boolean;
}

const NO_RULES: BranchRules = {
  pullRequest: false,
  approvals: 0,
  checks: [],
  strict: false,
  forcePushes: true,
  deletions: true,
  creations: true,
  updates: true,
  linearHistory: false,
};

/** Settings of classic protection, as they are stored. */
export interface ProtectionSettings {
  readonly checks: readonly RequiredCheck[] | null;
  readonly strict: boolean;
  readonly pullRequest: { readonly approvals: number } | null;
  readonly enforceAdmins: boolean;
  readonly forcePushes: boolean;
  readonly deletions: boolean;
  readonly linearHistory: boolean;
}

export function rulesetsOf(context: Context, repository: Repository): readonly StoredRuleset[] {
  return rows<StoredRuleset>(
    context.database,
    'SELECT * FROM rulesets WHERE repositoryId = ? ORDER BY id',
    repository.id,
  );
}

export function protectionOf(
  context: Context,
  repository: Repository,
  branch: string,
): ProtectionSettings | undefined {
  const [found] = rows<{ settings: string }>(
    context.database,
    'SELECT settings FROM protections WHERE repositoryId = ? AND branch = ?',
    repository.id,
    branch,
  );
  return found && (JSON.parse(found.settings) as ProtectionSettings);
}

export function isProtected(context: Context, repository: Repository, branch: string): boolean {
  return (
    protectionOf(context, repository, branch) !== undefined ||
    rulesetsOf(context, repository).some(
      (set) => set.enforcement === 'active' && applies(set, repository, branch),
    )
  );
}

/**
 * The rules that bind this viewer on this branch. Job tokens have no way around any.
 * @param viewer undefined: someone without any way around
 * @param how a bypass may hold for merging pull requests only
 */
export function rulesFor(
  context: Context,
  repository: Repository,
  branch: string,
  viewer: KnownViewer | undefined,
  how: 'push' | 'merge',
): BranchRules {
  const role = viewer?.kind === 'user' ? roleOf(context, viewer.user, repository) : 'none';
  const fromRulesets = rulesetsOf(context, repository)
    .filter((set) => set.enforcement === 'active' && applies(set, repository, branch))
    .filter((set) => !bypasses(JSON.parse(set.bypassActors) as BypassActor[], role, how))
    .flatMap((set) => JSON.parse(set.rules) as Rule[])
    .map(readRule);
  const classic = protectionOf(context, repository, branch);
  const binding = classic && (classic.enforceAdmins || !atLeast(role, 'admin'));
  return [...fromRulesets, ...(binding ? [readProtection(classic)] : [])].reduce<BranchRules>(
    stricter,
    NO_RULES,
  );
}

function applies(set: StoredRuleset, repository: Repository, branch: string): boolean {
  if (set.target !== 'branch') return false;
  const { ref_name: names } = JSON.parse(set.conditions) as {
    ref_name?: { include?: readonly string[]; exclude?: readonly string[] };
  };
  const matches = (pattern: string) =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' && branch === repository.defaultBranch) ||
    matchesGlob(`refs/heads/${branch}`, pattern);
  return (names?.include ?? []).some(matches) && !(names?.exclude ?? []).some(matches);
}

/** Ids of the base roles as bypass actors. */
const ROLE_IDS: ReadonlyMap<number | null, Role> = new Map([
  [2, 'maintain'],
  [4, 'write'],
  [5, 'admin'],
]);

function bypasses(actors: readonly BypassActor[], role: Role, how: 'push' | 'merge'): boolean {
  return actors.some((actor) => {
    const needed = actor.actor_type === 'RepositoryRole' ? ROLE_IDS.get(actor.actor_id) : undefined;
    const covers = how === 'merge' || actor.bypass_mode !== 'pull_request';
    return covers && needed !== undefined && atLeast(role, needed);
  });
}

function readRule({ type, parameters = {} }: Rule): Partial<BranchRules> {
  switch (type) {
    case 'pull_request':
      return { pullRequest: true, approvals: Number(parameters.required_approving_review_count ?? 0) };
    case 'required_status_checks':
      return {
        strict: parameters.strict_required_status_checks_policy === true,
        checks: (
          (parameters.required_status_checks ?? []) as { context: string; integration_id?: number | null }[]
        ).map((check) => ({ context: check.context, integrationId: check.integration_id ?? null })),
      };
    case 'non_fast_forward':
      return { forcePushes: false };
    case 'deletion':
      return { deletions: false };
    case 'creation':
      return { creations: false };
    case 'update':
      return { updates: false };
    case 'required_linear_history':
      return { linearHistory: true };
    default:
      return {};
  }
}

function readProtection(settings: ProtectionSettings): Partial<BranchRules> {
  return {
    checks: settings.checks ?? [],
    strict: settings.strict,
    pullRequest: settings.pullRequest !== null,
    approvals: settings.pullRequest?.approvals ?? 0,
    forcePushes: settings.forcePushes,
    deletions: settings.deletions,
    linearHistory: settings.linearHistory,
  };
}

function stricter(a: BranchRules, b: Partial<BranchRules>): BranchRules {
  return {
    pullRequest: a.pullRequest || b.pullRequest === true,
    approvals: Math.max(a.approvals, b.approvals ?? 0),
    checks: [...a.checks, ...(b.checks ?? [])],
    strict: a.strict || b.strict === true,
    forcePushes: a.forcePushes && b.forcePushes !== false,
    deletions: a.deletions && b.deletions !== false,
    creations: a.creations && b.creations !== false,
    updates: a.updates && b.updates !== false,
    linearHistory: a.linearHistory || b.linearHistory === true,
  };
}
