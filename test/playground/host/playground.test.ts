/** Starting, stopping and starting again; Pages; the issuer of job identities; GitHub's own client. */
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { describe, expect, test } from 'vitest';
import type { HostForActions } from '../../../src/playground/contract.ts';
import { startPlayground } from '../../../src/playground/playground.ts';
import { git, temporaryFolder, writeFiles } from '../../support/git.ts';
import { recordingEngine, repositoryWith, startWorld, world } from './support.ts';

const get = world();

describe('starting', () => {
  test('what was there is there after a restart', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const first = await startWorld({ dataDir });
    await repositoryWith(first, 'alice/kept', { 'README.md': 'kept\n' });
    first.playground.host.setSecret('alice/kept', 'S', 'secret');
    await first.api(first.tokens.bob, 'POST', '/repos/alice/kept/issues', { title: 'Still here' });
    await first.close();
    let host: HostForActions | undefined;
    const engine = recordingEngine();
    const second = await startPlayground({
      dataDir,
      engine(given) {
        host = given;
        return engine.engine;
      },
    });
    try {
      const response = await fetch(`${second.apiUrl}/repos/alice/kept/issues`, {
        headers: { authorization: `token ${first.tokens.bob}` },
      });
      expect(await response.json()).toMatchObject([
        { title: 'Still here', user: { login: 'bob', id: 1002 } },
      ]);
      expect(await git('.', 'ls-remote', `${second.url}/alice/kept.git`, 'main')).toContain(
        'refs/heads/main',
      );
      expect(host?.secrets('alice/kept', undefined).get('S')).toBe('secret');
      expect(second.host.createUser('dora').id).toBe(1004);
    } finally {
      await second.close();
    }
  });

  test('a busy port, a damaged folder and a folder in use are told in plain words', async () => {
    const { engine } = recordingEngine();
    const start = (dataDir: string, port = 0) => startPlayground({ dataDir, port, engine: () => engine });
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(start(join(temporaryFolder(), 'd'), port)).rejects.toMatchObject({
      code: 'port-in-use',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what runs there, or choose another port.`,
    });
    server.close();

    const damaged = temporaryFolder();
    writeFileSync(join(damaged, 'playground.sqlite'), 'this is no database, '.repeat(500));
    await expect(start(damaged)).rejects.toMatchObject({
      code: 'data-folder',
      message: expect.stringContaining('readable'),
    });

    const used = temporaryFolder();
    const running = await start(used);
    await expect(start(used)).rejects.toMatchObject({
      code: 'data-folder',
      message: expect.stringContaining('another process'),
    });
    await running.close();
    await (await start(used)).close();
  });
});

describe('Pages', () => {
  const site = async (files: Readonly<Record<string, string>>) => {
    const folder = join(temporaryFolder(), 'site');
    mkdirSync(folder);
    await writeFiles(folder, files);
    return folder;
  };
  const details = { sha: '0'.repeat(40), runId: 1 };

  test('a site is served as github.io serves it, and replaced whole', async () => {
    await repositoryWith(get(), 'alice/site', { 'README.md': 'x\n' });
    const { forActions, playground } = get();
    const first = await site({ 'index.html': '<p>one', 'a/b.json': '{}', '.hidden': 'no', 'gone.txt': 'x' });
    await expect(forActions.publishPages('alice/site', first, details)).rejects.toThrow(/not enabled/);
    playground.host.enablePages('alice/site');
    const url = await forActions.publishPages('alice/site', first, details);
    expect(url).toBe(`${playground.pagesUrl}/alice/site/`);
    const response = await fetch(url);
    expect([await response.text(), response.headers.get('cache-control')]).toEqual(['<p>one', 'max-age=600']);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const status = async (path: string) => (await fetch(url + path, { redirect: 'manual' })).status;
    expect(await status('a/b.json')).toBe(200);
    expect(await status('a')).toBe(301);
    expect(await status('.hidden')).toBe(404);
    expect(await status('missing')).toBe(404);
    expect(await status('..%2f..%2fplayground.sqlite')).toBe(404);
    expect(await status('%00')).toBe(404);
    expect((await fetch(`${playground.pagesUrl}/alice/other/`)).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);

    await forActions.publishPages('alice/site', await site({ 'index.html': '<p>two' }), details);
    expect(await (await fetch(url)).text()).toBe('<p>two');
    expect(await status('gone.txt')).toBe(404);
  });

  test('a deployment that fails leaves the live site as it was', async () => {
    const { forActions, playground } = get();
    const url = `${playground.pagesUrl}/alice/site/`;
    const bad = await site({ 'index.html': '<p>three' });
    symlinkSync('/etc/passwd', join(bad, 'link'));
    await expect(forActions.publishPages('alice/site', bad, details)).rejects.toThrow(
      /neither a file nor a folder/,
    );
    await expect(forActions.publishPages('alice/site', join(bad, 'none'), details)).rejects.toThrow();
    expect(await (await fetch(url)).text()).toBe('<p>two');
  });
});

describe('identities of jobs', () => {
  test('a token is signed by the key that the issuer publishes', async () => {
    const { forActions, playground } = get();
    const token = await forActions.issueOidcToken({ sub: 'repo:alice/site:ref:refs/heads/main' }, 'sigstore');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const { iss, aud, sub, exp, iat } = read(payload);
    expect([iss, aud, sub, exp - iat]).toEqual([
      `${playground.url}/_services/token`,
      'sigstore',
      'repo:alice/site:ref:refs/heads/main',
      300,
    ]);
    const discovery = await (await fetch(`${iss}/.well-known/openid-configuration`)).json();
    const { keys } = (await (await fetch((discovery as { jwks_uri: string }).jwks_uri)).json()) as {
      keys: JsonWebKey[];
    };
    const [jwk] = keys;
    expect(read(header)).toEqual({ typ: 'JWT', alg: 'RS256', kid: jwk?.kid });
    const key = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    expect(verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
  });
});

describe('GitHub’s own client', () => {
  test('finds its way: pages of lists, pull requests, errors', async () => {
    const { playground, tokens } = get();
    const octokit = new Octokit({ baseUrl: playground.apiUrl, auth: tokens.alice });
    const repo = { owner: 'alice', repo: 'site' };
    const { data: issue } = await octokit.rest.issues.create({ ...repo, title: 'Talk' });
    for (let count = 0; count < 5; count += 1) {
      await octokit.rest.issues.createComment({ ...repo, issue_number: issue.number, body: `c${count}` });
    }
    const comments = await octokit.paginate(octokit.rest.issues.listComments, {
      ...repo,
      issue_number: issue.number,
      per_page: 2,
    });
    expect(comments.map(({ body }) => body)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
    await expect(octokit.rest.git.getRef({ ...repo, ref: 'heads/none' })).rejects.toMatchObject({
      status: 404,
    });
    const { data: ref } = await octokit.rest.git.getRef({ ...repo, ref: 'heads/main' });
    await octokit.rest.git.createRef({ ...repo, ref: 'refs/heads/some/branch', sha: ref.object.sha });
    const { data: branch } = await octokit.rest.repos.getBranch({ ...repo, branch: 'some/branch' });
    expect(branch.commit.sha).toBe(ref.object.sha);
    await octokit.rest.git.deleteRef({ ...repo, ref: 'heads/some/branch' });
  });
});
