import { createHash } from "node:crypto";
// src/signers/sigstore/verifier.ts
/** Checks Sigstore bundles: that an identity, and no other, signed these bytes. The port that src/tuf/sigstore.ts asks for. */
/**
* A verifier for a trust root. One log entry, one certificate timestamp and one trusted time at least are asked for, the
* defaults of every Sigstore client.
*/
async function bundleVerifier(trustedRoot) {
	const { bundleFromJSON, HashAlgorithm, toSignedEntity, toTrustMaterial, Verifier } = await import("./shared-verifying.js");
	const verifier = new Verifier(toTrustMaterial(trustedRoot));
	return { async check(wanted, message, json) {
		try {
			const bundle = bundleFromJSON(json);
			const problem = contentProblem(bundle, message, HashAlgorithm.SHA2_256);
			if (problem !== void 0) return problem;
			const { identity } = verifier.verify(toSignedEntity(bundle, Buffer.from(message)));
			return identityProblem(wanted, {
				identity: identity?.subjectAlternativeName,
				issuer: identity?.extensions?.issuer
			});
		} catch (error) {
			return `does not verify: ${error instanceof Error ? error.message : String(error)}`;
		}
	} };
}
/** What a bundle may be for other uses, and must not be here; the library would let some of it pass. */
function contentProblem({ content, verificationMaterial }, message, algorithm) {
	if (content.$case !== "messageSignature") return "signs an envelope of its own, not this content";
	if (verificationMaterial.content.$case === "publicKey") return "names a key instead of a certificate";
	const digest = content.messageSignature.messageDigest;
	const sha256 = createHash("sha256").update(message).digest();
	if (digest.algorithm !== algorithm || !sha256.equals(digest.digest)) return "was made over other content";
}
/** Both are compared whole: the library's own comparison takes the name for a pattern that may match anywhere. */
function identityProblem(wanted, found) {
	if (found.identity === wanted.identity && found.issuer === wanted.issuer) return void 0;
	return `was signed by ${shown(found.identity)} of ${shown(found.issuer)}, not by ${wanted.identity} of ${wanted.issuer}`;
}
/** Certificates are issued to anyone; only harmless characters of their names reach a message. */
function shown(name) {
	return (name ?? "nobody").slice(0, 200).replace(/[^\x21-\x7e]/g, "?");
}
export { bundleVerifier as t };
