/**
 * The first signing event, played live on real git: a shared repository, a clone for each person, and the very commands
 * that people type. Every step prints a line and fails loudly.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { verifyRepository } from '../../client/verify.ts';
import { RefusedError } from '../failure.ts';
import { type Say, style } from '../output.ts';
import { type DataFolder, PEOPLE } from './data-folder.ts';

export const PROGRAM = fileURLToPath(new URL('../../../bin/playground.mjs', import.meta.url));

/** The passphrase of every key in a playground. These keys protect nothing. */
export const PASSPHRASE = 'playground';

const ARTIFACT = 'hello.txt';

const run = promisify(execFile);

/** Plays the event, or says that an earlier run has played it. */
export async function playFirstEvent(data: DataFolder, siteUrl: string, say: Say): Promise<void> {
  if (await data.isPlayed()) {
    say(`The first event was played before; everything is as you left it. (--fresh starts over.)`);
    await step(say, 'an independent client (tuf-js) still accepts the site', () => gate(data, siteUrl));
    return;
  }
  await data.clear();
  say('The first signing event, on real git:');
  const playground = async (person: string, ...args: string[]) => {
    const environment = { ONLINE_KEY: await readFile(join(data.keys, 'online.pem'), 'utf8').catch(() => '') };
    return command(process.execPath, [PROGRAM, ...args], data.clone(person), environment);
  };
  const git = (directory: string, ...args: string[]) => command('git', args, directory);

  await step(say, 'a shared repository, and a clone each for Alice, Bob and you', async () => {
    await command(
      'git',
      ['init', '--quiet', '--bare', '--initial-branch=main', data.repository],
      data.directory,
    );
    for (const person of PEOPLE) await cloneFor(data, person);
    const alice = data.clone('alice');
    await writeFile(join(alice, 'README.md'), 'A TUF repository.\n');
    await git(alice, 'add', 'README.md');
    await git(alice, 'commit', '--quiet', '-m', 'First commit');
    await git(alice, 'push', '--quiet', 'origin', 'HEAD:main');
  });
  await step(say, 'keys: one for each signer, encrypted, and the online key', async () => {
    for (const person of PEOPLE)
      await playground(person, 'key', 'generate', '--out', join(data.keys, `${person}.pem`));
    await playground('alice', 'key', 'generate', '--no-passphrase', '--out', join(data.keys, 'online.pem'));
  });
  await step(say, 'alice: playground init --signers @alice,@bob --threshold 2', async () => {
    await playground('alice', 'init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
    await writeFile(join(data.directory, ARTIFACT), 'Hello from a TUF repository.\n');
    await playground(
      'alice',
      'update-targets',
      'init',
      '--add',
      `${ARTIFACT}=${join(data.directory, ARTIFACT)}`,
      '--yes',
    );
  });
  await step(say, 'bob: playground sign init — accepts the invitation, and signs root and targets', () =>
    playground('bob', 'sign', 'init', '--yes'),
  );
  await step(say, 'nothing can be published yet: 1 of 2 signatures', async () => {
    const state = await playground('bob', 'status', 'init', '--json').then(
      () => 'ready',
      (error: { stdout?: string }) => JSON.parse(error.stdout ?? '{}').state,
    );
    if (state !== 'waiting') throw new Error(`the event is ${state}, not waiting`);
  });
  await step(say, 'alice: playground sign init — signs root and targets', () =>
    playground('alice', 'sign', 'init', '--yes'),
  );
  await step(say, 'the event is ready: 2 of 2 signatures on root and targets', () =>
    playground('alice', 'status', 'init', '--json'),
  );
  await step(say, 'alice merges sign/init into main', async () => {
    const alice = data.clone('alice');
    await git(alice, 'fetch', '--quiet', 'origin');
    await git(alice, 'switch', '--quiet', '-C', 'main', 'origin/main');
    await git(alice, 'merge', '--quiet', '--no-ff', '-m', 'Merge sign/init', 'origin/sign/init');
    await git(alice, 'push', '--quiet', 'origin', 'main');
  });
  await step(say, 'online signing: snapshot and timestamp, on the branch online', () =>
    playground('alice', 'online-sign', '--first'),
  );
  await step(say, 'the site is built', () => playground('alice', 'build', data.site));
  await step(
    say,
    `gate: an independent client (tuf-js) starts from the first root and downloads ${ARTIFACT}`,
    () => gate(data, siteUrl),
  );
  await data.markPlayed();
}

async function cloneFor(data: DataFolder, person: string): Promise<void> {
  await command('git', ['clone', '--quiet', data.repository, data.clone(person)], data.directory);
  const settings = {
    'user.name': person,
    'user.email': `${person}@example.com`,
    'commit.gpgSign': 'false',
    'playground.login': `@${person}`,
    'playground.key': `file2:${join(data.keys, `${person}.pem`)}`,
  };
  for (const [name, value] of Object.entries(settings))
    await command('git', ['config', name, value], data.clone(person));
  await mkdir(data.keys, { recursive: true, mode: 0o700 });
}

async function gate(data: DataFolder, siteUrl: string): Promise<void> {
  const result = await verifyRepository({ source: siteUrl, stateDir: data.clientState });
  if (!result.ok) throw new Error(result.failure?.message ?? 'the client refuses the site');
  if (result.artifacts.length === 0) throw new Error('the client found no artifact');
}

async function command(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  await run(program, args, {
    cwd,
    env: { ...process.env, PLAYGROUND_PASSPHRASE: PASSPHRASE, GIT_TERMINAL_PROMPT: '0', ...environment },
  });
}

async function step(say: Say, what: string, work: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  try {
    await work();
  } catch (error) {
    say(`  ${style('red', '✗')} ${what}`);
    const { stderr, message } = error as Error & { stderr?: string };
    throw new RefusedError(`The demonstration stopped here. ${stderr?.trim() || message}`);
  }
  say(
    `  ${style('green', '✓')} ${what} ${style('dim', `(${((performance.now() - began) / 1000).toFixed(1)} s)`)}`,
  );
}
