/** What a new run says of itself: its head, and its title. */
import type { HostEvent, HostForActions } from '../contract.ts';
import { evaluateText } from './expressions.ts';
import { commitInfo } from './git.ts';
import { text } from './payload.ts';
import type { RunRecord } from './records.ts';
import { runScope } from './run-scope.ts';
import type { Workflow } from './workflow-file.ts';

type Head = Pick<RunRecord, 'headBranch' | 'headSha' | 'headRepository'>;

/** For a pull request the head is the proposed commit, not the merge commit that is checked out. */
export function headOf(event: HostEvent): Head {
  if (event.name === 'pull_request' || event.name === 'pull_request_target') {
    const head = (...keys: readonly string[]) => text(event.payload, 'pull_request', 'head', ...keys);
    return {
      headBranch: head('ref'),
      headSha: head('sha') || event.sha,
      headRepository: head('repo', 'full_name') || event.repository,
    };
  }
  return {
    headBranch: event.ref.replace(/^refs\/(?:heads|tags)\//, ''),
    headSha: event.sha,
    headRepository: event.repository,
  };
}

/** `run-name`, or the title of what started the run. */
export function titleOf(run: RunRecord, workflow: Workflow, host: HostForActions): string {
  const token = workflow.properties.find('run-name');
  return (
    evaluateText(token, runScope(run, workflow, host))?.trim() || defaultTitle(run.event, host, run.name)
  );
}

/** @param fallback the workflow's name */
export function defaultTitle(event: HostEvent, host: HostForActions, fallback: string): string {
  switch (event.name) {
    case 'push':
      return commitInfo(host.gitDir(event.repository), event.sha)?.message.split('\n')[0] || fallback;
    case 'pull_request':
    case 'pull_request_target':
      return text(event.payload, 'pull_request', 'title') || fallback;
    case 'issue_comment':
      return text(event.payload, 'issue', 'title') || fallback;
    case 'repository_dispatch':
      return event.action || fallback;
    default:
      return fallback;
  }
}
