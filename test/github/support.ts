/** Our GitHub code against the local GitHub: repositories seen with a person's or a job's token. */
import { GitHubRepository } from '../../src/github/client.ts';
import type { PermissionLevel, PermissionName } from '../../src/playground/contract.ts';
import type { World } from '../playground/host/support.ts';

export const REPOSITORY = 'alice/repo';
export const BOT = 'github-actions[bot]';

/** Nobody waits in tests. */
const atOnce = async () => undefined;

export function seenBy({ playground }: World, token: string | undefined): GitHubRepository {
  const [owner = '', repo = ''] = REPOSITORY.split('/');
  return new GitHubRepository({ apiUrl: playground.apiUrl, owner, repo }, token, atOnce);
}

/** The repository as a job sees it, with the permissions that its workflow names. */
export function seenByJob(
  world: World,
  permissions: Partial<Record<PermissionName, PermissionLevel>>,
): GitHubRepository {
  return seenBy(world, world.jobToken(REPOSITORY, permissions));
}

/** Writes a comment over REST and answers its id. */
export async function comment(
  { api }: World,
  token: string | undefined,
  issue: number,
  body: string,
): Promise<number> {
  const answer = await api(token, 'POST', `/repos/${REPOSITORY}/issues/${issue}/comments`, { body });
  if (answer.status !== 201) throw new Error(`no comment: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}
