/** Online keys from flags: the public part of each, as root or a delegating role will list it. */
import { checkOnlineUri } from '../signers/online-uri.ts';
import { SignerError } from '../signers/signer.ts';
import type { Key } from '../tuf/key.ts';
import { identityOf, sigstoreKey } from '../tuf/sigstore.ts';
import { UsageError } from './failure.ts';
import { isFree } from './new-online-key.ts';
import type { Workspace } from './workspace.ts';

/** Vouches for workflows on github.com (https://docs.github.com/actions/reference/security/oidc). */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** The URI of the identity of whatever workflow runs. */
const AMBIENT = 'sigstore:';

/** Gathers the values of an option that may be repeated. */
export function oneMore(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function checkIdentityOption(uris: readonly string[], identity: string | undefined): void {
  if (identity !== undefined && !uris.includes(AMBIENT))
    throw new UsageError(`--online-identity names a workflow; it goes with --online-key ${AMBIENT}`);
}

/** The public part of an online key. That of a workflow's identity is its name, since the workflow does not run here. */
export async function openOnlineKey(
  workspace: Workspace,
  uri: string,
  named: { readonly identity: string | undefined; readonly issuer: string | undefined },
): Promise<Key> {
  if (uri === AMBIENT) {
    const { identity = '', issuer = GITHUB_ISSUER } = named;
    const key = sigstoreKey({ identity, issuer });
    if (identityOf(key)) return key;
    throw new UsageError(
      `With --online-key ${AMBIENT} the publishing workflow signs as itself. Name it as its certificates will: --online-identity https://github.com/<owner>/<repository>/.github/workflows/publish.yml@refs/heads/main`,
    );
  }
  checkOnlineUri(uri);
  try {
    return (await workspace.openSigner(uri)).key;
  } catch (error) {
    if (!(error instanceof SignerError) || error.code !== 'key-missing' || !isFree(uri)) throw error;
    const hint = '`playground init --create-online-key` makes one and sets it as a secret.';
    throw new SignerError(error.code, `${error.message}. ${hint}`, { cause: error });
  }
}
