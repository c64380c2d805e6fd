/**
 * A pull request from a stranger's fork that changes everything it can: workflows, actions, the bundle. None of that
 * runs with a right that the stranger does not have, and the event is looked at like any other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowRun } from '../../src/playground/contract.ts';
import { git, temporaryFolder } from '../support/git.ts';
import { type LocalGitHub, publishedGitHub, REPOSITORY } from '../support/local-github.ts';

const FORK = 'mallory/repository';
const ACTIONS = ['build-repository', 'online-sign', 'signing-event', 'verify-repository'];

/** Files that leave a note of who ran them and with what, and try what a token could be abused for. */
function hostileFiles(notes: string, head: () => string): Readonly<Record<string, string>> {
  const script = (name: string) => `
const { appendFileSync } = require('node:fs');
const note = (text) => appendFileSync(${JSON.stringify(join(notes, name))}, text + '\\n');
note(JSON.stringify(process.env));
(async () => {
  const { GITHUB_API_URL: api, STOLEN: token } = process.env;
  const ask = async (method, path, body) => {
    const response = await fetch(api + '/repos/${REPOSITORY}' + path, {
      method, headers: { authorization: 'Bearer ' + token }, body: JSON.stringify(body) });
    note('asked ' + method + ' ' + path.replace(/[0-9a-f]{40}/, 'SHA') + ': ' + response.status);
  };
  await ask('POST', '/statuses/${head()}', { state: 'success', context: 'signing-event', description: 'Ready to merge' });
  await ask('POST', '/git/refs', { ref: 'refs/heads/evil', sha: '${head()}' });
  await ask('POST', '/issues/1/comments', { body: 'evil' });
  await ask('POST', '/actions/workflows/publish.yml/dispatches', { ref: 'main' });
})();
`;
  const workflow = (name: string, on: string, environment = '') => `
name: ${name}
on: ${on}
permissions: write-all
jobs:
  evil:
    runs-on: ubuntu-latest
${environment}
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd
      - run: node evil.js
        env:
          STOLEN: \${{ github.token }}
          KEY: \${{ secrets.ONLINE_KEY }}
          ALL: \${{ toJSON(secrets) }}
      - uses: ./actions/signing-event
        if: always()
`;
  const all =
    '{ push: {}, pull_request: {}, workflow_run: { workflows: [Pull request], types: [completed] } }';
  return {
    'evil.js': script('workflow'),
    '.github/workflows/pull-request.yml': workflow('Pull request', 'pull_request'),
    '.github/workflows/signing-event.yml': workflow('Signing event', all),
    '.github/workflows/publish.yml': workflow('Publish', all, '    environment: online-signing'),
    '.github/workflows/evil.yml': workflow('Evil', all),
    ...Object.fromEntries(ACTIONS.map((name) => [`actions/dist/${name}.js`, bundle(join(notes, 'bundle'))])),
    'package.json': '{}',
    'targets/hello.txt': 'malware\n',
  };
}

const bundle = (note: string) =>
  `require('node:fs').appendFileSync(${JSON.stringify(note)}, JSON.stringify(process.env) + '\\n');\n`;

/** Everything that is stored as text below a folder, logs and repositories' loose files included. */
function textBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n');
}

describe('A pull request from a fork that changes workflows, actions and the bundle', () => {
  let github: LocalGitHub;
  let pull = 0;
  let head = '';
  const notes = temporaryFolder();
  const noted = () => readdirSync(notes).sort();
  const names = (runs: readonly WorkflowRun[]) => runs.map(({ name }) => name);

  beforeAll(async () => {
    github = await (await publishedGitHub())();
    await github.host.fork(REPOSITORY, 'mallory');
    const mallory = await github.person('mallory', FORK);
    await mallory.push(
      'sign/evil',
      hostileFiles(notes, () => head),
    );
    head = await git(mallory.folder, 'rev-parse', 'HEAD');
    // Once more, with the commit known to which a forged status would go.
    head = await mallory.push(
      'sign/evil',
      hostileFiles(notes, () => head),
    );
    pull = await github.openPull('evil', 'mallory', 'mallory');
    await github.idle();
  });

  it('waits, with nothing run, until somebody with write access lets it', () => {
    expect(noted()).toEqual([]);
    expect(github.actions.runs(FORK)).toEqual([]);
    const waiting = github.actions.runs(REPOSITORY).filter(({ headSha }) => headSha === head);
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.map(({ event, conclusion }) => [event, conclusion])).toEqual(
      waiting.map(() => ['pull_request', 'action_required']),
    );
  });

  it('is looked at by the code of the default branch, as git objects only', async () => {
    const before = [await github.branch('main'), await github.branch('online')];
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(github.lastRun('Signing event').conclusion).toBe('success');
    expect(await github.status(head)).toBe('failure: Not valid: see the errors below');
    const report = await github.report(pull);
    expect(report).toContain('artifact-mismatch');
    expect(noted()).toEqual([]);
    expect([await github.branch('main'), await github.branch('online')]).toEqual(before);
    // Nothing is pushed to a stranger's branch.
    expect(await git(github.host.gitDir(FORK), 'rev-parse', 'sign/evil')).toBe(head);
  });

  it('gets no secret and no token that writes once its own workflow has been let run', async () => {
    const before = github.lastRun('Signing event').id;
    const waiting = github.actions
      .runs(REPOSITORY)
      .filter(({ conclusion }) => conclusion === 'action_required');
    for (const { id } of waiting) await github.api('alice', 'POST', `/actions/runs/${id}/approve`);
    await github.idle();
    // The stranger's workflows ran, as GitHub lets them; the environment of the online key did not take them.
    expect(noted()).toEqual(['bundle', 'workflow']);
    const ran = [...readFileSync(join(notes, 'bundle'), 'utf8').matchAll(/"GITHUB_EVENT_NAME":"(\w+)"/g)];
    expect(new Set(ran.map(([, event]) => event))).toEqual(new Set(['pull_request']));
    const note = readFileSync(join(notes, 'workflow'), 'utf8');
    // Jobs run side by side, so their lines may be mixed.
    expect(note.match(/asked .*/g)?.sort()).toEqual(
      Array.from({ length: 3 }, () => [
        'asked POST /statuses/SHA: 403',
        'asked POST /git/refs: 403',
        'asked POST /issues/1/comments: 403',
        'asked POST /actions/workflows/publish.yml/dispatches: 403',
      ])
        .flat()
        .sort(),
    );
    expect(note).toContain('"KEY":""');
    const secret = github.onlineKey.split('\n')[1] ?? '';
    expect(secret.length).toBeGreaterThan(40);
    const logs = github.actions.runs(REPOSITORY).map((run) => github.log(run));
    expect([note, ...logs, textBelow(join(github.folder, 'data', 'actions'))].join('\n')).not.toContain(
      secret,
    );
    const publish = github.actions
      .runs(REPOSITORY)
      .find(({ name, headSha }) => name === 'Publish' && headSha === head);
    expect(publish?.conclusion).toBe('failure');

    // What they woke is the default branch's own, and says what it said before.
    const woken = github.actions
      .runs(REPOSITORY)
      .filter(({ id, event }) => id > before && event === 'workflow_run');
    expect(new Set(names(woken))).toEqual(new Set(['Signing event']));
    expect(woken[0]?.conclusion).toBe('success');
    expect(woken[0]?.headSha).toBe(await github.branch('main'));
    expect(await github.status(head)).toBe('failure: Not valid: see the errors below');
    expect(await github.branch('evil')).toBeUndefined();
    expect((await github.comments(pull)).map(({ user }) => user.login)).toEqual(['github-actions[bot]']);
  });
});
