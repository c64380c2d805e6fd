/**
 * Sigstore identities as keys, in the form of securesystemslib: `keyval` holds who signs (an e-mail address, or a
 * workflow as a URL) and the issuer that says so; a signature comes with a bundle, which is what is verified.
 *
 * Verifying takes certificates, logs and a trust root, which are no matter of the data model. Whoever starts the program
 * provides a verifier; where none was provided, such signatures cannot be checked and do not count.
 */
import { toHex } from './crypto/hex.ts';
import type { JsonObject } from './json.ts';
import type { Key } from './key-object.ts';
import { own } from './shape.ts';

export const SIGSTORE_KEYTYPE = 'sigstore-oidc';
export const SIGSTORE_SCHEME = 'Fulcio';

export interface SigstoreIdentity {
  /** The certificate's subject alternative name, in full: `alice@example.com`, or `https://github.com/<owner>/<repository>/<workflow file>@<ref>`. */
  readonly identity: string;
  /** URL of the issuer that the certificate names, such as `https://github.com/login/oauth`. */
  readonly issuer: string;
}

/** The key object of an identity. */
export function sigstoreKey({ identity, issuer }: SigstoreIdentity): Key {
  return { keytype: SIGSTORE_KEYTYPE, scheme: SIGSTORE_SCHEME, keyval: { identity, issuer } };
}

/** Characters that e-mail addresses and URLs have in a certificate (IA5String without spaces and controls). */
const VISIBLE = /^[\x21-\x7e]{1,1024}$/;

/** The identity that a key of this keytype and scheme names; undefined where it names none. */
export function identityOf({ keyval }: Key): SigstoreIdentity | undefined {
  const [identity, issuer] = [own(keyval, 'identity') ?? '', own(keyval, 'issuer') ?? ''];
  if (!VISIBLE.test(identity) || !VISIBLE.test(issuer) || !/^https?:\/\/[^/]/.test(issuer)) return undefined;
  return { identity, issuer };
}

/**
 * Whether `sig` repeats the bundle's signature. It proves nothing and is there for clients that look at no bundle;
 * securesystemslib writes base64, we hex, which go-tuf and tough can read.
 */
export function repeatsBundle(sig: string, bundle: JsonObject): boolean {
  const content = own(bundle, 'messageSignature') as JsonObject | null | undefined;
  const signature = typeof content === 'object' ? own(content ?? undefined, 'signature') : undefined;
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  if (sig === signature) return true;
  return (
    signature.length % 4 === 0 && sig === toHex(Uint8Array.from(atob(signature), (c) => c.charCodeAt(0)))
  );
}

export interface SigstoreVerifier {
  /**
   * Whether the bundle proves that this identity, vouched for by this issuer, signed the message.
   * @returns why not, in words that follow "the bundle"; undefined where it does
   * @throws where it cannot be said, such as without a network
   */
  check(identity: SigstoreIdentity, message: Uint8Array, bundle: JsonObject): Promise<string | undefined>;
}

let provided: (() => Promise<SigstoreVerifier>) | undefined;
let loaded: Promise<SigstoreVerifier> | undefined;

/** Says where to get the verifier. It is loaded when the first signature asks for it. */
export function provideSigstoreVerifier(load: () => Promise<SigstoreVerifier>): void {
  provided = load;
  loaded = undefined;
}

/** The verifier; undefined where none was provided. */
export function sigstoreVerifier(): Promise<SigstoreVerifier> | undefined {
  if (!loaded && provided) {
    const loading = provided();
    loaded = loading;
    // A network that was gone may be back for the next signature.
    loading.catch(() => {
      if (loaded === loading) loaded = undefined;
    });
  }
  return loaded;
}
