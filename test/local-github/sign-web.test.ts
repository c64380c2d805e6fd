/** `playground sign --web`: the signing page from the signer's own machine, for this machine only. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalGitHub, publishedGitHub, REPOSITORY } from '../support/local-github.ts';
import type { Person } from '../support/people.ts';
import type { Run } from '../support/playground.ts';

let github: LocalGitHub;
let bob: Person;
let pull: number;
beforeAll(async () => {
  github = await (await publishedGitHub())();
  await github.proposes('alice', 'change', { 'hello.txt': 'Hello again\n' });
  pull = await github.openPull('change');
  bob = await github.person('bob');
});

/** Starts the page and answers its link. */
async function serve(...args: readonly string[]): Promise<{ readonly run: Run; readonly link: URL }> {
  const run = bob.start(['sign', ...args, '--web', '--json']);
  for (;;) {
    const [, link] = /"url": "([^"]+)"/.exec(run.output()) ?? [];
    if (link !== undefined) return { run, link: new URL(link) };
    if (run.child.exitCode !== null) throw new Error((await run.ended).stderr);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stop({ child, ended }: Run): Promise<number | null> {
  child.kill('SIGINT');
  return (await ended).code;
}

/** A request as a browser, or somebody worse, may make it: the path goes out as it stands. */
function ask(link: URL, path: string, { method = 'GET', host = link.host } = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const options = { host: link.hostname, port: link.port, path, method, headers: { host }, agent: false };
      const sent = request(options, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const body = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
      sent.on('error', reject);
      sent.end();
    },
  );
}

describe('The page', () => {
  let run: Run;
  let link: URL;
  beforeAll(async () => {
    ({ run, link } = await serve('change'));
  });

  it('is linked for its pull request', () => {
    expect(link.hostname).toBe('localhost');
    expect(link.pathname + link.hash).toBe(`/sign/#${REPOSITORY}/${pull}`);
  });

  it('is that of the repository, under a policy that lets it talk to the API alone', async () => {
    const page = await ask(link, '/sign/');
    expect(page.status).toBe(200);
    expect(page.body).toContain(REPOSITORY);
    expect(page.body).toContain(github.playground.apiUrl);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    const policy = String(page.headers['content-security-policy']).split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ${new URL(github.playground.apiUrl).origin}`);
    expect(policy).toContain("frame-ancestors 'none'");
    for (const [file, type] of [
      ['app.js', 'text/javascript'],
      ['style.css', 'text/css'],
    ])
      expect((await ask(link, `/sign/${file}`)).headers['content-type']).toContain(type);
    expect(await ask(link, '/')).toMatchObject({ status: 302, headers: { location: '/sign/' } });
    expect(await ask(link, '/sign')).toMatchObject({ status: 302, headers: { location: '/sign/' } });
  });

  it('begins at the roots that this clone has from the main branch', async () => {
    const root = await ask(link, '/metadata/1.root.json');
    expect(`${root.body}`).toBe(await github.read('main', 'metadata/root_history/1.root.json'));
    const targets = await ask(link, '/metadata/1.targets.json');
    expect(targets.body).toBe(await github.read('main', 'metadata/targets.json'));
    const timestamp = await ask(link, '/metadata/timestamp.json');
    expect(timestamp.body).toBe(await github.read('online', 'metadata/timestamp.json'));
    expect((await ask(link, '/metadata/2.root.json')).status).toBe(404);
  });

  it.each([
    '/metadata/../../../../../../etc/passwd',
    '/metadata/%2e%2e/%2e%2e/package.json',
    '/sign/../.git/config',
    '/.git/config',
    '/__proto__',
    '/sign/constructor',
    '//sign/',
  ])('has nothing else to give: %s', async (path) => {
    expect(await ask(link, path)).toMatchObject({ status: 404, body: 'There is nothing here.\n' });
  });

  it('answers to its own name only, and only to those who read', async () => {
    const { port } = link;
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1:${port}`,
      'localhost',
      `[::1]:${port}`,
    ]) {
      for (const path of ['/', '/sign/', '/metadata/1.root.json'])
        expect(await ask(link, path, { host })).toMatchObject({ status: 421 });
    }
    for (const method of ['POST', 'PUT', 'OPTIONS', 'DELETE'])
      expect(await ask(link, '/sign/', { method })).toMatchObject({ status: 405 });
    const head = await ask(link, '/sign/', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
  });

  it('cannot be reached from other machines', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
    for (const host of [address, '127.0.0.2'].filter((one) => one !== undefined)) {
      const socket = connect(Number(link.port), host);
      const [outcome] = await Promise.race([
        once(socket, 'error'),
        once(socket, 'connect').then(() => ['connected']),
      ]);
      socket.destroy();
      expect(outcome).not.toBe('connected');
    }
  });

  it('keeps its address, since a key in the browser belongs to it; a taken port is named', async () => {
    const second = await bob.playground('sign', 'change', '--web');
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`Port ${link.port}`);
    expect(second.stderr).toContain('--port');
    const elsewhere = await serve('--port', `${await freePort()}`);
    expect(elsewhere.link.port).not.toBe(link.port);
    expect(elsewhere.link.pathname + elsewhere.link.hash).toBe('/sign/');
    expect(await stop(elsewhere.run)).toBe(0);
    expect(await stop(run)).toBe(0);
    const again = await serve('--pull', `${pull}`);
    expect(again.link.href).toBe(link.href);
    expect(await stop(again.run)).toBe(0);
  });
});

describe('No page is served', () => {
  it('for a main branch that begins at another root than this clone knows', async () => {
    const before = await bob.git('config', 'playground.firstRoot');
    await bob.git('config', 'playground.firstRoot', 'a'.repeat(64));
    const outcome = await bob.playground('sign', 'change', '--web');
    await bob.git('config', 'playground.firstRoot', before);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('not the one that this clone knows');
    const given = await bob.playground('sign', 'change', '--web', '--first-root', 'b'.repeat(64));
    expect(given.code).toBe(1);
  });

  it('for an event without a pull request', async () => {
    await github.proposes('alice', 'lonely', { 'a.txt': 'a' });
    const outcome = await bob.playground('sign', 'lonely', '--web');
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('There is no open pull request of sign/lonely');
  });
});

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
