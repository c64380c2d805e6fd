/** A root with another online key is merged: the workflow takes both steps by itself, and the gate tries what caches may show. */
import { expect, it } from 'vitest';
import { generateKey } from '../../src/signers/generate.ts';
import { publishedGitHub, REPOSITORY } from '../support/local-github.ts';

it('is published in two runs, the second of which starts by itself and waits for caches', async () => {
  const github = await (await publishedGitHub())();
  const newKey = generateKey({ type: 'ed25519' }).pem;
  github.host.setSecret(REPOSITORY, 'NEXT_KEY', newKey, 'online-signing');
  const alice = await github.person('alice');
  const workflow = (await github.read('main', '.github/workflows/publish.yml')).replace(
    '        uses: ./actions/online-sign\n        env:\n',
    '        uses: ./actions/online-sign\n        with:\n          cache-lifetime: 20\n        env:\n          NEXT_KEY: $' +
      '{{ secrets.NEXT_KEY }}\n',
  );
  expect(workflow).toContain('cache-lifetime: 20');
  await alice.push('main', { '.github/workflows/publish.yml': workflow });
  await github.idle();

  for (const role of ['snapshot', 'timestamp']) {
    const args = ['delegate', 'rotate', role, '--online-key', 'env:NEXT_KEY', '--yes'];
    expect(await alice.playgroundWith({ NEXT_KEY: newKey }, ...args)).toMatchObject({ code: 0 });
  }
  await github.sign('rotate', 'alice', 'bob');
  const earlier = github.runs('Publish').length;
  await github.merge(await github.openPull('rotate'));
  await github.idle();

  const [second, first, ...more] = github.runs('Publish').slice(0, github.runs('Publish').length - earlier);
  expect(more).toEqual([]);
  if (!first || !second) throw new Error('there were not two runs');
  expect(github.jobs(first), github.log(first)).toMatchObject({ check: 'success', again: 'success' });
  expect(second.event).toBe('workflow_dispatch');
  expect(github.jobs(second), github.log(second)).toMatchObject({ check: 'success', again: 'skipped' });
  expect(github.log(second)).toContain('The online keys change hands');
  const warnings = github.annotations(second).filter(({ level }) => level === 'warning');
  expect(warnings.filter(({ message }) => message.includes('caches'))).toEqual([]);
  const gate = second.jobs.find(({ name }) => name === 'gate');
  const summary = github.actions.jobSummary(gate?.id ?? 0);
  expect(summary).toContain('A client accepts the new root beside the timestamp that was published before');
  expect(summary).toContain('A client accepts the old root beside the new timestamp');
  expect((await github.verify()).json).toMatchObject({ ok: true, versions: { root: 2 } });
});
