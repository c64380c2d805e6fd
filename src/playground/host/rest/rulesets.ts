/** https://docs.github.com/rest/repos/rules */
import { ACTIONS_INTEGRATION } from '../accounts.ts';
import { type Context, nodeId, timestamp } from '../context.ts';
import { insert, run, update } from '../database.ts';
import { ApiError, notFound } from '../errors.ts';
import { type BypassActor, type Rule, rulesetsOf, type StoredRuleset } from '../protection.ts';
import { fullName, type Repository } from '../repositories.ts';
import { repositoryApi, repositoryPage } from '../shapes/repository.ts';
import { list } from './pagination.ts';
import {
  created,
  get,
  type Json,
  noContent,
  numberParam,
  ok,
  post,
  put,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toAdminister,
  toRead,
} from './route.ts';

const RULESETS = '/repos/:owner/:repo/rulesets';

const KNOWN_RULES: ReadonlySet<unknown> = new Set([
  'pull_request',
  'required_status_checks',
  'non_fast_forward',
  'deletion',
  'creation',
  'update',
  'required_linear_history',
]);
const ACTOR_TYPES: ReadonlySet<unknown> = new Set([
  'Integration',
  'OrganizationAdmin',
  'RepositoryRole',
  'Team',
  'DeployKey',
]);

function rulesetFor(request: RestRequest, need = toRead()) {
  const repository = repositoryFor(request, need);
  const id = numberParam(request, 'ruleset');
  const found = rulesetsOf(request.context, repository).find((ruleset) => ruleset.id === id);
  if (!found) throw notFound();
  return { repository, ruleset: found };
}

function shape(context: Context, repository: Repository, ruleset: StoredRuleset, whole: boolean) {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository',
    source: fullName(repository),
    enforcement: ruleset.enforcement,
    node_id: nodeId('RepositoryRuleset', ruleset.id),
    _links: {
      self: { href: `${repositoryApi(context, repository)}/rulesets/${ruleset.id}` },
      html: { href: `${repositoryPage(context, repository)}/rules/${ruleset.id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
    ...(whole
      ? {
          conditions: JSON.parse(ruleset.conditions) as unknown,
          rules: JSON.parse(ruleset.rules) as unknown,
          bypass_actors: JSON.parse(ruleset.bypassActors) as unknown,
        }
      : {}),
  };
}

/** What is stored of a body; what this GitHub cannot enforce is refused rather than ignored. */
function readRuleset(json: Json, old?: StoredRuleset) {
  const body = readBody('Ruleset', json);
  const name = body.optional('name') ?? old?.name ?? body.required('name');
  const enforcement = body.oneOf('enforcement', ['active', 'disabled', 'evaluate']) ?? old?.enforcement;
  if (enforcement === undefined) body.fail('enforcement', 'missing_field');
  const target = body.oneOf('target', ['branch', 'tag', 'push']) ?? old?.target ?? 'branch';
  body.check();
  const rules = readRules(json.rules ?? (old ? JSON.parse(old.rules) : []));
  const actors = readActors(json.bypass_actors ?? (old ? JSON.parse(old.bypassActors) : []));
  const conditions = json.conditions ?? (old ? JSON.parse(old.conditions) : {});
  return {
    name,
    enforcement: enforcement ?? 'disabled',
    target,
    rules: JSON.stringify(rules),
    bypassActors: JSON.stringify(actors),
    conditions: JSON.stringify({
      ref_name: { exclude: [], include: [], ...((conditions as Json).ref_name as Json) },
    }),
  };
}

function readRules(value: unknown): readonly Rule[] {
  const rules = Array.isArray(value) ? (value as Rule[]) : [];
  for (const rule of rules) {
    if (!KNOWN_RULES.has(rule?.type)) throw problem(`Invalid rule '${String(rule?.type)}'`);
    const checks = rule.parameters?.required_status_checks;
    if (rule.type !== 'required_status_checks') continue;
    const valid =
      Array.isArray(checks) &&
      checks.every((check: unknown) => typeof (check as Json | null)?.context === 'string');
    if (!valid) throw problem(`Invalid parameters for rule 'required_status_checks'`);
  }
  return rules;
}

function readActors(value: unknown): readonly BypassActor[] {
  const actors = Array.isArray(value) ? (value as BypassActor[]) : [];
  for (const actor of actors) {
    if (!ACTOR_TYPES.has(actor?.actor_type)) throw problem('Invalid bypass actor type');
    if (actor.actor_type === 'Integration' && actor.actor_id === ACTIONS_INTEGRATION) {
      throw problem(
        'Actor GitHub Actions integration must be part of the ruleset source or owner organization',
      );
    }
  }
  return actors.map((actor) => ({ ...actor, bypass_mode: actor.bypass_mode ?? 'always' }));
}

const problem = (message: string) =>
  new ApiError(422, 'Validation Failed', [{ resource: 'Ruleset', code: 'custom', message }]);

export const rulesetRoutes = [
  get(RULESETS, (request) => {
    const repository = repositoryFor(request, toRead());
    return list(request, rulesetsOf(request.context, repository), (ruleset) =>
      shape(request.context, repository, ruleset, false),
    );
  }),
  post(RULESETS, async (request) => {
    const repository = repositoryFor(request, toAdminister);
    const time = timestamp(request.context);
    const values = { ...readRuleset(await request.json()), createdAt: time, updatedAt: time };
    const id = insert(request.context.database, 'rulesets', { repositoryId: repository.id, ...values });
    const ruleset = { id, repositoryId: repository.id, ...values };
    return created(shape(request.context, repository, ruleset, true));
  }),
  get(`${RULESETS}/:ruleset`, (request) => {
    const { repository, ruleset } = rulesetFor(request);
    return ok(shape(request.context, repository, ruleset, true));
  }),
  put(`${RULESETS}/:ruleset`, async (request) => {
    const { repository, ruleset } = rulesetFor(request, toAdminister);
    const values = { ...readRuleset(await request.json(), ruleset), updatedAt: timestamp(request.context) };
    update(request.context.database, 'rulesets', ruleset.id, values);
    return ok(shape(request.context, repository, { ...ruleset, ...values }, true));
  }),
  remove(`${RULESETS}/:ruleset`, (request) => {
    const { ruleset } = rulesetFor(request, toAdminister);
    run(request.context.database, 'DELETE FROM rulesets WHERE id = ?', ruleset.id);
    return noContent;
  }),
];
