/**
 * Which pull requests wait until somebody with write access lets their workflows run.
 * https://docs.github.com/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
 */
import type { HostEvent } from '../contract.ts';
import { text } from './payload.ts';

/** The repository's setting; GitHub's default is `first-time-contributors`. */
export type ForkApproval = 'first-time-contributors' | 'all-external-contributors' | 'never';

/** As `author_association` says of those who have something merged already, or belong to the repository. */
const KNOWN: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR', 'CONTRIBUTOR'];

export function needsApproval(event: HostEvent, setting: ForkApproval): boolean {
  if (event.name !== 'pull_request') return false;
  // By GITHUB_TOKEN: since June 2026 such a run waits instead of not being made.
  if (event.causedByJob) return true;
  if (!event.fromFork || setting === 'never') return false;
  const association = text(event.payload, 'pull_request', 'author_association');
  if (setting === 'first-time-contributors') return !KNOWN.includes(association);
  return !KNOWN.slice(0, 3).includes(association);
}
