import { n as toHex } from "./shared-hex.js";
// src/tuf/shape.ts
/** Metadata whose shape is not what the specification (section 4) says. `where` is the path inside the file. */
var MetadataError = class extends Error {
	name = "MetadataError";
	code = "metadata-shape";
	where;
	constructor(where, problem) {
		super(`${where}: ${problem}`);
		this.where = where;
	}
};
function kindOf(value) {
	if (value === void 0) return "nothing";
	if (value === null) return "null";
	return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
function fail(where, wanted, value) {
	throw new MetadataError(where, `expected ${wanted}, found ${kindOf(value)}`);
}
/** An object; arrays and null are refused. */
function asObject(value, where) {
	if (typeof value !== "object" || value === null || Array.isArray(value)) fail(where, "an object", value);
	return value;
}
/** An array, each element checked by `item`. */
function asArray(value, where, item) {
	if (!Array.isArray(value)) fail(where, "an array", value);
	return value.map((element, index) => item(element, `${where}[${index}]`));
}
function asString(value, where) {
	if (typeof value !== "string") fail(where, "a string", value);
	return value;
}
/** A lower-case hex string of whole bytes; may not be empty. */
function asHex(value, where) {
	const text = asString(value, where);
	if (text.length % 2 !== 0 || !/^[0-9a-f]+$/.test(text)) throw new MetadataError(where, "expected lower-case hex digits");
	return text;
}
function asBoolean(value, where) {
	if (typeof value !== "boolean") fail(where, "true or false", value);
	return value;
}
/** A whole number that is at least `least`. */
function asInteger(value, where, least = 0) {
	if (typeof value !== "number" || !Number.isSafeInteger(value)) fail(where, "a whole number", value);
	if (value < least) throw new MetadataError(where, `expected a whole number of ${least} or more, found ${value}`);
	return value;
}
/** Runs `check` on every member of an object; `where` gains the member's name. */
function eachMember(value, where, check) {
	const object = asObject(value, where);
	for (const name of Object.keys(object)) check(object[name], `${where}.${name}`, name);
	return object;
}
/** The member of that name, if it is the object's own: names come from files, so `constructor` must find nothing. */
function own(object, name) {
	return object !== void 0 && Object.hasOwn(object, name) ? object[name] : void 0;
}
// src/tuf/sigstore.ts
/**
* Sigstore identities as keys, in the form of securesystemslib: `keyval` holds who signs (an e-mail address, or a
* workflow as a URL) and the issuer that says so; a signature comes with a bundle, which is what is verified.
*
* Verifying takes certificates, logs and a trust root, which are no matter of the data model. Whoever starts the program
* provides a verifier; where none was provided, such signatures cannot be checked and do not count.
*/
const SIGSTORE_KEYTYPE = "sigstore-oidc";
const SIGSTORE_SCHEME = "Fulcio";
/** The key object of an identity. */
function sigstoreKey({ identity, issuer }) {
	return {
		keytype: SIGSTORE_KEYTYPE,
		scheme: SIGSTORE_SCHEME,
		keyval: {
			identity,
			issuer
		}
	};
}
/** Characters that e-mail addresses and URLs have in a certificate (IA5String without spaces and controls). */
const VISIBLE = /^[\x21-\x7e]{1,1024}$/;
/** The identity that a key of this keytype and scheme names; undefined where it names none. */
function identityOf({ keyval }) {
	const [identity, issuer] = [own(keyval, "identity") ?? "", own(keyval, "issuer") ?? ""];
	if (!VISIBLE.test(identity) || !VISIBLE.test(issuer) || !/^https?:\/\/[^/]/.test(issuer)) return void 0;
	return {
		identity,
		issuer
	};
}
/**
* Whether `sig` repeats the bundle's signature. It proves nothing and is there for clients that look at no bundle;
* securesystemslib writes base64, we hex, which go-tuf and tough can read.
*/
function repeatsBundle(sig, bundle) {
	const content = own(bundle, "messageSignature");
	const signature = typeof content === "object" ? own(content ?? void 0, "signature") : void 0;
	if (typeof signature !== "string" || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
	if (sig === signature) return true;
	return signature.length % 4 === 0 && sig === toHex(Uint8Array.from(atob(signature), (c) => c.charCodeAt(0)));
}
let provided;
let loaded;
/** Says where to get the verifier. It is loaded when the first signature asks for it. */
function provideSigstoreVerifier(load) {
	provided = load;
	loaded = void 0;
}
/** The verifier; undefined where none was provided. */
function sigstoreVerifier() {
	if (!loaded && provided) {
		const loading = provided();
		loaded = loading;
		loading.catch(() => {
			if (loaded === loading) loaded = void 0;
		});
	}
	return loaded;
}
export { repeatsBundle as a, MetadataError as c, asHex as d, asInteger as f, own as g, eachMember as h, provideSigstoreVerifier as i, asArray as l, asString as m, SIGSTORE_SCHEME as n, sigstoreKey as o, asObject as p, identityOf as r, sigstoreVerifier as s, SIGSTORE_KEYTYPE as t, asBoolean as u };
