/** What Azure Key Vault says no with, in words that lead on (Azure documentation, "Key Vault REST API error codes"). */
import { SignerError } from '../signer.ts';
import type { ServiceAnswer } from './http.ts';
import { member, saying, text, unsuitable } from './service.ts';

/** The command that makes a fitting key. */
export const CREATION =
  'az keyvault key create --vault-name <vault> --name <name> --kty EC --curve P-256 --ops sign verify';

/** The error for an answer that is no success. @param signing whether a signature was asked for */
export function azureError({ status, body }: ServiceAnswer, uri: string, signing: boolean): SignerError {
  const error = member(body, 'error');
  const said = saying(text(error, 'message') ?? `status ${status}`);
  const inner = text(member(error, 'innererror'), 'code') ?? '';
  if (status === 401) {
    return new SignerError(
      'credentials-refused',
      `Azure Key Vault does not accept the login for ${uri}: it has expired, or belongs to another tenant than the vault. Log in again, with AZURE_TENANT_ID or az login --tenant. (${said})`,
    );
  }
  if (/KeyDisabled|KeyNotYetValid|KeyExpired/.test(inner) || /disabled key|is disabled/i.test(said)) {
    return new SignerError(
      'key-disabled',
      `The key ${uri} cannot be used now: it is disabled, has expired, or is not valid yet. Look at it: az keyvault key show, and az keyvault key set-attributes. (${said})`,
    );
  }
  if (status === 403 && inner === 'ForbiddenByFirewall') {
    return new SignerError(
      'permission-denied',
      `The firewall of the vault lets no requests through from here, for ${uri}. Allow this network: az keyvault network-rule add. (${said})`,
    );
  }
  if (status === 403) {
    const action = /Action: '([^']{1,100})'/.exec(said)?.[1];
    const needed = action ?? (signing ? 'keys/sign' : 'keys/get');
    return new SignerError(
      'permission-denied',
      `The Azure identity in use lacks the permission ${saying(needed)} for ${uri}. Grant the role "Key Vault Crypto User" on the key, or, in a vault with access policies: az keyvault set-policy --key-permissions get sign. A new grant takes a few minutes.`,
    );
  }
  if (status === 404) {
    return new SignerError(
      'key-missing',
      `There is no key ${uri}, or it was deleted. Check vault, name and version: az keyvault key list-versions. (${said})`,
    );
  }
  if (status === 429 || status >= 500) {
    return new SignerError(
      'service-busy',
      `Azure Key Vault is too busy for ${uri}, after several tries. Wait a minute, then try again. (${said})`,
    );
  }
  return unsuitable(uri, `Azure Key Vault refused it: ${said}.`, CREATION);
}
