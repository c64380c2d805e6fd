/**
 * `POST /api/graphql`, for what REST does not tell: whether a comment was edited, and which reactions are one's own
 * (https://docs.github.com/graphql/reference/objects#issuecomment). Comments of an issue or pull request and nothing
 * else; whatever else is asked is an error, as an unknown field is on github.com.
 */

import { may, maySee } from '../access.ts';
import { type User, userById } from '../accounts.ts';
import { nodeId } from '../context.ts';
import { ApiError } from '../errors.ts';
import { associationOf, type Comment, commentsOf, type Issue, issueByNumber } from '../issues.ts';
import { type Reaction, reactionsOf } from '../labels.ts';
import { type Repository, repositoryByName } from '../repositories.ts';
import { type Answer, knownViewer, type RestRequest, toRead } from '../rest/route.ts';
import { commentShape } from '../shapes/issue.ts';
import { type Field, GraphqlError, parseQuery } from './parse.ts';
import { interfaceObject, type ObjectType, objectType, select } from './select.ts';

const PAGE_LIMIT = 100;

/** What GraphQL calls the reactions; all are listed for each comment, in this order. */
const REACTION_CONTENT: readonly (readonly [string, Reaction['content']])[] = [
  ['THUMBS_UP', '+1'],
  ['THUMBS_DOWN', '-1'],
  ['LAUGH', 'laugh'],
  ['HOORAY', 'hooray'],
  ['CONFUSED', 'confused'],
  ['HEART', 'heart'],
  ['ROCKET', 'rocket'],
  ['EYES', 'eyes'],
];

export async function answerGraphql(request: RestRequest): Promise<Answer> {
  if (request.viewer.kind === 'anonymous') {
    throw new ApiError(401, 'This endpoint requires you to be authenticated.');
  }
  const { query, variables } = await request.json();
  if (typeof query !== 'string')
    throw new ApiError(400, 'A query attribute must be specified and must be a string.');
  try {
    const selections = parseQuery(query, (variables ?? {}) as Readonly<Record<string, unknown>>);
    return { status: 200, body: { data: select(root(request), selections) } };
  } catch (error) {
    if (!(error instanceof GraphqlError)) throw error;
    const missing = error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN';
    const problem = {
      message: error.message,
      ...(missing ? { type: error.code } : { extensions: { code: error.code } }),
    };
    return { status: 200, body: { ...(missing ? { data: null } : {}), errors: [problem] } };
  }
}

function root(request: RestRequest): ObjectType {
  return objectType('Query', {
    viewer: () => viewerObject(request, knownViewer(request).user),
    repository: (field) => repository(request, text(field, 'owner'), text(field, 'name')),
  });
}

function repository(request: RestRequest, owner: string, name: string): ObjectType {
  const { context, viewer } = request;
  const found = repositoryByName(context, owner, name);
  if (!found || !maySee(context, viewer, found)) {
    throw new GraphqlError(
      'NOT_FOUND',
      `Could not resolve to a Repository with the name '${owner}/${name}'.`,
    );
  }
  const numbered = (type: 'Issue' | 'PullRequest') => (field: Field) => {
    const number = field.arguments.get('number');
    const issue = typeof number === 'number' ? issueByNumber(context, found, number) : undefined;
    if (!issue || (issue.isPull === 1) !== (type === 'PullRequest')) {
      throw new GraphqlError(
        'NOT_FOUND',
        `Could not resolve to ${type === 'Issue' ? 'an Issue' : 'a PullRequest'} with the number of ${String(number)}.`,
      );
    }
    if (!may(context, viewer, found, toRead('issues', 'pull-requests'))) {
      throw new GraphqlError('FORBIDDEN', 'Resource not accessible by integration');
    }
    return issueObject(request, found, issue, type);
  };
  return objectType('Repository', {
    id: () => nodeId('Repository', found.id),
    databaseId: () => found.id,
    name: () => found.name,
    issue: numbered('Issue'),
    pullRequest: numbered('PullRequest'),
  });
}

function issueObject(
  request: RestRequest,
  repo: Repository,
  issue: Issue,
  type: 'Issue' | 'PullRequest',
): ObjectType {
  return objectType(type, {
    id: () => nodeId(type, issue.id),
    databaseId: () => issue.id,
    number: () => issue.number,
    title: () => issue.title,
    comments: (field) => connection(request, repo, issue, field),
  });
}

