/**
 * Whom to trust in Sigstore and which services to use: the public instance, or one that is named in a file of the form
 * `ClientTrustConfig`, as other Sigstore tools take it (sigstore/protobuf-specs, sigstore_trustroot.proto).
 *
 * Nothing of it comes from the repository: whoever could choose the trust root there could sign for anybody.
 */
import { readFile } from 'node:fs/promises';
import { type SignerContext, SignerError } from '../signer.ts';
import { fetchPublicInstance, type SigstoreTrust } from './public-instance.ts';

export type { SigstoreTrust } from './public-instance.ts';

/** Names a file for another instance than the public one. */
const TRUST_CONFIG = 'PLAYGROUND_SIGSTORE_TRUST_CONFIG';

const known = new Map<string, Promise<SigstoreTrust>>();

/** The trust that the environment asks for; fetched or read once. @throws SignerError */
export function sigstoreTrust(environment: SignerContext['environment']): Promise<SigstoreTrust> {
  const file = environment[TRUST_CONFIG] ?? '';
  const trust = known.get(file) ?? (file === '' ? fetchPublicInstance(environment) : readTrustConfig(file));
  known.set(file, trust);
  // A network that was gone may be back for the next signature.
  trust.catch(() => known.delete(file));
  return trust;
}

async function readTrustConfig(file: string): Promise<SigstoreTrust> {
  const { ClientTrustConfig } = await import('./libraries/verifying.ts');
  try {
    const { trustedRoot, signingConfig } = ClientTrustConfig.fromJSON(
      JSON.parse(await readFile(file, 'utf8')),
    );
    if (trustedRoot && signingConfig) return { trustedRoot, signingConfig };
  } catch (error) {
    throw unusable(file, error);
  }
  throw unusable(file);
}

function unusable(file: string, cause?: unknown): SignerError {
  const message = `The file ${file} (${TRUST_CONFIG}) is no Sigstore trust configuration with a trusted root and a signing configuration. Get it from whoever runs that Sigstore, or unset the variable for the public one.`;
  return new SignerError('service-unreachable', message, { cause });
}

/** The trust root alone, as JSON, for whoever verifies without us. @throws SignerError */
export async function sigstoreTrustedRoot(environment: SignerContext['environment']): Promise<unknown> {
  const { TrustedRoot } = await import('./libraries/verifying.ts');
  return TrustedRoot.toJSON((await sigstoreTrust(environment)).trustedRoot);
}
