/** Who may do what in a repository (https://docs.github.com/rest/collaborators/collaborators). */
import type { GitHubRepository } from './client.ts';

/**
 * Whether an account may push to the repository. GitHub answers with the nearest of admin, write, read and none: write
 * stands for maintain too, and for roles of an organisation's own making that may push
 * (https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user).
 */
export async function mayWrite(repository: GitHubRepository, login: string): Promise<boolean> {
  const answer = await repository.callOrNothing('read what an account may do', (octokit, at) =>
    octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }),
  );
  return answer?.data.permission === 'admin' || answer?.data.permission === 'write';
}
