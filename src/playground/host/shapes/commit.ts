/** Commits, refs, trees and differences as GitHub's API shows them. */
import { type User, userByLogin } from '../accounts.ts';
import { type Context, nodeId } from '../context.ts';
import type { FileChange } from '../git-diff.ts';
import type { Commit, Ref } from '../git-read.ts';
import type { Repository } from '../repositories.ts';
import { repositoryApi, repositoryPage } from './repository.ts';
import { type Shape, userShape } from './user.ts';

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** `GET /repos/{owner}/{repo}/commits/{ref}` without files, and each entry of lists. */
export function commitShape(context: Context, repository: Repository, commit: Commit): Shape {
  const api = repositoryApi(context, repository);
  const page = repositoryPage(context, repository);
  const account = (email: string) => {
    const user = userByAddress(context, email);
    return user ? userShape(context, user) : null;
  };
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
  };
}

/** The account whose noreply address stands in a commit, as GitHub matches it by the id. */
function userByAddress(context: Context, email: string): User | undefined {
  const login = /^(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return login === undefined ? undefined : userByLogin(context, login);
}

export function gitCommitShape(context: Context, repository: Repository, commit: Commit): Shape {
  const api = repositoryApi(context, repository);
  const page = repositoryPage(context, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: UNSIGNED,
  };
}

export function refShape(context: Context, repository: Repository, ref: Ref): Shape {
  const api = repositoryApi(context, repository);
  return {
    ref: ref.ref,
    node_id: nodeId('Ref', `${repository.id}:${ref.ref}`),
    url: `${api}/git/${ref.ref}`,
    object: { sha: ref.sha, type: ref.type, url: `${api}/git/${ref.type}s/${ref.sha}` },
  };
}

export function fileChangeShape(
  context: Context,
  repository: Repository,
  sha: string,
  file: FileChange,
): Shape {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const page = repositoryPage(context, repository);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${sha}/${path}`,
    raw_url: `${page}/raw/${sha}/${path}`,
    contents_url: `${repositoryApi(context, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}

/** A commit as webhooks of `push` list it. */
export function webhookCommitShape(
  context: Context,
  repository: Repository,
  commit: Commit,
  changes: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly modified: readonly string[];
  },
): Shape {
  const person = (of: Commit['author']) => ({ name: of.name, email: of.email, date: of.date });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPage(context, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    ...changes,
  };
}
