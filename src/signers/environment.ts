/**
 * `env:<NAME>`: a private key in an environment variable, the usual place of an online key, since that is how GitHub
 * Actions hands a secret to a step. An encrypted key takes its passphrase from `<NAME>_PASSPHRASE`.
 */
import { own } from '../tuf/shape.ts';
import { openPrivateKey } from './private-key.ts';
import { afterScheme, type OpenSigner, SignerError } from './signer.ts';

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Opens the key in the variable. Its value appears in no message. @throws SignerError */
export const openEnvironmentSigner: OpenSigner = async (uri, context) => {
  const name = afterScheme(uri);
  if (!VARIABLE_NAME.test(name)) {
    throw new SignerError('malformed-uri', 'A signer URI for an environment variable has the form env:NAME.');
  }
  const value = own(context.environment, name);
  if (!value?.trim()) {
    const found = value === undefined ? 'is not set' : 'is empty';
    throw new SignerError(
      'key-missing',
      `The environment variable ${name} ${found}. It has to hold a private key as PEM; in a workflow, ` +
        `pass the secret to the step: env: ${name}: \${{ secrets.${name} }}`,
    );
  }
  // Secrets get pasted as one line with the two characters \n in it.
  const pem = value.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\r\n', '\n').trim();

  const variable = `${name}_PASSPHRASE`;
  const passphrase = own(context.environment, variable);
  const { askSecret } = context;
  return openPrivateKey(uri, `${pem}\n`, `the key in the environment variable ${name}`, {
    given: passphrase ? { value: passphrase, from: variable } : undefined,
    ask: askSecret && (() => askSecret.call(context, `Passphrase for the key in ${name}`)),
    advice: `Set ${variable} to its passphrase.`,
    warn: (message) => context.warn(message),
  });
};
