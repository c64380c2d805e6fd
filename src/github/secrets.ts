/**
 * Secrets of an environment for Actions, and the environment itself. A secret can be set and seen to be there, never
 * read: https://docs.github.com/rest/actions/secrets, https://docs.github.com/rest/deployments/environments
 */
import type { GitHubRepository } from './client.ts';
import { GitHubError } from './errors.ts';
import { sealedBox } from './sealed-box.ts';

/** Bytes that GitHub takes (https://docs.github.com/actions/reference/limits). */
const LONGEST_SECRET = 48 * 1024;

/** Which branches an environment's jobs may run on. */
export type EnvironmentBranches =
  | { readonly kind: 'missing' }
  | { readonly kind: 'any' }
  | { readonly kind: 'protected' }
  /** Name patterns. */
  | { readonly kind: 'named'; readonly names: readonly string[] };

/** The branches that may use an environment. */
export async function environmentBranches(
  github: GitHubRepository,
  name: string,
): Promise<EnvironmentBranches> {
  const doing = `read the environment ${name}`;
  const found = await github.callOrNothing(doing, (octokit, at) =>
    octokit.rest.repos.getEnvironment({ ...at, environment_name: name }),
  );
  if (!found) return { kind: 'missing' };
  const policy = found.data.deployment_branch_policy;
  if (!policy) return { kind: 'any' };
  if (!policy.custom_branch_policies) return { kind: 'protected' };
  const { data } = await github.call(doing, (octokit, at) =>
    octokit.rest.repos.listDeploymentBranchPolicies({ ...at, environment_name: name, per_page: 100 }),
  );
  return { kind: 'named', names: data.branch_policies.map((policy) => policy.name ?? '') };
}

/** Makes an environment that one branch alone may use. */
export async function createEnvironment(
  github: GitHubRepository,
  name: string,
  branch: string,
): Promise<void> {
  const doing = `make the environment ${name}`;
  await github.call(doing, (octokit, at) =>
    octokit.rest.repos.createOrUpdateEnvironment({
      ...at,
      environment_name: name,
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    }),
  );
  await github.call(doing, (octokit, at) =>
    octokit.rest.repos.createDeploymentBranchPolicy({ ...at, environment_name: name, name: branch }),
  );
}

/** Whether an environment has a secret of this name. */
export async function hasSecret(
  github: GitHubRepository,
  environment: string,
  name: string,
): Promise<boolean> {
  const found = await github.callOrNothing(`look for the secret ${name}`, (octokit, at) =>
    octokit.rest.actions.getEnvironmentSecret({ ...at, environment_name: environment, secret_name: name }),
  );
  return found !== undefined;
}

/**
 * Sets a secret, sealed for GitHub alone. The value stands in no message.
 * @throws {GitHubError}
 */
export async function setSecret(
  github: GitHubRepository,
  environment: string,
  name: string,
  value: string,
): Promise<void> {
  const doing = `set the secret ${name} of the environment ${environment}`;
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length > LONGEST_SECRET) {
    const why = `it has ${bytes.length} bytes, and GitHub takes ${LONGEST_SECRET}`;
    throw new GitHubError('refused', `Could not ${doing}: ${why}. Take a smaller key.`, undefined, undefined);
  }
  const { data } = await github.call(doing, (octokit, at) =>
    octokit.rest.actions.getEnvironmentPublicKey({ ...at, environment_name: environment }),
  );
  let sealed: Uint8Array;
  try {
    sealed = sealedBox(bytes, Buffer.from(data.key, 'base64'));
  } catch (cause) {
    const message = `Could not ${doing}: what answers as GitHub gives no usable public key. Check GITHUB_API_URL.`;
    throw new GitHubError('refused', message, undefined, cause);
  }
  const encrypted_value = Buffer.from(sealed).toString('base64');
  await github.call(doing, (octokit, at) =>
    octokit.rest.actions.createOrUpdateEnvironmentSecret({
      ...at,
      environment_name: environment,
      secret_name: name,
      encrypted_value,
      key_id: data.key_id,
    }),
  );
}

/** Removes a secret. */
export async function removeSecret(
  github: GitHubRepository,
  environment: string,
  name: string,
): Promise<void> {
  await github.callOrNothing(`remove the secret ${name}`, (octokit, at) =>
    octokit.rest.actions.deleteEnvironmentSecret({ ...at, environment_name: environment, secret_name: name }),
  );
}
