/**
 * Access tokens for Azure Key Vault. Which login is meant follows from the environment alone, with the variables that
 * all Azure tools share, so that nobody waits for a chain of guesses: a secret, a token file, the workflow's own
 * identity, a managed identity where it is asked for, else whoever is logged in to the Azure CLI.
 */
import type { ClientSecretCredentialOptions, TokenCredential } from '@azure/identity';
import { type SignerContext, SignerError } from '../signer.ts';
import { callService, networkCode, unreachable } from './http.ts';
import { loginAdvice, oddAnswer, saying, text, within } from './service.ts';

/** Milliseconds: for one request, for the Azure CLI, which takes its time, and for a token with all tries. */
const LIMITS = { request: 12_000, cli: 30_000, all: 45_000 };
/** What Entra ID expects the token of a workflow to be meant for. */
const WORKFLOW_AUDIENCE = 'api://AzureADTokenExchange';

const LOGIN = {
  action: 'azure/login',
  elsewhere: 'Log in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
};

type Environment = SignerContext['environment'];

/** An access token. @param scope such as `https://vault.azure.net/.default` @throws SignerError */
export async function azureToken(
  environment: Environment,
  scope: string,
  hide?: SignerContext['hide'],
): Promise<string> {
  try {
    const credential = await credentialOf(environment, hide);
    const token = await within(LIMITS.all, "Azure's login", credential.getToken(scope));
    if (!token) throw oddAnswer("Azure's login", 'no token');
    hide?.(token.token);
    return token.token;
  } catch (error) {
    throw loginError(error, environment);
  }
}

async function credentialOf(environment: Environment, hide: SignerContext['hide']): Promise<TokenCredential> {
  const library = await import('./libraries/azure.ts');
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId } = environment;
  const options = optionsOf(environment);
  if (environment.AZURE_TOKEN_CREDENTIALS === 'ManagedIdentityCredential') {
    return new library.ManagedIdentityCredential({ ...LIMITED, ...(clientId ? { clientId } : {}) });
  }
  if (tenantId && clientId) {
    const { AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, ACTIONS_ID_TOKEN_REQUEST_URL } = environment;
    if (AZURE_CLIENT_SECRET) {
      return new library.ClientSecretCredential(tenantId, clientId, AZURE_CLIENT_SECRET, options);
    }
    if (AZURE_FEDERATED_TOKEN_FILE) {
      const tokenFilePath = AZURE_FEDERATED_TOKEN_FILE;
      return new library.WorkloadIdentityCredential({ ...options, tenantId, clientId, tokenFilePath });
    }
    if (ACTIONS_ID_TOKEN_REQUEST_URL) {
      return new library.ClientAssertionCredential(
        tenantId,
        clientId,
        async () => {
          const token = await workflowToken(ACTIONS_ID_TOKEN_REQUEST_URL, environment);
          hide?.(token);
          return token;
        },
        options,
      );
    }
  }
  const processTimeoutInMs = LIMITS.cli;
  return new library.AzureCliCredential({ processTimeoutInMs, ...(tenantId ? { tenantId } : {}) });
}

/** A request that nobody waits for any more would keep the process from ending, and the library sets no limit. */
const LIMITED: ClientSecretCredentialOptions = {
  retryOptions: { maxRetries: 1 },
  additionalPolicies: [
    {
      position: 'perCall',
      policy: {
        name: 'limit',
        sendRequest: (request, next) => {
          request.timeout = LIMITS.request;
          return next(request);
        },
      },
    },
  ],
};

/** Other clouds have other logins; that of a private one knows nothing of Microsoft's list of clouds. */
function optionsOf({ AZURE_AUTHORITY_HOST: authorityHost }: Environment): ClientSecretCredentialOptions {
  if (!authorityHost) return LIMITED;
  const known =
    /^https:\/\/login\.(?:microsoftonline|partner\.microsoftonline|chinacloudapi)\.(?:com|us|cn)\/?$/;
  return { ...LIMITED, authorityHost, disableInstanceDiscovery: !known.test(authorityHost) };
}

/** GitHub's token for this job (GitHub documentation, OpenID Connect reference). */
async function workflowToken(address: string, environment: Environment): Promise<string> {
  const url = new URL(address);
  url.searchParams.set('audience', WORKFLOW_AUDIENCE);
  const headers = { authorization: `Bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
  const service = "GitHub's identity service";
  const { body, status } = await callService({ service, method: 'GET', url, headers });
  const token = text(body, 'value');
  if (status !== 200 || token === undefined) throw oddAnswer(service, `no token (status ${status})`);
  return token;
}

function loginError(error: unknown, environment: Environment): SignerError {
  if (error instanceof SignerError) return error;
  const said = saying(error instanceof Error ? error.message : error);
  const advice = loginAdvice(environment, LOGIN);
  const name = error instanceof Error ? error.name : '';
  const code = networkCode(error) ?? '';
  if (/^E[A-Z_]+$|CERT/.test(code)) return unreachable("Azure's login", 'its address', error);
  // The library keeps the cause to itself here.
  if (/endpoints_resolution_error|network_error/.test(said)) {
    return new SignerError(
      'service-unreachable',
      `Azure's login cannot be reached, or does not know the tenant ${saying(environment.AZURE_TENANT_ID)}. Check the network, AZURE_TENANT_ID, and AZURE_AUTHORITY_HOST where it is set. (${said})`,
    );
  }
  if (name === 'CredentialUnavailableError') {
    return new SignerError('credentials-missing', `No credentials for Azure were found (${said}). ${advice}`);
  }
  if (/AADSTS7002\d|AADSTS70021/.test(said)) {
    return new SignerError(
      'credentials-refused',
      `Azure does not accept this workflow's identity: no federated credential of the application fits its repository, branch or environment. Compare the subject with that of the federated credential. (${said})`,
    );
  }
  if (/AADSTS700024|AADSTS500133/.test(said)) {
    return new SignerError(
      'credentials-refused',
      `Azure does not accept the login: its time is past or to come. Check the clock of this machine. (${said})`,
    );
  }
  return new SignerError('credentials-refused', `Azure does not accept the login (${said}). ${advice}`);
}
