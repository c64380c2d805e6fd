/**
 * New online keys for `init`: made in memory and sent, sealed, to the environment of online signing as a secret of
 * Actions; or, where a person asks for it, written to a file together with the command that sets the secret. What was
 * put anywhere is taken back if the event does not come about.
 */
import { rm } from 'node:fs/promises';
import type { GitHubRepository } from '../github/client.ts';
import { generateKey, type NewKey, type NewKeyType, writePrivateKey } from '../signers/generate.ts';
import { afterScheme } from '../signers/signer.ts';
import { RefusedError, UsageError } from './failure.ts';
import { hostingOf, openApi, pageOf } from './hosting.ts';
import { commandWord, warn } from './output.ts';
import type { Workspace } from './workspace.ts';

export interface NewOnlineKeyOptions {
  readonly type: NewKeyType;
  /** The environment of GitHub Actions in which online signing runs. */
  readonly environment: string;
  /** Where to write the key instead of sending it. */
  readonly file: string | undefined;
}

/** A new key that the repository's workflows can use, or will once the command is run that was printed. */
export interface NewOnlineKey {
  readonly key: NewKey['key'];
  /** Takes it back. */
  readonly undo: () => Promise<void>;
  /** What is left to do for a person; printed when the event has been made. */
  readonly next: readonly string[];
}

/** Whether `env:` names a variable that holds nothing, so that a key can be made for it. */
export function isFree(uri: string): boolean {
  return uri.startsWith('env:') && !process.env[afterScheme(uri)]?.trim();
}

/** Makes a key for `env:<NAME>`. Its private part is in no message and, unless a file was named, on no disk. */
export async function newOnlineKey(
  workspace: Workspace,
  uri: string,
  { type, environment, file }: NewOnlineKeyOptions,
): Promise<NewOnlineKey> {
  const name = afterScheme(uri);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || /^GITHUB_/i.test(name)) {
    throw new UsageError(
      `There can be no secret called ${JSON.stringify(name)}. Name another one: env:ONLINE_KEY.`,
    );
  }
  if (file !== undefined) {
    const { pem, key } = generateKey({ type });
    await writePrivateKey(file, pem);
    return {
      key,
      undo: () => rm(file, { force: true }),
      next: [
        `The private key is in ${file}. Set it as a secret, then delete the file:`,
        `  gh secret set ${name} --env ${commandWord(environment)} < ${commandWord(file)}`,
      ],
    };
  }
  const github = await githubFor(workspace, name, environment);
  const { hasSecret, removeSecret, setSecret } = await import('../github/secrets.ts');
  await prepareEnvironment(github, environment, await workspace.mainBranch());
  if (await hasSecret(github, environment, name)) {
    throw new RefusedError(
      `The environment ${environment} has a secret ${name} already, and nobody can read it: it may be the only copy of a key. Give that key in the environment variable ${name}, or delete the secret first: gh secret delete ${name} --env ${commandWord(environment)}`,
    );
  }
  const { pem, key } = generateKey({ type });
  await setSecret(github, environment, name, pem);
  return {
    key,
    undo: () => removeSecret(github, environment, name),
    next: [
      `The online key is the secret ${name} of the environment ${environment}; there is no other copy of it.`,
    ],
  };
}

async function githubFor(workspace: Workspace, name: string, environment: string): Promise<GitHubRepository> {
  const at = await hostingOf(workspace);
  const otherwise = `Or let the key be written to a file with --online-key-file online.pem; then \`gh secret set ${name} --env ${commandWord(environment)} < online.pem\` sets it.`;
  if (!at) {
    const remote = await workspace.remoteName();
    throw new UsageError(
      `The remote ${remote} is no repository on GitHub, so no secret can be set there. ${otherwise}`,
    );
  }
  const { github, authenticated } = await openApi(at);
  if (authenticated) return github;
  throw new UsageError(
    `To set a secret of ${pageOf(at)} a token is needed. Log in with \`gh auth login\`, or give one in GITHUB_TOKEN: of a fine-grained token the permissions Environments and Administration to write. ${otherwise}`,
  );
}

/** The environment, made where it is not there. One that every branch may use would give the key to every branch. */
async function prepareEnvironment(github: GitHubRepository, name: string, main: string): Promise<void> {
  const { createEnvironment, environmentBranches } = await import('../github/secrets.ts');
  const branches = await environmentBranches(github, name);
  if (branches.kind === 'missing') return createEnvironment(github, name, main);
  const where = `Settings → Environments → ${name} → Deployment branches`;
  if (branches.kind === 'any') {
    throw new RefusedError(
      `Workflows of every branch may use the environment ${name}, and so would get at the key. Limit it to the branch ${main} first: ${where} → Selected branches.`,
    );
  }
  if (branches.kind !== 'named') return;
  const others = branches.names.filter((branch) => branch !== main);
  if (others.length > 0)
    warn(`Besides ${main} these branches may use the online key: ${others.join(', ')}. ${where}.`);
  if (others.length === branches.names.length)
    throw new RefusedError(`The branch ${main} may not use the environment ${name}. Add it: ${where}.`);
}
