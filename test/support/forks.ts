/** A stranger's fork with an event in it, and with everything else in it that would be worth changing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { git, temporaryFolder } from './git.ts';
import { type LocalGitHub, REPOSITORY } from './local-github.ts';
import { addArtifacts, type PushedFile } from './people.ts';

export const FORK = 'mallory/repository';

/** A bundle, an action and a workflow that leave a trace wherever they run. */
const TRACE = join(temporaryFolder(), 'trace');
const leaveTrace = `require('node:fs').appendFileSync(${JSON.stringify(TRACE)}, 'ran\\n');\n`;

/** Whether anything of {@link HOSTILE} has run. */
export const hasRun = () => existsSync(TRACE);

const HOSTILE: Readonly<Record<string, PushedFile>> = {
  'actions/dist/signing-event.js': leaveTrace,
  'actions/signing-event/action.yml': 'name: x\nruns: { using: node24, main: ../dist/signing-event.js }\n',
  '.github/workflows/signing-event.yml': `on: [push, pull_request, issue_comment]
permissions: write-all
jobs: { evil: { runs-on: ubuntu-latest, steps: [{ run: "echo ran >> ${TRACE}" }] } }
`,
  'package.json': '{"type":"commonjs"}\n',
  '.gitattributes': '* filter=evil\n',
  'README.md': 'Free money\n',
};

/** An artifact that Mallory proposes in a fork; the pull request. */
export async function proposedInFork(github: LocalGitHub): Promise<number> {
  await github.host.fork(REPOSITORY, 'mallory');
  const mallory = await github.person('mallory', FORK);
  await addArtifacts(mallory, 'gift', { 'gift.txt': 'a gift\n' });
  const pull = await github.openPull('gift', 'mallory', 'mallory');
  await github.idle();
  return pull;
}

/** Mallory changes everything else too. */
export async function addHostileFiles(github: LocalGitHub): Promise<void> {
  await (await github.person('mallory', FORK)).push('sign/gift', HOSTILE);
  await github.idle();
}

/** Where a branch of the fork stands. */
export const forkHead = (github: LocalGitHub, branch: string) =>
  git(github.host.gitDir(FORK), 'rev-parse', branch);

/** The head of a pull request, as the repository itself has it. */
export const pullHead = (pull: number) => `refs/pull/${pull}/head`;
