/** What is used of Sigstore's libraries to sign, in a module of its own: loaded only where an identity signs. */
export { bundleToJSON } from '@sigstore/bundle';
export { FulcioSigner, MessageSignatureBundleBuilder, RekorWitness, TSAWitness } from '@sigstore/sign';
