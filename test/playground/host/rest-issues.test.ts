/** Issues, comments, labels and reactions over REST, and what GraphQL adds. */
import { beforeAll, describe, expect, test } from 'vitest';
import { git } from '../../support/git.ts';
import { repositoryWith, world } from './support.ts';

const get = world();
const REPO = '/repos/alice/api';
let work = '';
let head = '';

beforeAll(async () => {
  work = await repositoryWith(get(), 'alice/api', { 'README.md': 'one\n', 'dir/file.txt': 'two\n' });
  head = await git(work, 'rev-parse', 'HEAD');
});

const as = (login: 'alice' | 'bob') => (method: string, path: string, body?: unknown) =>
  get().api(get().tokens[login], method, path, body);
const alice = as('alice');
const bob = as('bob');

describe('issues and comments', () => {
  test('a comment is written, edited and deleted; edits are told by GraphQL', async () => {
    const { body: issue } = await bob('POST', `${REPO}/issues`, {
      title: 'Question',
      body: null,
      labels: ['x'],
    });
    expect(issue).toMatchObject({
      title: 'Question',
      labels: [],
      user: { login: 'bob' },
      author_association: 'NONE',
    });
    const path = `${REPO}/issues/${issue.number}`;
    get().events.length = 0;
    const { body: comment } = await bob('POST', `${path}/comments`, { body: 'First' });
    expect(get().events).toMatchObject([
      {
        name: 'issue_comment',
        action: 'created',
        ref: 'refs/heads/main',
        sha: head,
        payload: { comment: { body: 'First' } },
      },
    ]);
    const ask = async () => {
      const response = await fetch(`${get().playground.url}/api/graphql`, {
        method: 'POST',
        headers: { authorization: `bearer ${get().tokens.alice}` },
        body: JSON.stringify({
          query: `query($owner: String!, $name: String!, $number: Int!, $after: String) {
            repository(owner: $owner, name: $name) { issue(number: $number) { comments(first: 50, after: $after) {
              pageInfo { hasNextPage endCursor }
              nodes { databaseId body lastEditedAt includesCreatedEdit
                author { __typename login ... on User { databaseId } ... on Bot { databaseId } } } } } } }`,
          variables: { owner: 'alice', name: 'api', number: issue.number, after: null },
        }),
      });
      return (await response.json()) as {
        data: { repository: { issue: { comments: { nodes: object[] } } } };
      };
    };
    expect((await ask()).data.repository.issue.comments.nodes).toEqual([
      {
        databaseId: comment.id,
        body: 'First',
        lastEditedAt: null,
        includesCreatedEdit: false,
        author: { __typename: 'User', login: 'bob', databaseId: 1002 },
      },
    ]);
    const edit = (send: typeof bob, text: string) =>
      send('PATCH', `${REPO}/issues/comments/${comment.id}`, { body: text });
    await get()
      .api(get().tokens.carol, 'PATCH', `${REPO}/issues/comments/${comment.id}`, { body: 'no' })
      .then(({ status }) => expect(status).toBe(403));
    expect((await edit(alice, 'Second')).body.body).toBe('Second');
    expect((await ask()).data.repository.issue.comments.nodes).toMatchObject([
      { body: 'Second', includesCreatedEdit: true, lastEditedAt: expect.stringMatching(/Z$/) },
    ]);
    expect(
      (await bob('POST', `${REPO}/issues/comments/${comment.id}/reactions`, { content: '+1' })).status,
    ).toBe(201);
    expect(
      (await bob('POST', `${REPO}/issues/comments/${comment.id}/reactions`, { content: '+1' })).status,
    ).toBe(200);
    expect(
      (await bob('POST', `${REPO}/issues/comments/${comment.id}/reactions`, { content: 'x' })).status,
    ).toBe(422);
    expect((await alice('GET', `${REPO}/issues/comments/${comment.id}`)).body.reactions['+1']).toBe(1);
    expect((await alice('GET', `${REPO}/issues/comments/${comment.id}/reactions`)).body).toHaveLength(1);
    expect((await bob('DELETE', `${REPO}/issues/comments/${comment.id}`)).status).toBe(204);
    expect((await bob('GET', `${REPO}/issues/comments/${comment.id}`)).status).toBe(404);
    expect((await bob('PATCH', path, { state: 'closed', state_reason: 'not_planned' })).body).toMatchObject({
      state: 'closed',
      state_reason: 'not_planned',
      closed_by: { login: 'bob' },
    });
    expect((await alice('GET', `${REPO}/issues?state=all&creator=bob`)).body).toHaveLength(1);
    expect((await alice('GET', `${REPO}/issues?creator=bob`)).body).toHaveLength(0);
  });

  test('labels are given by who may', async () => {
    const { body: issue } = await alice('POST', `${REPO}/issues`, { title: 'Labelled', labels: ['one'] });
    const path = `${REPO}/issues/${issue.number}/labels`;
    expect((await bob('POST', path, { labels: ['two'] })).status).toBe(403);
    expect(
      (await alice('POST', path, { labels: ['two'] })).body.map((label: { name: string }) => label.name),
    ).toEqual(['one', 'two']);
    expect((await alice('DELETE', `${path}/one`)).body).toMatchObject([{ name: 'two' }]);
    expect((await alice('POST', `${REPO}/labels`, { name: 'TWO' })).body.errors[0].code).toBe(
      'already_exists',
    );
    expect((await alice('POST', `${REPO}/labels`, { name: '__proto__', color: 'ff0000' })).status).toBe(201);
    expect((await alice('GET', `${REPO}/labels/__proto__`)).body.color).toBe('ff0000');
    expect((await alice('GET', `${REPO}/issues?labels=two`)).body).toHaveLength(1);
  });

  test('GraphQL tells one’s own comments and reactions, of all eight kinds', async () => {
    const { body: issue } = await bob('POST', `${REPO}/issues`, { title: 'Reactions' });
    const { body: comment } = await bob('POST', `${REPO}/issues/${issue.number}/comments`, { body: 'x' });
    const path = `${REPO}/issues/comments/${comment.id}/reactions`;
    await alice('POST', path, { content: 'confused' });
    await bob('POST', path, { content: 'eyes' });
    const ask = async (token: string) => {
      const response = await fetch(`${get().playground.url}/api/graphql`, {
        method: 'POST',
        headers: { authorization: `bearer ${token}` },
        body: JSON.stringify({
          query: `{ viewer { login databaseId } repository(owner: "alice", name: "api") {
            issue(number: ${issue.number}) { comments(first: 1) { nodes { viewerDidAuthor
            reactionGroups { content viewerHasReacted createdAt } } } } } }`,
        }),
      });
      // biome-ignore lint/suspicious/noExplicitAny: looked into by path
      const { data } = (await response.json()) as any;
      const [node] = data.repository.issue.comments.nodes;
      return {
        viewer: data.viewer,
        mine: node.viewerDidAuthor,
        groups: node.reactionGroups.map(({ content }: { content: string }) => content),
        given: node.reactionGroups
          .filter(({ viewerHasReacted }: { viewerHasReacted: boolean }) => viewerHasReacted)
          .map(({ content }: { content: string }) => content),
      };
    };
    const { tokens, jobToken } = get();
    expect(await ask(tokens.alice)).toMatchObject({ mine: false, given: ['CONFUSED'] });
    expect(await ask(tokens.bob)).toMatchObject({ mine: true, given: ['EYES'] });
    expect(await ask(jobToken('alice/api', { issues: 'read' }))).toEqual({
      viewer: { login: 'github-actions[bot]', databaseId: 41_898_282 },
      mine: false,
      groups: ['THUMBS_UP', 'THUMBS_DOWN', 'LAUGH', 'HOORAY', 'CONFUSED', 'HEART', 'ROCKET', 'EYES'],
      given: [],
    });
  });

  test('GraphQL refuses what it does not know', async () => {
    const ask = async (query: string) =>
      (
        (await (
          await fetch(`${get().playground.url}/api/graphql`, {
            method: 'POST',
            headers: { authorization: `bearer ${get().tokens.alice}` },
            body: JSON.stringify({ query }),
          })
        ).json()) as { errors: { message: string }[] }
      ).errors[0]?.message;
    expect(await ask('{ constructor { x } }')).toBe("Field 'constructor' doesn't exist on type 'Query'");
    expect(await ask('mutation { addStar { x } }')).toMatch(/Only queries/);
    const { body: issue } = await alice('POST', `${REPO}/issues`, { title: 'Asked' });
    await alice('POST', `${REPO}/issues/${issue.number}/comments`, { body: 'x' });
    const comments = (fields: string) =>
      `{ repository(owner: "alice", name: "api") { issue(number: ${issue.number}) { comments(first: 1) { nodes { ${fields} } } } } }`;
    expect(await ask(comments('author { databaseId }'))).toBe(
      "Field 'databaseId' doesn't exist on type 'Actor'",
    );
    expect(await ask(comments('reactionGroups { users { x } }'))).toBe(
      "Field 'users' doesn't exist on type 'ReactionGroup'",
    );
    expect(await ask('{'.repeat(500))).toMatch(/nested|Expected/);
    expect(await ask('{ repository(owner: "alice", name: "nope") { id } }')).toMatch(/Could not resolve/);
  });
});
