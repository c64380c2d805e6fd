/** The identity service of GitHub Actions for one job (GitHub documentation, "OpenID Connect reference"). */
import { tokenIssuer } from './json-web-token.ts';
import { scriptedService } from './scripted-service.ts';

const REQUEST_TOKEN = 'token-of-the-job';

export interface WorkflowIdentity {
  /** What a job with `id-token: write` finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The claims of a token that this service issued for `audience`. */
  check(token: string, audience: string): Readonly<Record<string, unknown>> | undefined;
}

export async function startWorkflowIdentity(): Promise<WorkflowIdentity> {
  const issuer = tokenIssuer('https://token.actions.githubusercontent.com');
  const { url } = await scriptedService(({ path, headers }) => {
    if (headers.authorization !== `Bearer ${REQUEST_TOKEN}`) return { status: 401, body: 'no' };
    const aud = new URL(path, 'http://localhost').searchParams.get('audience');
    const sub = 'repo:octo/repository:environment:online-signing';
    return { body: { value: issuer.issue({ aud, sub, ref: 'refs/heads/main' }) } };
  });
  return {
    environment: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    check: issuer.check,
  };
}
