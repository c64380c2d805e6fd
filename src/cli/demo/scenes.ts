/** What happens in every event of the demonstration: steps that print a line, what GitHub shows then, and what is published. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyRepository } from '../../client/verify.ts';
import type { WorkflowRun } from '../../playground/contract.ts';
import { RefusedError } from '../failure.ts';
import { type Say, style } from '../output.ts';
import { REPOSITORY, type World } from './world.ts';

/** Plays one step and says that it is done. @throws {RefusedError} where it fails */
export function step(say: Say, what: string, work: () => Promise<unknown>): Promise<void> {
  return stepThatTells(say, what, async () => {
    await work();
    return '';
  });
}

/** The same, and what it finds is said as well. */
export async function stepThatTells(say: Say, what: string, work: () => Promise<string>): Promise<void> {
  const began = performance.now();
  let found: string;
  try {
    found = await work();
  } catch (error) {
    say(`  ${style('red', '✗')} ${what}`);
    const { stderr, message } = error as Error & { stderr?: string };
    throw new RefusedError(`The demonstration stopped here: ${stderr?.trim() || message}`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`  ${style('green', '✓')} ${what}${found && ': '}${found} ${style('dim', `(${seconds} s)`)}`);
}

/** Alice puts a new artifact into an event. */
export async function addArtifact(world: World, event: string, name: string, text: string): Promise<void> {
  const file = join(world.data.directory, name);
  await writeFile(file, text);
  await world.run('alice', 'update-targets', event, '--add', `${name}=${file}`, '--yes');
}

/** Waits for the workflows and looks at the status of the pull request's head, as its page shows it. */
export async function expectStatus(world: World, expected: 'pending' | 'success'): Promise<void> {
  await workflowsEnd(world);
  const github = await world.api('alice');
  const pull = await openPull(world);
  const { data } = await github.call('read the status', (octokit, at) =>
    octokit.rest.repos.getCombinedStatusForRef({ ...at, ref: pull.head.sha }),
  );
  const status = data.statuses.find(({ context }) => context === 'signing-event');
  if (status?.state !== expected)
    throw new Error(
      `the status signing-event is ${status ? `${status.state} (${status.description})` : 'not there'}, not ${expected}`,
    );
}

/** The only open pull request. */
export async function openPull(world: World) {
  const github = await world.api('alice');
  const { data } = await github.call('list the pull requests', (octokit, at) =>
    octokit.rest.pulls.list({ ...at, state: 'open' }),
  );
  const [pull] = data;
  if (!pull) throw new Error('there is no open pull request');
  return pull;
}

/** The end of every event: merged, published, and downloaded by a client that is not ours. */
export async function mergeAndPublish(world: World, say: Say, artifact: string): Promise<void> {
  await step(say, 'alice merges the pull request', () => merge(world));
  await step(say, 'the publish workflow: online signing, build, gate, deploy, check of the live site', () =>
    expectPublished(world),
  );
  await step(say, `an independent client (tuf-js) downloads ${artifact} from ${world.pagesUrl}`, () =>
    download(world, artifact),
  );
}

async function merge(world: World): Promise<void> {
  const pull = await openPull(world);
  const github = await world.api('alice');
  await github.call('merge the pull request', (octokit, at) =>
    octokit.rest.pulls.merge({ ...at, pull_number: pull.number, sha: pull.head.sha }),
  );
}

async function expectPublished(world: World): Promise<void> {
  await workflowsEnd(world);
  const published = world.playground.actions.runs(REPOSITORY).find(({ name }) => name === 'Publish');
  if (published?.conclusion !== 'success') throw new Error('the workflow Publish did not run');
}

/** The client updates and downloads everything that is published; among it has to be this artifact. */
export async function download(world: World, artifact?: string): Promise<void> {
  const result = await verifyRepository({ source: world.pagesUrl, stateDir: world.data.clientState });
  if (!result.ok) throw new Error(result.failure?.message ?? 'the client refuses the site');
  const paths = result.artifacts.map(({ path }) => path);
  if (paths.length === 0) throw new Error('the client found no artifact');
  if (artifact !== undefined && !paths.includes(artifact))
    throw new Error(`the client found ${paths.join(', ')}, but not ${artifact}`);
}

/** Waits until nothing runs any more. A workflow that failed says why in its annotations. */
export async function workflowsEnd({ playground: { actions, url } }: World): Promise<void> {
  await actions.idle();
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
