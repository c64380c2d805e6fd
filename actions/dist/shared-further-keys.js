import { n as require_lib, t as require_dist } from "./shared-dist3.js";
import { createHash, createPublicKey, verify } from "node:crypto";
// src/client/further-keys.ts
/**
* Kinds of key that tuf-js does not know. In a stock run it skips them, as it does everywhere, and here it is only noted
* that it did. In a second run, for repositories that cannot do without, it is taught to verify them, so that all
* else that a client checks is still checked by a client that is not ours.
*/
var import_lib = require_lib();
var import_dist = require_dist();
const FURTHER_KEYTYPES = /* @__PURE__ */ new Set(["ml-dsa", "sigstore-oidc"]);
/** The bundles of signatures; tuf-js keeps nothing but keyid and sig. */
const bundles = /* @__PURE__ */ new WeakMap();
/**
* Notes of which of these kinds tuf-js meets a signature, and with options makes it verify them. Done in the client's
* thread only.
* @returns the keytypes that were met, as a run goes on
*/
async function watchFurtherKeys(follow) {
	const met = /* @__PURE__ */ new Set();
	const followers = follow ? await followersFor(follow) : /* @__PURE__ */ new Map();
	const read = import_dist.Signature.fromJSON;
	import_dist.Signature.fromJSON = (json) => {
		const signature = read(json);
		bundles.set(signature, json.bundle);
		return signature;
	};
	const stock = import_dist.Key.prototype.verifySignature;
	import_dist.Key.prototype.verifySignature = function(metadata) {
		const signature = metadata.signatures[this.keyID];
		if (signature?.sig && FURTHER_KEYTYPES.has(this.keyType)) met.add(this.keyType);
		const accepts = followers.get(this.keyType);
		if (!accepts) {
			stock.call(this, metadata);
			return;
		}
		const canonical = Buffer.from((0, import_lib.canonicalize)(metadata.signed.toJSON()));
		if (!signature || !accepts(this, canonical, signature)) throw new Error(`no valid signature by ${this.keyID}`);
	};
	return met;
}
async function followersFor({ sigstoreTrustedRoot }) {
	const followers = /* @__PURE__ */ new Map([["ml-dsa", acceptsMlDsa]]);
	if (sigstoreTrustedRoot) followers.set("sigstore-oidc", await sigstoreFollower(sigstoreTrustedRoot));
	return followers;
}
/** TAP 21: ML-DSA without a context, over a prefix with the version and SHA-512 of the canonical form. */
function acceptsMlDsa({ scheme, keyVal }, canonical, { sig }) {
	const publicKey = createPublicKey(keyVal.public ?? "");
	if (scheme !== `${publicKey.asymmetricKeyType}/1`) return false;
	const message = Buffer.concat([Buffer.from("tuf"), createHash("sha512").update(canonical).digest()]);
	return verify(null, message, publicKey, Buffer.from(sig, "hex"));
}
/** Sigstore identities in securesystemslib's form: a bundle over the canonical form, by this name and this issuer. */
async function sigstoreFollower(trustedRoot) {
	const { bundleFromJSON, TrustedRoot, toSignedEntity, toTrustMaterial, Verifier } = await import("./shared-sigstore2.js");
	const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(trustedRoot)));
	return ({ scheme, keyVal }, canonical, signature) => {
		const bundle = bundleFromJSON(bundles.get(signature));
		if (scheme !== "Fulcio" || bundle.content.$case !== "messageSignature") return false;
		const { identity } = verifier.verify(toSignedEntity(bundle, canonical));
		const { subjectAlternativeName: name, extensions } = identity ?? {};
		return name !== void 0 && name === keyVal.identity && extensions?.issuer === keyVal.issuer;
	};
}
export { watchFurtherKeys };
