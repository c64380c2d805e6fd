/**
 * `sigstore:` and `sigstore:?ambient=false`: no key to keep. The signer proves who they are to an issuer, gets a
 * certificate for a key that lives for minutes, and a public log keeps the record. The URIs are securesystemslib's:
 * `sigstore:` is the identity of the workflow that runs, with `ambient=false` a person logs in.
 */
import type { Bundle } from '@sigstore/sign';
import type { JsonObject } from '../../tuf/json.ts';
import type { BundledSignature } from '../../tuf/metadata.ts';
import { sigstoreKey } from '../../tuf/sigstore.ts';
import { afterScheme, type OpenSigner, type SignerContext, SignerError } from '../signer.ts';
import { ambientToken } from './ambient.ts';
import { browserCommand, openBrowser } from './browser.ts';
import { logInWithBrowser } from './browser-login.ts';
import { logInWithDevice } from './device-login.ts';
import { signingError } from './errors.ts';
import { discover } from './open-id.ts';
import { certificateAuthority, loginIssuer, witnesses } from './services.ts';
import { SigningSession } from './session.ts';
import { sigstoreTrust } from './trust.ts';
import { bundleVerifier } from './verifier.ts';

/** Milliseconds that a person has to log in. */
const LOGIN_TIMEOUT = 5 * 60_000;

/** Logs in or takes the workflow's identity, and gets a certificate. @throws SignerError */
export const openSigstoreSigner: OpenSigner = async (uri, context) => {
  const ambient = isAmbient(uri);
  const { trustedRoot, signingConfig } = await sigstoreTrust(context.environment);
  const session = await SigningSession.begin(certificateAuthority(signingConfig), () =>
    ambient ? hiddenAmbientToken(context) : logIn(loginIssuer(signingConfig), context),
  );
  const { bundleToJSON, MessageSignatureBundleBuilder } = await import('./libraries/signing.ts');
  const verifier = await bundleVerifier(trustedRoot);
  const builder = new MessageSignatureBundleBuilder({
    signer: session,
    witnesses: await witnesses(signingConfig),
  });
  return {
    uri,
    key: sigstoreKey(session.identity),
    async sign(message) {
      const bundle = await builder.create({ data: Buffer.from(message) }).catch((error: unknown) => {
        throw signingError(error);
      });
      const made = bundledSignature(bundle, bundleToJSON(bundle));
      const problem = await verifier.check(session.identity, message, made.bundle);
      if (problem === undefined) return made;
      throw new SignerError('signing-failed', `Sigstore made a bundle that ${problem}.`);
    },
  };
};

/** @throws SignerError */
function isAmbient(uri: string): boolean {
  switch (afterScheme(uri)) {
    case '':
    case '?ambient=true':
      return true;
    case '?ambient=false':
      return false;
    default:
      throw new SignerError(
        'malformed-uri',
        'A signer URI for Sigstore is sigstore: (the identity of the workflow that runs) or sigstore:?ambient=false (a person logs in).',
      );
  }
}

async function logIn(issuer: string, context: SignerContext): Promise<string> {
  const { tell, environment } = context;
  if (!tell) {
    throw new SignerError(
      'credentials-missing',
      'Nobody is here to log in. In a workflow sign with sigstore:, the identity of the workflow.',
    );
  }
  const endpoints = await discover(issuer);
  const browser = browserCommand(environment);
  if (!browser) return logInWithDevice(endpoints, (message) => tell.call(context, message), LOGIN_TIMEOUT);
  const open = async (url: string) => {
    tell.call(context, `Log in with your browser. If it does not open by itself, go to ${url}`);
    openBrowser(browser, url);
  };
  return logInWithBrowser(endpoints, open, LOGIN_TIMEOUT);
}

function bundledSignature(bundle: Bundle, form: unknown): BundledSignature {
  // Through text, so that fields without a value are gone as they will be in the file.
  const json: JsonObject = JSON.parse(JSON.stringify(form));
  const signature =
    bundle.content.$case === 'messageSignature' ? bundle.content.messageSignature.signature : '';
  return { sig: Buffer.from(signature).toString('hex'), bundle: json };
}

async function hiddenAmbientToken(context: SignerContext): Promise<string> {
  const token = await ambientToken(context.environment);
  context.hide?.(token);
  return token;
}
