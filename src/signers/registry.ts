/**
 * The ways to hold a key, by URI scheme as securesystemslib spells them. A scheme's module is loaded when it is first
 * used, so that no command waits for libraries of signers it does not open.
 */
import { type OpenSigner, type Signer, type SignerContext, SignerError } from './signer.ts';

const SCHEMES: ReadonlyMap<string, () => Promise<OpenSigner>> = new Map([
  ['awskms', async () => (await import('./cloud/aws-kms.ts')).openAwsKmsSigner],
  ['azurekms', async () => (await import('./cloud/azure-key-vault.ts')).openAzureSigner],
  ['env', async () => (await import('./environment.ts')).openEnvironmentSigner],
  ['file2', async () => (await import('./file.ts')).openFileSigner],
  ['gcpkms', async () => (await import('./cloud/gcp-kms.ts')).openGcpKmsSigner],
  ['hv', async () => (await import('./cloud/vault-transit.ts')).openVaultSigner],
  ['hsm', async () => (await import('./pkcs11/signer.ts')).openTokenSigner],
  ['sigstore', async () => (await import('./sigstore/signer.ts')).openSigstoreSigner],
  ['ssh-agent', async () => (await import('./ssh/agent.ts')).openSshAgentSigner],
]);

/**
 * Opens the signer that a URI names, such as `file2:~/keys/alice.pem` or `env:ONLINE_KEY`.
 * @throws SignerError where the scheme is unknown or the key cannot be used
 */
export async function openSigner(uri: string, context: SignerContext): Promise<Signer> {
  const shown = JSON.stringify(uri.slice(0, 200));
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(uri)?.[1];
  const load = scheme === undefined ? undefined : SCHEMES.get(scheme);
  if (load) return (await load())(uri, context);

  const known = [...SCHEMES.keys()].map((name) => `${name}:`).join(', ');
  if (scheme === undefined) {
    throw new SignerError(
      'malformed-uri',
      `${shown} is not a signer URI. It starts with a scheme; known are ${known}. For a key file write file2:<path>.`,
    );
  }
  const hint = scheme === 'file' ? ' Did you mean file2:?' : '';
  throw new SignerError(
    'unknown-scheme',
    `The signer ${shown} has an unknown scheme. Known are ${known}.${hint}`,
  );
}