/** A page of comments, forwards (`first`, `after`) or backwards (`last`, `before`); a cursor is an id. */
function connection(request: RestRequest, repo: Repository, issue: Issue, field: Field): ObjectType {
  const first = field.arguments.get('first') ?? null;
  const last = field.arguments.get('last') ?? null;
  const size = first ?? last;
  if (size === null) {
    throw new GraphqlError(
      'argument',
      'You must provide a `first` or `last` value to properly paginate the `comments` connection.',
    );
  }
  if (typeof size !== 'number' || size < 1 || size > PAGE_LIMIT) {
    throw new GraphqlError(
      'argument',
      `Requesting ${String(size)} records on the \`comments\` connection exceeds the limit of ${PAGE_LIMIT} records.`,
    );
  }
  const all = commentsOf(request.context, issue);
  const after = cursorId(field.arguments.get('after'));
  const before = cursorId(field.arguments.get('before'));
  const inside = all.filter(
    ({ id }) => (after === undefined || id > after) && (before === undefined || id < before),
  );
  const shown = first === null ? inside.slice(-size) : inside.slice(0, size);
  const cursor = (comment: Comment | undefined) =>
    comment ? Buffer.from(`cursor:v2:${comment.id}`).toString('base64') : null;
  const [firstShown, lastShown] = [shown.at(0), shown.at(-1)];
  return objectType('IssueCommentConnection', {
    totalCount: () => all.length,
    nodes: () => shown.map((comment) => commentObject(request, repo, issue, comment)),
    pageInfo: () =>
      objectType('PageInfo', {
        hasNextPage: () => lastShown !== undefined && all.some(({ id }) => id > lastShown.id),
        hasPreviousPage: () => firstShown !== undefined && all.some(({ id }) => id < firstShown.id),
        startCursor: () => cursor(firstShown),
        endCursor: () => cursor(lastShown),
      }),
  });
}

function cursorId(value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined;
  const match = /^cursor:v2:(\d+)$/.exec(Buffer.from(String(value), 'base64').toString());
  if (!match)
    throw new GraphqlError('argument', `\`${String(value)}\` does not appear to be a valid cursor.`);
  return Number(match[1]);
}

function commentObject(request: RestRequest, repo: Repository, issue: Issue, comment: Comment): ObjectType {
  const { context } = request;
  const author = userById(context, comment.authorId);
  const shape = commentShape(context, repo, issue, comment);
  return objectType('IssueComment', {
    id: () => nodeId('IssueComment', comment.id),
    databaseId: () => comment.id,
    fullDatabaseId: () => String(comment.id),
    body: () => comment.body,
    createdAt: () => comment.createdAt,
    updatedAt: () => comment.updatedAt,
    lastEditedAt: () => comment.editedAt,
    includesCreatedEdit: () => comment.editedAt !== null,
    isMinimized: () => false,
    url: () => shape.html_url,
    author: () => actor(request, author),
    authorAssociation: () => associationOf(context, repo, author),
    viewerDidAuthor: () => knownViewer(request).user.id === comment.authorId,
    reactionGroups: () => reactionGroups(request, comment),
  });
}

function reactionGroups(request: RestRequest, comment: Comment): readonly ObjectType[] {
  const viewer = knownViewer(request).user;
  const given = reactionsOf(request.context, 'comment', comment.id);
  return REACTION_CONTENT.map(([name, content]) => {
    const group = given.filter((reaction) => reaction.content === content);
    return objectType('ReactionGroup', {
      content: () => name,
      createdAt: () => group[0]?.createdAt ?? null,
      viewerHasReacted: () => group.some(({ userId }) => userId === viewer.id),
    });
  });
}

/** Who asks, always as a `User`: that of a job has its `[bot]` here. */
function viewerObject(request: RestRequest, user: User): ObjectType {
  return objectType('User', {
    login: () => user.login,
    databaseId: () => user.id,
    id: () => nodeId('User', user.id),
    url: () => `${request.context.urls.server}/${encodeURIComponent(user.login)}`,
  });
}

/** An account as `Actor`. Its `databaseId` is asked for on `User` or `Bot`; a bot's login has no `[bot]` here. */
function actor(request: RestRequest, user: User): ObjectType {
  return interfaceObject(
    user.type,
    'Actor',
    {
      login: () => user.login.replace(/\[bot\]$/, ''),
      url: () => `${request.context.urls.server}/${encodeURIComponent(user.login)}`,
      avatarUrl: () => `${request.context.urls.server}/avatars/u/${user.id}`,
      resourcePath: () => `/${user.login}`,
    },
    { databaseId: () => user.id, id: () => nodeId(user.type, user.id) },
  );
}

function text(field: Field, name: string): string {
  const value = field.arguments.get(name);
  if (typeof value === 'string') return value;
  throw new GraphqlError('argument', `Field '${field.name}' is missing required arguments: ${name}`);
}
