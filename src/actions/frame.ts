/**
 * What every action does the same: find out where it runs, do its work, and end with one annotation and a summary that
 * say what to do next.
 */
import * as core from '@actions/core';
import { context } from '@actions/github';
import { escapeMarkdown } from '../event/report.ts';
import type { RemoteOptions } from '../git/remote.ts';
import type { GitRepository } from '../git/repository.ts';
import { apiUrl, serverUrl } from '../github/access.ts';
import { GitHubRepository } from '../github/client.ts';
import type { Finding } from '../repository/findings.ts';
import type { Remote } from '../repository/remote.ts';
import { provideSigstore } from '../signers/sigstore/provide.ts';
import { hideEnvironment } from './masks.ts';

/** The identity of commits that an action makes. */
export const BOT = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
};

/** What an action has to work with. */
export interface ActionContext {
  readonly github: GitHubRepository;
  readonly defaultBranch: string;
  readonly now: Date;
  /** Opens the clone that the job checked out. Not every run needs it, and loading and starting git takes its time. */
  readonly openClone: () => Promise<Clone>;
}

/** The clone that the job checked out, and where it came from. */
export interface Clone {
  readonly repository: GitRepository;
  readonly remote: Remote;
}

/** Runs an action; whatever goes wrong ends as a failed step with a message for a person. */
export async function runAction(work: (action: ActionContext) => Promise<void>): Promise<void> {
  for (const role of ['AUTHOR', 'COMMITTER']) {
    process.env[`GIT_${role}_NAME`] ??= BOT.name;
    process.env[`GIT_${role}_EMAIL`] ??= BOT.email;
  }
  hideEnvironment(process.env);
  provideSigstore(process.env);
  let repository: GitRepository | undefined;
  try {
    const { access, ...found } = await actionContext();
    const openClone = async (): Promise<Clone> => {
      const { openRepository } = await import('../git/repository.ts');
      repository ??= await openRepository(process.env.GITHUB_WORKSPACE ?? process.cwd());
      return {
        repository,
        remote: { repository, name: 'origin', mainBranch: found.defaultBranch, access },
      };
    };
    await work({ ...found, openClone });
  } catch (error) {
    await fail(error);
  } finally {
    await repository?.close();
  }
}

async function actionContext(): Promise<
  Omit<ActionContext, 'openClone'> & { readonly access: RemoteOptions }
> {
  const token = core.getInput('token');
  const github = new GitHubRepository({ apiUrl: apiUrl(process.env), ...context.repo }, token || undefined);
  const known: unknown = context.payload.repository?.default_branch;
  const defaultBranch =
    typeof known === 'string'
      ? known
      : (await github.call('read the repository', (octokit, at) => octokit.rest.repos.get(at))).data
          .default_branch;
  const access = token ? { token: { origin: new URL(serverUrl(process.env)).origin, token } } : {};
  return { github, defaultBranch, now: new Date(), access };
}

async function fail(error: unknown): Promise<void> {
  const { message, findings = [] } = error as Error & { findings?: readonly Finding[] };
  annotate(findings);
  core.setFailed(message);
  await summary(`### ❌ ${escapeMarkdown(message)}\n\n${findingList(findings)}`);
}

/** Findings as annotations on the files that they name. */
export function annotate(findings: readonly Finding[]): void {
  for (const { severity, code, message, mend, path } of findings) {
    const properties = { title: code, ...(path === undefined ? {} : { file: path }) };
    (severity === 'error' ? core.error : core.warning)(`${message}. ${mend}`, properties);
  }
}

/** Findings as a Markdown list. */
function findingList(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ severity, code, message, mend }) =>
        `- ${severity} \`${code}\`: ${escapeMarkdown(message)} — ${escapeMarkdown(mend)}\n`,
    )
    .join('');
}

/** Adds Markdown to the summary of the step, where there is one. */
export async function summary(markdown: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdown, true).write();
}
