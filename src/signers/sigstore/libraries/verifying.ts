/** What is used of Sigstore's libraries to verify, in a module of its own: loaded only where an identity has signed. */
export { bundleFromJSON } from '@sigstore/bundle';
export {
  ClientTrustConfig,
  HashAlgorithm,
  ServiceSelector,
  SigningConfig,
  TrustedRoot,
} from '@sigstore/protobuf-specs';
export { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
