/** Who may not push learns how the signature gets there all the same. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addArtifacts, publishedTeam } from '../support/people.ts';

it('A push that the rules of the remote refuse leaves nothing behind, and names the comment', async () => {
  const team = await publishedTeam({ signers: ['alice'], threshold: 1, artifacts: { 'app.txt': 'app' } });
  const alice = await team.person('alice');
  await addArtifacts(alice, 'change', { 'app.txt': 'second' });
  const head = await team.branch('sign/change');
  const hook = join(team.remote, 'hooks', 'update');
  await writeFile(hook, '#!/bin/sh\necho "only the robot may push here"\nexit 1\n', { mode: 0o755 });
  const outcome = await alice.playground('sign', 'change', '--yes', '--json');
  expect(outcome).toMatchObject({ code: 2, json: { ok: false, error: { code: 'push-rejected' } } });
  expect(outcome.stderr).toContain('only the robot may push here');
  expect(outcome.stderr).toContain('playground sign change --comment');
  expect(await team.branch('sign/change')).toBe(head);

  // With a remote of their own to push to, people know what they do: nothing is asked, and nothing goes into a comment.
  await alice.git('config', 'playground.pushRemote', 'mine');
  await alice.git('remote', 'add', 'mine', join(team.folder, 'nowhere.git'));
  const elsewhere = await alice.playground('sign', 'change', '--yes');
  expect(elsewhere.code).toBe(2);
  expect(elsewhere.stderr).not.toContain('comment');
  // Nor where nothing is pushed at all.
  await alice.git('config', '--unset', 'playground.pushRemote');
  expect(await alice.playground('sign', 'change', '--yes', '--no-push')).toMatchObject({ code: 0 });
});
