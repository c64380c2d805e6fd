import { g as own } from "./shared-sigstore.js";
import { n as openPrivateKey } from "./shared-private-key.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
// src/signers/environment.ts
/**
* `env:<NAME>`: a private key in an environment variable, the usual place of an online key, since that is how GitHub
* Actions hands a secret to a step. An encrypted key takes its passphrase from `<NAME>_PASSPHRASE`.
*/
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Opens the key in the variable. Its value appears in no message. @throws SignerError */
const openEnvironmentSigner = async (uri, context) => {
	const name = afterScheme(uri);
	if (!VARIABLE_NAME.test(name)) throw new SignerError("malformed-uri", "A signer URI for an environment variable has the form env:NAME.");
	const value = own(context.environment, name);
	if (!value?.trim()) throw new SignerError("key-missing", `The environment variable ${name} ${value === void 0 ? "is not set" : "is empty"}. It has to hold a private key as PEM; in a workflow, pass the secret to the step: env: ${name}: \${{ secrets.${name} }}`);
	const pem = value.replaceAll("\\r", "").replaceAll("\\n", "\n").replaceAll("\r\n", "\n").trim();
	const variable = `${name}_PASSPHRASE`;
	const passphrase = own(context.environment, variable);
	const { askSecret } = context;
	return openPrivateKey(uri, `${pem}\n`, `the key in the environment variable ${name}`, {
		given: passphrase ? {
			value: passphrase,
			from: variable
		} : void 0,
		ask: askSecret && (() => askSecret.call(context, `Passphrase for the key in ${name}`)),
		advice: `Set ${variable} to its passphrase.`,
		warn: (message) => context.warn(message)
	});
};
export { openEnvironmentSigner };
