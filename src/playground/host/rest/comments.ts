/** https://docs.github.com/rest/issues/comments and /rest/reactions/reactions */

import type { KnownViewer } from '../access.ts';
import { atLeast, roleOf } from '../access.ts';
import { ACTIONS_BOT } from '../accounts.ts';
import type { Context } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import { raiseComment } from '../events.ts';
import {
  addComment,
  type Comment,
  commentById,
  commentsOf,
  deleteComment,
  editComment,
  type Issue,
  requireIssue,
} from '../issues.ts';
import { deleteReaction, REACTIONS, react, reactionsOf } from '../labels.ts';
import type { Repository } from '../repositories.ts';
import { commentShape, reactionShape } from '../shapes/issue.ts';
import { demandWriting, issueFor } from './issues.ts';
import { list } from './pagination.ts';
import {
  created,
  get,
  MAX_TEXT,
  noContent,
  numberParam,
  ok,
  patch,
  post,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toRead,
} from './route.ts';

const COMMENT = '/repos/:owner/:repo/issues/comments/:comment';

function commentFor(request: RestRequest) {
  const repository = repositoryFor(request, toRead('issues', 'pull-requests'));
  const comment = commentById(request.context, repository, numberParam(request, 'comment'));
  if (!comment) throw notFound();
  return { repository, comment, issue: requireIssue(request.context, comment.issueId) };
}

/** One's own comment, or anyone's for who has write access. */
function demandEditing(request: RestRequest, repository: Repository, issue: Issue, comment: Comment) {
  const viewer = demandWriting(request, repository, issue);
  const own = comment.authorId === viewer.user.id;
  const trusted = viewer.kind === 'job' || atLeast(roleOf(request.context, viewer.user, repository), 'write');
  if (!own && !trusted) throw new ApiError(403, 'Must have admin rights to Repository.');
  return viewer;
}

async function readText(request: RestRequest): Promise<string> {
  const body = readBody('IssueComment', await request.json());
  const text = body.required('body');
  if (text.length > MAX_TEXT) body.fail('body', 'custom', 'Body is too long (maximum is 65536 characters)');
  body.check();
  return text;
}

/** Writes a comment and tells the engine. */
export async function createComment(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  issue: Issue,
  text: string,
): Promise<Comment> {
  const comment = addComment(context, issue, viewer.user, text);
  await raiseComment(context, repository, viewer, issue, comment, 'created');
  return comment;
}

export const commentRoutes = [
  get('/repos/:owner/:repo/issues/:number/comments', (request) => {
    const { repository, issue } = issueFor(request);
    const since = request.query('since');
    const comments = commentsOf(request.context, issue).filter(
      (comment) => since === undefined || Date.parse(comment.updatedAt) >= Date.parse(since),
    );
    return list(request, comments, (comment) => commentShape(request.context, repository, issue, comment));
  }),
  post('/repos/:owner/:repo/issues/:number/comments', async (request) => {
    const { repository, issue } = issueFor(request);
    const viewer = demandWriting(request, repository, issue);
    const comment = await createComment(request.context, repository, viewer, issue, await readText(request));
    return created(commentShape(request.context, repository, issue, comment));
  }),
  get(COMMENT, (request) => {
    const { repository, issue, comment } = commentFor(request);
    return ok(commentShape(request.context, repository, issue, comment));
  }),
  patch(COMMENT, async (request) => {
    const { repository, issue, comment } = commentFor(request);
    const viewer = demandEditing(request, repository, issue, comment);
    const edited = editComment(request.context, comment, await readText(request));
    await raiseComment(request.context, repository, viewer, issue, edited, 'edited');
    return ok(commentShape(request.context, repository, issue, edited));
  }),
  remove(COMMENT, async (request) => {
    const { repository, issue, comment } = commentFor(request);
    const viewer = demandEditing(request, repository, issue, comment);
    deleteComment(request.context, comment);
    await raiseComment(request.context, repository, viewer, issue, comment, 'deleted');
    return noContent;
  }),
  get(`${COMMENT}/reactions`, (request) => {
    const { comment } = commentFor(request);
    const wanted = request.query('content');
    const reactions = reactionsOf(request.context, 'comment', comment.id).filter(
      ({ content }) => wanted === undefined || content === wanted,
    );
    return list(request, reactions, (reaction) => reactionShape(request.context, reaction));
  }),
  post(`${COMMENT}/reactions`, async (request) => {
    const { repository, issue, comment } = commentFor(request);
    const viewer = demandWriting(request, repository, issue);
    const content = await readReaction(request);
    const { reaction, created: isNew } = react(request.context, 'comment', comment.id, viewer.user, content);
    return { status: isNew ? 201 : 200, body: reactionShape(request.context, reaction) };
  }),
  remove(`${COMMENT}/reactions/:reaction`, (request) => {
    const { repository, issue, comment } = commentFor(request);
    const viewer = demandWriting(request, repository, issue);
    const id = numberParam(request, 'reaction');
    const found = reactionsOf(request.context, 'comment', comment.id).find((reaction) => reaction.id === id);
    if (!found) throw notFound();
    if (found.userId !== viewer.user.id && viewer.user.id !== ACTIONS_BOT.id) throw notFound();
    deleteReaction(request.context, id);
    return noContent;
  }),
  get('/repos/:owner/:repo/issues/:number/reactions', (request) => {
    const { issue } = issueFor(request);
    return list(request, reactionsOf(request.context, 'issue', issue.id), (reaction) =>
      reactionShape(request.context, reaction),
    );
  }),
  post('/repos/:owner/:repo/issues/:number/reactions', async (request) => {
    const { repository, issue } = issueFor(request);
    const viewer = demandWriting(request, repository, issue);
    const content = await readReaction(request);
    const { reaction, created: isNew } = react(request.context, 'issue', issue.id, viewer.user, content);
    return { status: isNew ? 201 : 200, body: reactionShape(request.context, reaction) };
  }),
];

async function readReaction(request: RestRequest) {
  const body = readBody('Reaction', await request.json());
  const content = body.oneOf('content', REACTIONS);
  if (content === undefined) body.fail('content', 'missing_field');
  body.check();
  return content ?? '+1';
}
