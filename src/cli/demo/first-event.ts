/**
 * The first signing event, played live on the local GitHub: the commands that people type, the workflows that run in a
 * user's repository, and at the end a client that is not ours. Every step prints a line and fails loudly.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyRepository } from '../../client/verify.ts';
import type { WorkflowRun } from '../../playground/contract.ts';
import { RefusedError } from '../failure.ts';
import { type Say, style } from '../output.ts';
import { PEOPLE } from './data-folder.ts';
import { OWNER, REPOSITORY, type World } from './world.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const ARTIFACT = 'hello.txt';

/** Plays the event, or says that an earlier run has played it. */
export async function playFirstEvent(world: World, say: Say): Promise<void> {
  const mark = await world.data.readMark();
  if (mark.played) {
    say('The first event was played before; everything is as you left it. (--fresh starts over.)');
    await world.refreshRemotes();
    await step(say, 'an independent client (tuf-js) still accepts the site', () => gate(world));
    return;
  }
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
      await writeFile(join(world.data.directory, ARTIFACT), 'Hello from a TUF repository.\n');
      await world.run(
        'alice',
        'update-targets',
        'init',
        '--add',
        `${ARTIFACT}=${join(world.data.directory, ARTIFACT)}`,
        '--yes',
      );
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
  await step(say, 'alice merges the pull request', () => merge(world));
  await step(say, 'the publish workflow: online signing, build, gate, deploy, check of the live site', () =>
    expectPublished(world),
  );
  await step(say, `an independent client (tuf-js) downloads ${ARTIFACT} from ${world.pagesUrl}`, () =>
    gate(world),
  );
  await world.data.writeMark({ ...(await world.data.readMark()), played: true });
}

async function makeRepository({ playground: { host }, data }: World): Promise<void> {
  for (const person of PEOPLE) {
    host.createUser(person);
    await data.writeToken(person, host.createToken(person));
  }
  await host.createRepository(REPOSITORY, {
    description: 'A TUF repository to play with',
    from: { folder: PROJECT, commit: 'HEAD' },
  });
  for (const person of PEOPLE) if (person !== OWNER) host.setRole(REPOSITORY, person, 'write');
  host.enablePages(REPOSITORY);
  host.putEnvironment(REPOSITORY, 'online-signing', ['main']);
  host.putEnvironment(REPOSITORY, 'github-pages', ['main']);
}

async function makePeople(world: World): Promise<void> {
  const { data, playground } = world;
  for (const person of PEOPLE) {
    const clone = data.clone(person);
    await world.git(data.directory, 'clone', '--quiet', await world.cloneUrl(person), clone);
    const settings = {
      'user.name': person,
      'user.email': `${person}@example.com`,
      'commit.gpgSign': 'false',
      'playground.login': `@${person}`,
      'playground.key': `file2:${join(data.keys, `${person}.pem`)}`,
    };
    for (const [name, value] of Object.entries(settings)) await world.git(clone, 'config', name, value);
    await world.run(person, 'key', 'generate', '--out', join(data.keys, `${person}.pem`));
  }
  const online = join(data.keys, 'online.pem');
  await world.run('alice', 'key', 'generate', '--no-passphrase', '--out', online);
  playground.host.setSecret(REPOSITORY, 'ONLINE_KEY', await readFile(online, 'utf8'), 'online-signing');
}

/** Waits for the workflows and looks at the status of the pull request's head, as its page shows it. */
async function expectStatus(world: World, expected: 'pending' | 'success'): Promise<void> {
  await world.playground.actions.idle();
  failedRun(world);
  const github = await world.api('alice');
  const pull = await firstPull(world);
  const { data } = await github.call('read the status', (octokit, at) =>
    octokit.rest.repos.getCombinedStatusForRef({ ...at, ref: pull.head.sha }),
  );
  const status = data.statuses.find(({ context }) => context === 'signing-event');
  if (status?.state !== expected)
    throw new Error(
      `the status signing-event is ${status ? `${status.state} (${status.description})` : 'not there'}, not ${expected}`,
    );
}

async function firstPull(world: World) {
  const github = await world.api('alice');
  const { data } = await github.call('list the pull requests', (octokit, at) =>
    octokit.rest.pulls.list({ ...at, state: 'open' }),
  );
  const [pull] = data;
  if (!pull) throw new Error('there is no open pull request');
  return pull;
}

async function merge(world: World): Promise<void> {
  const pull = await firstPull(world);
  const github = await world.api('alice');
  await github.call('merge the pull request', (octokit, at) =>
    octokit.rest.pulls.merge({ ...at, pull_number: pull.number, sha: pull.head.sha }),
  );
}

async function expectPublished(world: World): Promise<void> {
  await world.playground.actions.idle();
  failedRun(world);
  const published = world.playground.actions.runs(REPOSITORY).find(({ name }) => name === 'Publish');
  if (published?.conclusion !== 'success') throw new Error('the workflow Publish did not run');
}

/** A workflow that failed says why in its annotations. */
function failedRun({ playground: { actions, url } }: World): void {
  const failed = actions.runs(REPOSITORY).find(({ conclusion }) => conclusion === 'failure');
  if (!failed) return;
  throw new Error(
    `the workflow ${failed.name} failed: ${firstFailure(failed)} (${url}/${REPOSITORY}/actions/runs/${failed.id})`,
  );
}

function firstFailure(run: WorkflowRun): string {
  const annotations = run.jobs.flatMap((job) => job.annotations);
  return annotations.find(({ level }) => level === 'failure')?.message ?? 'see its log';
}

async function gate(world: World): Promise<void> {
  const result = await verifyRepository({ source: world.pagesUrl, stateDir: world.data.clientState });
  if (!result.ok) throw new Error(result.failure?.message ?? 'the client refuses the site');
  if (result.artifacts.length === 0) throw new Error('the client found no artifact');
}

async function step(say: Say, what: string, work: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  try {
    await work();
  } catch (error) {
    say(`  ${style('red', '✗')} ${what}`);
    const { stderr, message } = error as Error & { stderr?: string };
    throw new RefusedError(`The demonstration stopped here: ${stderr?.trim() || message}`);
  }
  say(
    `  ${style('green', '✓')} ${what} ${style('dim', `(${((performance.now() - began) / 1000).toFixed(1)} s)`)}`,
  );
}
