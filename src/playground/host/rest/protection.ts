/** https://docs.github.com/rest/branches/branch-protection */
import type { Context } from '../context.ts';
import { run } from '../database.ts';
import { ApiError, notFound } from '../errors.ts';
import { readBranch } from '../git-read.ts';
import { type ProtectionSettings, protectionOf, type RequiredCheck } from '../protection.ts';
import { gitDirOf, type Repository } from '../repositories.ts';
import { repositoryApi } from '../shapes/repository.ts';
import {
  get,
  type Json,
  noContent,
  ok,
  put,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toAdminister,
} from './route.ts';

const PROTECTION = '/repos/:owner/:repo/branches/:branch/protection';

function shape(context: Context, repository: Repository, branch: string, settings: ProtectionSettings) {
  const url = `${repositoryApi(context, repository)}/branches/${encodeURIComponent(branch)}/protection`;
  return {
    url,
    ...(settings.checks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: settings.strict,
            contexts: settings.checks.map((check) => check.context),
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: settings.checks.map((check) => ({ context: check.context, app_id: check.integrationId })),
          },
        }),
    ...(settings.pullRequest === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: false,
            require_code_owner_reviews: false,
            require_last_push_approval: false,
            required_approving_review_count: settings.pullRequest.approvals,
          },
        }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: settings.enforceAdmins },
    required_linear_history: { enabled: settings.linearHistory },
    allow_force_pushes: { enabled: settings.forcePushes },
    allow_deletions: { enabled: settings.deletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}

function readChecks(value: unknown): readonly RequiredCheck[] | null {
  if (value === null || value === undefined) return null;
  const { checks, contexts } = value as Json;
  if (Array.isArray(checks)) {
    return checks.map((check: Json) => ({
      context: String(check.context),
      integrationId: typeof check.app_id === 'number' && check.app_id > 0 ? check.app_id : null,
    }));
  }
  return Array.isArray(contexts)
    ? contexts.map((name) => ({ context: String(name), integrationId: null }))
    : [];
}

async function branchFor(request: RestRequest) {
  const repository = repositoryFor(request, toAdminister);
  const branch = request.param('branch');
  if ((await readBranch(gitDirOf(request.context, repository), branch)) === undefined) {
    throw new ApiError(404, 'Branch not found');
  }
  return { repository, branch };
}

export const protectionRoutes = [
  get(PROTECTION, async (request) => {
    const { repository, branch } = await branchFor(request);
    const settings = protectionOf(request.context, repository, branch);
    if (!settings) throw new ApiError(404, 'Branch not protected');
    return ok(shape(request.context, repository, branch, settings));
  }),
  put(PROTECTION, async (request) => {
    const { repository, branch } = await branchFor(request);
    const json = await request.json();
    const body = readBody('Branch', json);
    for (const field of [
      'required_status_checks',
      'enforce_admins',
      'required_pull_request_reviews',
      'restrictions',
    ]) {
      if (!Object.hasOwn(json, field)) body.fail(field, 'missing_field');
    }
    body.check();
    if (json.restrictions !== null) {
      throw new ApiError(422, 'Only organization repositories can have users and team restrictions');
    }
    const reviews = json.required_pull_request_reviews as Json | null;
    const settings: ProtectionSettings = {
      checks: readChecks(json.required_status_checks),
      strict: (json.required_status_checks as Json | null)?.strict === true,
      pullRequest:
        reviews === null ? null : { approvals: Number(reviews.required_approving_review_count ?? 1) },
      enforceAdmins: json.enforce_admins === true,
      forcePushes: json.allow_force_pushes === true,
      deletions: json.allow_deletions === true,
      linearHistory: json.required_linear_history === true,
    };
    run(
      request.context.database,
      'INSERT OR REPLACE INTO protections VALUES (?, ?, ?)',
      repository.id,
      branch,
      JSON.stringify(settings),
    );
    return ok(shape(request.context, repository, branch, settings));
  }),
  remove(PROTECTION, async (request) => {
    const { repository, branch } = await branchFor(request);
    const sql = 'DELETE FROM protections WHERE repositoryId = ? AND branch = ?';
    if (run(request.context.database, sql, repository.id, branch).changes === 0) throw notFound();
    return noContent;
  }),
];
