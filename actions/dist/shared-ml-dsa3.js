// src/tuf/crypto/ml-dsa.ts
/** Whether the signature, made with an empty context, is valid. Its length and that of the key have been checked. */
async function verifyMlDsa(key, message, signature) {
	const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import("./shared-ml-dsa.js");
	return {
		"ml-dsa-44": ml_dsa44,
		"ml-dsa-65": ml_dsa65,
		"ml-dsa-87": ml_dsa87
	}[key.algorithm].verify(signature, message, key.encoded);
}
export { verifyMlDsa as t };
