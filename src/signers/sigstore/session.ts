/**
 * A key pair that lives in memory and a certificate that binds it to the person or workflow. The certificate is asked for
 * when the signer is opened, so that the identity it names is known before anything is signed, and again when it is
 * about to expire.
 */
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import type { Signature, Signer } from '@sigstore/sign';
import type { SigstoreIdentity } from '../../tuf/sigstore.ts';
import { SignerError } from '../signer.ts';
import { certificateIdentity } from './certificate.ts';
import { signingError } from './errors.ts';
import { HTTP } from './services.ts';

/** Milliseconds that a certificate must still hold for another signature: time for log and timestamp. */
const MARGIN = 60_000;

interface Bound {
  /** PEM. */
  readonly certificate: string;
  readonly identity: SigstoreIdentity;
  readonly ends: number;
}

export class SigningSession implements Signer {
  readonly identity: SigstoreIdentity;
  readonly #holder: Signer;
  readonly #getToken: () => Promise<string>;
  readonly #authority: string;
  #bound: Bound;

  private constructor(holder: Signer, authority: string, getToken: () => Promise<string>, bound: Bound) {
    this.#holder = holder;
    this.#authority = authority;
    this.#getToken = getToken;
    this.#bound = bound;
    this.identity = bound.identity;
  }

  /**
   * Begins a session: gets a token and a certificate for it.
   * @param authority URL of the certificate authority
   * @throws SignerError
   */
  static async begin(authority: string, getToken: () => Promise<string>): Promise<SigningSession> {
    const holder = ephemeralKey();
    return new SigningSession(
      holder,
      authority,
      getToken,
      await certify(holder, authority, await getToken()),
    );
  }

  /** Signs with the key and names the certificate. @throws SignerError */
  async sign(data: Buffer): Promise<Signature> {
    if (this.#bound.ends - Date.now() < MARGIN) {
      const bound = await certify(this.#holder, this.#authority, await this.#getToken());
      const { identity, issuer } = bound.identity;
      if (identity !== this.identity.identity || issuer !== this.identity.issuer) {
        throw new SignerError(
          'credentials-refused',
          `This login is that of ${identity}; the signing was begun as ${this.identity.identity}. Log in as the same one.`,
        );
      }
      this.#bound = bound;
    }
    const { signature } = await this.#holder.sign(data);
    return { signature, key: { $case: 'x509Certificate', certificate: this.#bound.certificate } };
  }
}

function ephemeralKey(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return {
    sign: async (data) => ({
      signature: sign('sha256', data, privateKey),
      key: { $case: 'publicKey', publicKey: pem },
    }),
  };
}

async function certify(keyHolder: Signer, authority: string, token: string): Promise<Bound> {
  const { FulcioSigner } = await import('./libraries/signing.ts');
  const identityProvider = { getToken: async () => token };
  const fulcio = new FulcioSigner({ fulcioBaseURL: authority, identityProvider, keyHolder, ...HTTP });
  // The library gives the certificate with a signature; what is signed here goes nowhere.
  const { key } = await fulcio.sign(Buffer.alloc(0)).catch((error: unknown) => {
    throw signingError(error, token);
  });
  const pem = key.$case === 'x509Certificate' ? key.certificate : '';
  try {
    const certificate = new X509Certificate(pem);
    const identity = certificateIdentity(certificate.raw);
    if (identity) return { certificate: pem, identity, ends: certificate.validToDate.getTime() };
  } catch {
    // Said below.
  }
  throw new SignerError(
    'service-refused',
    `${authority} issued a certificate that names no identity as Sigstore does. Check the Sigstore configuration.`,
  );
}
