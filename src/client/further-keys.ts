/**
 * Kinds of key that tuf-js does not know. In a stock run it skips them, as it does everywhere, and here it is only noted
 * that it did. In a second run, for repositories that cannot do without, it is taught to verify them, so that all
 * else that a client checks is still checked by a client that is not ours.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import { Key, Signature } from '@tufjs/models';

/** What following takes besides the repository. */
export interface FollowOptions {
  /** JSON; without it Sigstore identities are not followed. */
  readonly sigstoreTrustedRoot?: unknown;
}

/** Whether a signature over the canonical form counts. */
type Follower = (key: Key, canonical: Buffer, signature: Signature) => boolean;

const FURTHER_KEYTYPES: ReadonlySet<string> = new Set(['ml-dsa', 'sigstore-oidc']);

/** The bundles of signatures; tuf-js keeps nothing but keyid and sig. */
const bundles = new WeakMap<Signature, unknown>();

/**
 * Notes of which of these kinds tuf-js meets a signature, and with options makes it verify them. Done in the client's
 * thread only.
 * @returns the keytypes that were met, as a run goes on
 */
export async function watchFurtherKeys(follow: FollowOptions | undefined): Promise<ReadonlySet<string>> {
  const met = new Set<string>();
  const followers = follow ? await followersFor(follow) : new Map<string, Follower>();
  const read = Signature.fromJSON;
  Signature.fromJSON = (json) => {
    const signature = read(json);
    bundles.set(signature, json.bundle);
    return signature;
  };
  const stock = Key.prototype.verifySignature;
  Key.prototype.verifySignature = function (metadata): void {
    const signature = metadata.signatures[this.keyID];
    if (signature?.sig && FURTHER_KEYTYPES.has(this.keyType)) met.add(this.keyType);
    const accepts = followers.get(this.keyType);
    if (!accepts) {
      stock.call(this, metadata);
      return;
    }
    const canonical = Buffer.from(canonicalize(metadata.signed.toJSON()));
    if (!signature || !accepts(this, canonical, signature))
      throw new Error(`no valid signature by ${this.keyID}`);
  };
  return met;
}

async function followersFor({ sigstoreTrustedRoot }: FollowOptions): Promise<Map<string, Follower>> {
  const followers = new Map<string, Follower>([['ml-dsa', acceptsMlDsa]]);
  if (sigstoreTrustedRoot) followers.set('sigstore-oidc', await sigstoreFollower(sigstoreTrustedRoot));
  return followers;
}

/** TAP 21: ML-DSA without a context, over a prefix with the version and SHA-512 of the canonical form. */
function acceptsMlDsa({ scheme, keyVal }: Key, canonical: Buffer, { sig }: Signature): boolean {
  const publicKey = createPublicKey(keyVal.public ?? '');
  if (scheme !== `${publicKey.asymmetricKeyType}/1`) return false;
  const message = Buffer.concat([Buffer.from('tuf\x01'), createHash('sha512').update(canonical).digest()]);
  return verify(null, message, publicKey, Buffer.from(sig, 'hex'));
}

/** Sigstore identities in securesystemslib's form: a bundle over the canonical form, by this name and this issuer. */
async function sigstoreFollower(trustedRoot: unknown): Promise<Follower> {
  const { bundleFromJSON, TrustedRoot, toSignedEntity, toTrustMaterial, Verifier } = await import(
    './libraries/sigstore.ts'
  );
  const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(trustedRoot)));
  return ({ scheme, keyVal }, canonical, signature) => {
    const bundle = bundleFromJSON(bundles.get(signature));
    if (scheme !== 'Fulcio' || bundle.content.$case !== 'messageSignature') return false;
    const { identity } = verifier.verify(toSignedEntity(bundle, canonical));
    const { subjectAlternativeName: name, extensions } = identity ?? {};
    return name !== undefined && name === keyVal.identity && extensions?.issuer === keyVal.issuer;
  };
}
