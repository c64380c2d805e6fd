/** `npm start`: the first minutes of a newcomer. It plays, goes on, starts over, and says clearly what is in its way. */
import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { git, temporaryFolder } from '../support/git.ts';
import { filesBelow, type Outcome, startPlayground } from '../support/playground.ts';

// Some run both events: a dozen workflow runs and twice a publication, beside other tests.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const start = (...args: readonly string[]): Promise<Outcome> =>
  startPlayground(temporaryFolder(), ['start', '--exit', ...args]).ended;

let played: string;
let first: Outcome;
beforeAll(async () => {
  played = join(temporaryFolder(), 'play ground');
  first = await start('--data', played);
});

/** All refs of the repository on the local GitHub. */
function refs(data: string): Promise<string> {
  return git(join(data, 'alice'), 'ls-remote', join(data, 'github', 'git', '1.git'));
}

/** The finished playground in a folder of its own: paths in clones still lead to the first one. */
function copyOfPlayed(): string {
  const copy = join(temporaryFolder(), 'copy');
  cpSync(played, copy, { recursive: true });
  return copy;
}

describe.concurrent('The demonstration', () => {
  it('plays two signing events to their end, and says so step by step', () => {
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const steps = first.stdout.split('\n').filter((line) => line.startsWith('  '));
    expect(steps.length).toBeGreaterThanOrEqual(20);
    expect(steps.filter((line) => !/^ {2}✓ .+ \(\d+\.\d s\)$/.test(line))).toEqual([]);
    for (const words of [
      'template',
      'init',
      'bob',
      '1 of 2',
      '2 of 2',
      'merges',
      'online',
      'gate',
      'deploy',
      'tuf-js',
    ])
      expect(first.stdout).toContain(words);
  });

  it('shows that Bob signs by a comment and needs no write access for it', async () => {
    const [, second = ''] = first.stdout.split('The second signing event');
    const [, commit] = /records it: commit ([0-9a-f]{12}), co-authored by Bob, and 👍/.exec(second) ?? [];
    for (const words of ['loses his write access', 'sign second --comment', '2 of 2', 'downloads news.txt'])
      expect(second).toContain(words);
    // What it says is in git: one signature by the workflow with Bob as co-author, one by Alice.
    const alice = join(played, 'alice');
    const log = await git(
      alice,
      'log',
      '--format=%h %an %(trailers:key=Co-authored-by)',
      '--abbrev=12',
      'origin/sign/second',
    );
    expect(log).toMatch(new RegExp(`^${commit} github-actions\\[bot\\] Co-authored-by: bob <`, 'm'));
  });

  it('goes on from what is there when it is started again', async () => {
    const before = await refs(played);
    expect(before).toContain('refs/heads/online');
    const second = await start('--data', played);
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('everything is as you left it');
    expect(second.stdout).toContain('✓ an independent client');
    expect(await refs(played)).toBe(before);
  });

  it('starts over with --fresh', async () => {
    const data = copyOfPlayed();
    const key = await readFile(join(data, 'keys/alice.pem'), 'utf8');
    await writeFile(join(data, 'playground.json'), '{ damaged');
    const fresh = await start('--data', data, '--fresh');
    expect(fresh).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(join(data, 'keys/alice.pem'), 'utf8')).not.toBe(key);
    expect(await readFile(join(data, 'playground.json'), 'utf8')).toContain('true');
  });

  it('starts over by itself after it was interrupted', async () => {
    const data = join(temporaryFolder(), 'data');
    const run = startPlayground(temporaryFolder(), ['start', '--exit', '--data', data]);
    while (!run.output().includes('✓ a clone and a key'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    run.kill();
    await run.ended;
    const again = await start('--data', data);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('The first signing event');
  });
});

describe.concurrent('The demonstration cannot run', () => {
  it('on a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const outcome = await start('--data', join(temporaryFolder(), 'data'), '--port', `${port}`);
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain(`error: Port ${port} on 127.0.0.1 is in use.`);
      expect(outcome.stderr).toContain('--port');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each([['99999'], ['http'], ['0']])('on a port that is none: %s', async (port) => {
    const outcome = await start('--data', join(temporaryFolder(), 'data'), '--port', port);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('--port');
  });

  it.each([
    ['its mark is no JSON', (data: string) => writeFile(join(data, 'playground.json'), '{ damaged')],
    [
      'its mark is of another format',
      (data: string) => writeFile(join(data, 'playground.json'), '{"format":9}'),
    ],
    [
      'its mark is a folder',
      async (data: string) => {
        await rm(join(data, 'playground.json'));
        await mkdir(join(data, 'playground.json'));
      },
    ],
    ["the local GitHub's data are missing", (data: string) => rm(join(data, 'github'), { recursive: true })],
    ['a clone is missing', (data: string) => rm(join(data, 'bob'), { recursive: true })],
    ['a key is missing', (data: string) => rm(join(data, 'keys', 'online.pem'))],
  ] as const)('from a data folder that is damaged: %s', async (_what, damage) => {
    const data = copyOfPlayed();
    await damage(data);
    const before = await filesBelow(data);
    const outcome = await start('--data', data);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('is damaged');
    expect(outcome.stderr).toContain('--fresh');
    expect(await filesBelow(data)).toEqual(before);
  });

  it.each([[[]], [['--fresh']]])(
    'in a folder that holds something else, which stays as it is: %s',
    async (flags) => {
      const data = temporaryFolder();
      await writeFile(join(data, 'thesis.txt'), 'years of work');
      const outcome = await start('--data', data, ...flags);
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain('holds other files and no playground');
      expect(Object.keys(await filesBelow(data))).toEqual(['thesis.txt']);
    },
  );

  it('in the place of a file', async () => {
    const data = join(temporaryFolder(), 'file');
    await writeFile(data, 'a file');
    const outcome = await start('--data', data, '--fresh');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('--data');
    expect(await readFile(data, 'utf8')).toBe('a file');
  });

  it('without git', async () => {
    const data = join(temporaryFolder(), 'data');
    const run = startPlayground(temporaryFolder(), ['start', '--exit', '--data', data], {
      PATH: temporaryFolder(),
    });
    const outcome = await run.ended;
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toMatch(/^error: .*git/);
    await expect(filesBelow(data)).rejects.toThrow('ENOENT');
  });
});

describe('While the demonstration is up', () => {
  it('the commands that it prints for a third event work as they stand', async () => {
    const data = join(temporaryFolder(), "it's here");
    const run = startPlayground(temporaryFolder(), ['start', '--data', data]);
    const last = 'Everything is kept in';
    while (!run.output().includes(last)) {
      if (run.child.exitCode !== null) throw new Error((await run.ended).stderr);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const text = run.output();
    const commands = text
      .slice(text.indexOf('In another terminal:'), text.indexOf(last))
      .split('\n')
      .slice(1);
    // The reader's `node` is the one that runs these tests.
    const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const script = await shell(commands.join('\n'), { ...process.env, PATH });
    expect(script.stderr).not.toContain('error:');
    expect(script.code).toBe(0);
    expect(script.stdout).toContain('Artifacts: 1 of 1 found, downloaded and verified');
    expect(script.stdout.trimEnd().split('\n').at(-1)).toBe(
      '✓ A client that starts here accepts this repository.',
    );

    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(0);
    expect((await start('--data', data)).code).toBe(0);
  });
});

function shell(script: string, env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile('sh', ['-e'], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
    child.stdin?.end(script);
  });
}
