import { n as openPrivateKey, t as isEncrypted } from "./shared-private-key.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { homedir } from "node:os";
// src/signers/file.ts
/**
* `file2:<path>`: a private key in a file, encrypted PKCS#8 PEM as `playground` and OpenSSL write it. The URI is the
* one that securesystemslib and tuf-on-ci use.
*/
/** Bytes; an encrypted RSA key of 8192 bits has 7,000. */
const LARGEST = 65536;
/** Reading or writing by the group or by everyone. */
const OPEN_TO_OTHERS = 54;
const ADVICE = "Set PLAYGROUND_PASSPHRASE, or PLAYGROUND_PASSPHRASE_FILE to the path of a file that holds it.";
/** Opens the key file; the passphrase comes from the environment or is asked for. @throws SignerError */
const openFileSigner = async (uri, context) => {
	const path = keyFilePath(uri, context.environment);
	const what = `the key file ${path}`;
	const pem = await readKeyFile(path, context);
	if (!isEncrypted(pem) && pem.includes("PRIVATE KEY-----")) context.warn(`The key file ${path} is not encrypted: whoever reads the file can sign.`);
	const passphrase = await passphraseSource(path, context, isEncrypted(pem));
	return openPrivateKey(uri, pem, what, passphrase);
};
/** The path that a `file2:` URI names, with `~/` as the person's home folder. @throws SignerError */
function keyFilePath(uri, environment) {
	const path = afterScheme(uri);
	if (path === "" || path.includes("\0")) throw new SignerError("malformed-uri", "A signer URI for a key file has the form file2:<path>.");
	return expandHome(path, environment);
}
function expandHome(path, environment) {
	if (!path.startsWith("~/")) return path;
	return join(environment.HOME || environment.USERPROFILE || homedir(), path.slice(2));
}
async function readKeyFile(path, context) {
	let file;
	try {
		file = await open(path, "r");
		const status = await file.stat();
		if (status.isDirectory()) throw new SignerError("key-unreadable", `The key file ${path} is a folder. Name the file inside it.`);
		if (status.size > LARGEST) throw new SignerError("key-malformed", `The key file ${path} has ${status.size} bytes; no private key is that long.`);
		if (process.platform !== "win32" && status.isFile() && status.mode & OPEN_TO_OTHERS) context.warn(`The key file ${path} is open to other accounts of this machine. Mend it: chmod 600 ${path}`);
		return await file.readFile("utf8");
	} catch (error) {
		throw error instanceof SignerError ? error : readError(path, error);
	} finally {
		await file?.close();
	}
}
function readError(path, error) {
	const { code = "unknown error" } = error;
	if (code === "ENOENT" || code === "ENOTDIR") return new SignerError("key-missing", `There is no key file ${path}. Check the path in the signer URI.`, { cause: error });
	const advice = code === "EISDIR" ? "It is a folder; name the file inside it." : `Check who may read it (${code}).`;
	return new SignerError("key-unreadable", `The key file ${path} cannot be read. ${advice}`, { cause: error });
}
async function passphraseSource(path, context, needed) {
	const { askSecret } = context;
	return {
		given: needed ? await passphraseFromEnvironment(context.environment) : void 0,
		ask: askSecret && (() => askSecret.call(context, `Passphrase for ${path}`)),
		advice: ADVICE,
		warn: (message) => context.warn(message)
	};
}
async function passphraseFromEnvironment(environment) {
	if (environment.PLAYGROUND_PASSPHRASE) return {
		value: environment.PLAYGROUND_PASSPHRASE,
		from: "PLAYGROUND_PASSPHRASE"
	};
	if (!environment.PLAYGROUND_PASSPHRASE_FILE) return void 0;
	const path = expandHome(environment.PLAYGROUND_PASSPHRASE_FILE, environment);
	try {
		return {
			value: (await readFile(path, "utf8")).replace(/\r?\n$/, ""),
			from: `the file ${path} (PLAYGROUND_PASSPHRASE_FILE)`
		};
	} catch (error) {
		const message = `The passphrase file ${path} (PLAYGROUND_PASSPHRASE_FILE) cannot be read. Check the path.`;
		throw new SignerError("passphrase-missing", message, { cause: error });
	}
}
export { openFileSigner };
