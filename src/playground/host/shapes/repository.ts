/** Repositories as GitHub's API and webhooks show them. */
import { atLeast, type Role, roleOf, type Viewer } from '../access.ts';
import { type Context, nodeId } from '../context.ts';
import { row } from '../database.ts';
import { forksOf, fullName, ownerOf, type Repository, repositoryById } from '../repositories.ts';
import { type Shape, userShape } from './user.ts';

export const repositoryApi = (context: Context, repository: Repository) =>
  `${context.urls.api}/repos/${repository.owner}/${repository.name}`;
export const repositoryPage = (context: Context, repository: Repository) =>
  `${context.urls.server}/${repository.owner}/${repository.name}`;

const LINKS: Readonly<Record<string, string>> = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
};

/** The short form that stands inside other answers (`minimal-repository`). */
export function minimalRepositoryShape(context: Context, repository: Repository): Shape {
  const api = repositoryApi(context, repository);
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private === 1,
    owner: userShape(context, ownerOf(context, repository)),
    html_url: repositoryPage(context, repository),
    description: repository.description,
    fork: repository.parentId !== null,
    url: api,
    ...Object.fromEntries(Object.entries(LINKS).map(([name, path]) => [name, api + path])),
  };
}

/** The form in lists, in pull requests and in webhooks (`repository`). */
export function repositoryShape(context: Context, repository: Repository): Shape {
  const page = repositoryPage(context, repository);
  const open = row<{ count: number }>(
    context.database,
    `SELECT count(*) AS count FROM issues WHERE repositoryId = ? AND state = 'open'`,
    repository.id,
  );
  const pages = row(context.database, 'SELECT 1 FROM pages WHERE repositoryId = ?', repository.id);
  const forks = forksOf(context, repository).length;
  return {
    ...minimalRepositoryShape(context, repository),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `${page.replace(/^http/, 'git')}.git`,
    ssh_url: `ssh://git@${page.replace(/^https?:\/\//, '')}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues === 1,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: pages !== undefined,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open?.count ?? 0,
    license: null,
    allow_forking: true,
    is_template: repository.isTemplate === 1,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private === 1 ? 'private' : 'public',
    forks,
    open_issues: open?.count ?? 0,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** What `GET /repos/{owner}/{repo}` answers (`full-repository`). */
export function fullRepositoryShape(context: Context, repository: Repository, viewer: Viewer): Shape {
  const parent = repository.parentId === null ? undefined : repositoryById(context, repository.parentId);
  const template =
    repository.templateId === null ? undefined : repositoryById(context, repository.templateId);
  const role = roleOf(context, viewer.kind === 'user' ? viewer.user : undefined, repository);
  return {
    ...repositoryShape(context, repository),
    ...(viewer.kind === 'user' ? { permissions: permissionsShape(role) } : {}),
    network_count: 0,
    subscribers_count: 0,
    ...(role === 'admin' ? ADMIN_SETTINGS : {}),
    ...(template ? { template_repository: repositoryShape(context, template) } : {}),
    ...(parent
      ? {
          parent: repositoryShape(context, parent),
          source: repositoryShape(context, networkRoot(context, parent)),
        }
      : {}),
  };
}

const ADMIN_SETTINGS = {
  allow_squash_merge: true,
  allow_merge_commit: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  delete_branch_on_merge: false,
  allow_update_branch: false,
};

export function networkRoot(context: Context, repository: Repository): Repository {
  return repository.parentId === null
    ? repository
    : networkRoot(context, repositoryById(context, repository.parentId));
}

export function permissionsShape(role: Role): Shape {
  return {
    admin: atLeast(role, 'admin'),
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: atLeast(role, 'read'),
  };
}
