/**
 * Node's own cryptography (OpenSSL): about twenty times as fast as the portable one, for repositories with thousands
 * of files. Reached at run time and not by an import, so that the same source loads in a browser.
 */
import { fromHex } from './hex.ts';
import type { CryptoProvider, MlDsaKey, PublicKey } from './provider.ts';

type NodeCrypto = typeof import('node:crypto');
type KeyObject = import('node:crypto').KeyObject;

const P256_SPKI_PREFIX = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200') ?? new Uint8Array();
const PSS_SALT_BYTES = 32;

/** The provider, or undefined where this is no Node. */
export function nodeProvider(): CryptoProvider | undefined {
  const crypto: NodeCrypto | undefined = globalThis.process?.getBuiltinModule?.('node:crypto');
  return crypto && createProvider(crypto);
}

function createProvider(crypto: NodeCrypto): CryptoProvider {
  const keyObjects = new WeakMap<PublicKey, KeyObject>();

  function keyObject(key: PublicKey): KeyObject {
    let object = keyObjects.get(key);
    if (!object) {
      object = crypto.createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
      keyObjects.set(key, object);
    }
    return object;
  }

  /** Node has ML-DSA from 24.6 on, and not where it was built against an OpenSSL older than 3.5. */
  function verifyMlDsa(
    key: MlDsaKey,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean | Promise<boolean> {
    let object: KeyObject;
    try {
      object = keyObject(key);
    } catch {
      return import('./ml-dsa.ts').then((portable) => portable.verifyMlDsa(key, message, signature));
    }
    return crypto.verify(null, message, object, signature);
  }

  return {
    hash: (algorithm, data) => plain(crypto.hash(algorithm, data, 'buffer')),

    hashHex: (algorithm, data) => crypto.hash(algorithm, data, 'hex'),

    createHasher(algorithm) {
      const hash = crypto.createHash(algorithm);
      return {
        update: (bytes) => {
          hash.update(bytes);
        },
        digest: () => plain(hash.digest()),
      };
    },

    isP256Point(point) {
      if (point.length !== 65 || point[0] !== 4) return false;
      try {
        const key = Buffer.concat([P256_SPKI_PREFIX, point]);
        crypto.createPublicKey({ key, format: 'der', type: 'spki' });
        return true;
      } catch {
        return false;
      }
    },

    verify(key, message, signature) {
      switch (key.algorithm) {
        case 'ed25519':
          return crypto.verify(null, message, keyObject(key), signature);
        case 'ecdsa-p256':
          return crypto.verify('sha256', message, keyObject(key), signature);
        case 'rsa-pss-sha256': {
          const padding = crypto.constants.RSA_PKCS1_PSS_PADDING;
          return crypto.verify(
            'sha256',
            message,
            { key: keyObject(key), padding, saltLength: PSS_SALT_BYTES },
            signature,
          );
        }
        case 'ml-dsa-44':
        case 'ml-dsa-65':
        case 'ml-dsa-87':
          return verifyMlDsa(key, message, signature);
      }
    },
  };
}

/** A Buffer as the plain array that the interface promises, without a copy. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
