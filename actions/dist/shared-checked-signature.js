import { t as verifySignature } from "./shared-signature.js";
import { t as SignerError } from "./shared-signer.js";
// src/signers/checked-signature.ts
/**
* The signature as metadata has it (lower-case hex), verified under `key`.
* @param signature raw bytes; DER for ECDSA
* @param what the signer in messages, such as `The ssh-agent`
* @throws SignerError where it does not verify
*/
async function checkedSignature(key, message, signature, what) {
	const hex = Buffer.from(signature).toString("hex");
	const check = await verifySignature(key, message, hex);
	if (check.valid) return hex;
	throw new SignerError("signing-failed", `${what} made a signature that does not verify: ${check.reason}.`);
}
export { checkedSignature as t };
