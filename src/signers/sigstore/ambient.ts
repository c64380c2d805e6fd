/**
 * The identity of the job that runs this: an identity token for Sigstore, from GitHub Actions
 * (https://docs.github.com/actions/reference/security/oidc) or in `SIGSTORE_ID_TOKEN`, where other Sigstore tools look
 * for one as well.
 */
import { type SignerContext, SignerError } from '../signer.ts';
import { ask, CLIENT_ID } from './open-id.ts';

/** @throws SignerError */
export async function ambientToken(environment: SignerContext['environment']): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
  if (url && bearer) return actionsToken(url, bearer);
  if (environment.SIGSTORE_ID_TOKEN) return environment.SIGSTORE_ID_TOKEN;
  const message = environment.GITHUB_ACTIONS
    ? 'This job may not have an identity, so it cannot sign with sigstore:. Give the job `permissions: id-token: write`.'
    : 'There is no workflow here whose identity could sign with sigstore:. A person signs with sigstore:?ambient=false.';
  throw new SignerError('credentials-missing', message);
}

async function actionsToken(requestUrl: string, bearer: string): Promise<string> {
  const url = new URL(requestUrl);
  url.searchParams.set('audience', CLIENT_ID);
  const { status, body } = await ask(url.href, undefined, { authorization: `Bearer ${bearer}` });
  if (status === 200 && typeof body.value === 'string') return body.value;
  throw new SignerError(
    'credentials-refused',
    `GitHub Actions gave this job no identity token (HTTP ${status}). Check that it has \`permissions: id-token: write\` and run it again.`,
  );
}
