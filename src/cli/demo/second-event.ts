/**
 * The second signing event: Bob has no write access any more and signs by a comment, which the workflow records. It is
 * what a signer needs: a key, and an account that may comment.
 */
import { EVENT_PREFIX } from '../../event/name.ts';
import type { Say } from '../output.ts';
import {
  addArtifact,
  expectStatus,
  mergeAndPublish,
  openPull,
  step,
  stepThatTells,
  workflowsEnd,
} from './scenes.ts';
import { REPOSITORY, type World } from './world.ts';

const EVENT = 'second';

export async function playSecondEvent(world: World, say: Say): Promise<void> {
  say('The second signing event: Bob signs by comment, without write access.');
  await step(say, 'bob loses his write access to the repository: a signer needs none', async () =>
    world.playground.host.setRole(REPOSITORY, 'bob', 'read'),
  );
  await step(say, `alice: playground update-targets ${EVENT} --add news.txt — opens the pull request`, () =>
    addArtifact(world, EVENT, 'news.txt', 'Signed by a comment.\n'),
  );
  await step(
    say,
    `bob: playground sign ${EVENT} --comment — posts his signature of targets as a comment`,
    () => world.run('bob', 'sign', EVENT, '--comment', '--yes'),
  );
  await stepThatTells(say, 'the signing-event workflow records it', () => expectRecorded(world, 'bob'));
  await step(say, `alice: playground sign ${EVENT} — signs targets by a commit, as before`, () =>
    world.run('alice', 'sign', EVENT, '--yes'),
  );
  await step(say, 'the status turns green: 2 of 2 signatures', () => expectStatus(world, 'success'));
  await mergeAndPublish(world, say, 'news.txt');
}

/** Finds the commit that holds what a person posted, and the answer to their comment; tells of both. */
async function expectRecorded(world: World, person: 'bob'): Promise<string> {
  await workflowsEnd(world);
  const github = await world.api('alice');
  const { number } = await openPull(world);
  const { data: commits } = await github.call('read the commits', (octokit, at) =>
    octokit.rest.pulls.listCommits({ ...at, pull_number: number }),
  );
  const commit = commits.find(({ commit: { message } }) =>
    new RegExp(`^Co-authored-by: ${person} <`, 'm').test(message),
  );
  if (!commit) throw new Error(`no commit on ${EVENT_PREFIX}${EVENT} has ${person} as its co-author`);
  const { data: comments } = await github.call('read the comments', (octokit, at) =>
    octokit.rest.issues.listComments({ ...at, issue_number: number }),
  );
  const thumbs = comments.find(({ user }) => user?.login === person)?.reactions?.['+1'];
  if (thumbs !== 1) throw new Error(`${person}'s comment has no 👍`);
  return `commit ${commit.sha.slice(0, 12)}, co-authored by Bob, and 👍 on his comment`;
}
