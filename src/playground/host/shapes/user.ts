/** Accounts as GitHub's API shows them. */
import type { User } from '../accounts.ts';
import { type Context, nodeId } from '../context.ts';

export type Shape = Readonly<Record<string, unknown>>;

export function userShape(context: Context, user: User): Shape {
  const api = `${context.urls.api}/users/${encodeURIComponent(user.login)}`;
  const page = `${context.urls.server}/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type, user.id),
    avatar_url: `${context.urls.server}/avatars/u/${user.id}`,
    gravatar_id: '',
    url: api,
    html_url: page,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** What `GET /user` and `GET /users/{username}` answer. */
export function publicUserShape(context: Context, user: User, repositories: number): Shape {
  return {
    ...userShape(context, user),
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}
