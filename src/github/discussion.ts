/**
 * The discussion of a pull request, as GraphQL tells it: REST says neither whether a comment was ever edited nor which
 * reactions are our own (https://docs.github.com/graphql/reference/objects#issuecomment).
 */
import type { GitHubRepository } from './client.ts';

export interface DiscussionComment {
  readonly id: number;
  /** The page of the pull request, at this comment. */
  readonly url: string;
  readonly body: string;
  /** ISO 8601, in UTC. */
  readonly createdAt: string;
  /** Whether the text was changed since, by its author or by anybody else who may. */
  readonly edited: boolean;
  readonly author: {
    /** As REST gives it: that of an app ends with `[bot]`, that of a deleted account is `ghost`. */
    readonly login: string;
    /** The number that stays when an account is renamed; undefined where the account is deleted. */
    readonly id: number | undefined;
    readonly bot: boolean;
  };
  /** Whether the account that asks wrote it. */
  readonly mine: boolean;
  /** Whether somebody has hidden it as spam, outdated or the like. */
  readonly minimized: boolean;
  /** The reactions of the account that asks, by REST's names: `+1`, `confused`, … */
  readonly myReactions: ReadonlySet<string>;
}

/** What a reaction is called in REST, by its name in GraphQL (https://docs.github.com/graphql/reference/enums#reactioncontent). */
const REACTIONS: ReadonlyMap<string, string> = new Map([
  ['THUMBS_UP', '+1'],
  ['THUMBS_DOWN', '-1'],
  ['LAUGH', 'laugh'],
  ['HOORAY', 'hooray'],
  ['CONFUSED', 'confused'],
  ['HEART', 'heart'],
  ['ROCKET', 'rocket'],
  ['EYES', 'eyes'],
]);

/** `databaseId` of a comment is an `Int`, for which the newest ids are too large; `fullDatabaseId` is a text of digits. */
const QUERY = `query Discussion($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          fullDatabaseId url body createdAt lastEditedAt isMinimized viewerDidAuthor
          author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
          reactionGroups { content viewerHasReacted }
        }
      }
    }
  }
}`;

interface ApiComment {
  readonly fullDatabaseId: string | number;
  readonly url: string;
  readonly body: string;
  readonly createdAt: string;
  readonly lastEditedAt: string | null;
  readonly isMinimized: boolean;
  readonly viewerDidAuthor: boolean;
  readonly author: {
    readonly __typename: string;
    readonly login: string;
    readonly databaseId?: number | null;
  } | null;
  readonly reactionGroups: readonly { readonly content: string; readonly viewerHasReacted: boolean }[] | null;
}

interface ApiAnswer {
  readonly repository: {
    readonly pullRequest: {
      readonly comments: {
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        readonly nodes: readonly (ApiComment | null)[] | null;
      };
    };
  };
}

/**
 * All comments of a pull request, oldest first; one request for each hundred.
 * @throws {GitHubError} `not-found` where there is no such pull request, and as every call
 */
export async function readDiscussion(
  repository: GitHubRepository,
  pull: number,
): Promise<readonly DiscussionComment[]> {
  const { owner, repo: name } = repository.address;
  const found: DiscussionComment[] = [];
  let after: string | null = null;
  do {
    const answer: ApiAnswer = await repository.call('read the discussion', (octokit) =>
      octokit.graphql<ApiAnswer>(QUERY, { owner, name, number: pull, after }),
    );
    const { nodes, pageInfo } = answer.repository.pullRequest.comments;
    for (const node of nodes ?? []) if (node) found.push(fromApi(node));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

function fromApi(comment: ApiComment): DiscussionComment {
  const { author } = comment;
  const bot = author?.__typename === 'Bot';
  const mine = (comment.reactionGroups ?? []).filter(({ viewerHasReacted }) => viewerHasReacted);
  return {
    id: Number(comment.fullDatabaseId),
    url: comment.url,
    body: comment.body,
    createdAt: comment.createdAt,
    edited: comment.lastEditedAt !== null,
    author: {
      login: author ? `${author.login}${bot && !author.login.endsWith('[bot]') ? '[bot]' : ''}` : 'ghost',
      id: author?.databaseId ?? undefined,
      bot,
    },
    mine: comment.viewerDidAuthor,
    minimized: comment.isMinimized,
    myReactions: new Set(mine.map(({ content }) => REACTIONS.get(content) ?? content)),
  };
}
