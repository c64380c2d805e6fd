/**
 * The first signing event, played live on the local GitHub: the commands that people type, the workflows that run in a
 * user's repository, and at the end a client that is not ours. Everybody signs by a commit.
 */
import type { Say } from '../output.ts';
import { addArtifact, expectStatus, mergeAndPublish, step } from './scenes.ts';
import { makePeople, makeRepository } from './setting.ts';
import type { World } from './world.ts';

export async function playFirstEvent(world: World, say: Say): Promise<void> {
  say(`The first signing event, on a GitHub of your own at ${world.playground.url}:`);
  await step(
    say,
    'a repository made from the template, with Pages, environments and the online key as a secret',
    () => makeRepository(world),
  );
  await step(say, 'a clone and a key each for Alice, Bob and you', () => makePeople(world));
  await step(
    say,
    'alice: playground init --signers @alice,@bob --threshold 2 — opens the pull request',
    async () => {
      await world.run('alice', 'init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
      await addArtifact(world, 'init', 'hello.txt', 'Hello from a TUF repository.\n');
    },
  );
  await step(say, 'the signing-event workflow: status pending, Bob is asked to accept', () =>
    expectStatus(world, 'pending'),
  );
  await step(say, 'bob: playground sign init — accepts the invitation, and signs root and targets', () =>
    world.run('bob', 'sign', 'init', '--yes'),
  );
  await step(say, 'the status is still pending: 1 of 2 signatures', () => expectStatus(world, 'pending'));
  await step(say, 'alice: playground sign init — signs root and targets', () =>
    world.run('alice', 'sign', 'init', '--yes'),
  );
  await step(say, 'the status turns green: 2 of 2 signatures', () => expectStatus(world, 'success'));
  await mergeAndPublish(world, say, 'hello.txt');
}
