/** Lets the data model check Sigstore signatures in this process; the libraries for it are loaded with the first one. */
import { provideSigstoreVerifier } from '../../tuf/sigstore.ts';
import type { SignerContext } from '../signer.ts';

/** @param environment says which Sigstore instance to trust; the public one unless told (trust.ts) */
export function provideSigstore(environment: SignerContext['environment']): void {
  provideSigstoreVerifier(async () => {
    const { sigstoreTrust } = await import('./trust.ts');
    const { bundleVerifier } = await import('./verifier.ts');
    const { trustedRoot } = await sigstoreTrust(environment);
    return bundleVerifier(trustedRoot);
  });
}
