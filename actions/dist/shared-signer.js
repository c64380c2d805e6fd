// src/signers/signer.ts
/** A signer cannot be opened or cannot sign. The message says what to do; it never holds a secret. */
var SignerError = class extends Error {
	name = "SignerError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
/** What follows the scheme's colon; for `file2:keys/a.pem` that is `keys/a.pem`. */
function afterScheme(uri) {
	return uri.slice(uri.indexOf(":") + 1);
}
export { afterScheme as n, SignerError as t };
