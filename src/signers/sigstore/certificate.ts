/**
 * Whom a certificate of Fulcio names: the one subject alternative name (RFC 5280 section 4.2.1.6) and the issuer that
 * vouched for it (https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md). It tells a signer under which
 * identity it signs; whether others may believe the certificate is for the verifier to say.
 */
import { OBJECT_IDENTIFIER, readElements, readSequence, SEQUENCE } from '../../tuf/crypto/der.ts';
import { toHex } from '../../tuf/crypto/index.ts';
import type { SigstoreIdentity } from '../../tuf/sigstore.ts';

const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
/** [3], constructed: the extensions of a certificate. */
const EXTENSIONS = 0xa3;
/** [1] and [6] of GeneralName: rfc822Name and uniformResourceIdentifier. */
const NAMES: readonly number[] = [0x81, 0x86];

const SUBJECT_ALTERNATIVE_NAME = '551d11';
/** 1.3.6.1.4.1.57264.1.8, `Issuer (V2)`. */
const ISSUER = '2b0601040183bf300108';

/** @param der the certificate; undefined where it names no such identity */
export function certificateIdentity(der: Uint8Array): SigstoreIdentity | undefined {
  const extensions = extensionsOf(der);
  const [name, ...more] = readSequence(extensions.get(SUBJECT_ALTERNATIVE_NAME) ?? new Uint8Array()) ?? [];
  const [issuer] = readElements(extensions.get(ISSUER) ?? new Uint8Array()) ?? [];
  if (!name || more.length > 0 || !NAMES.includes(name.tag) || issuer?.tag !== UTF8_STRING) return undefined;
  const decoder = new TextDecoder();
  return { identity: decoder.decode(name.content), issuer: decoder.decode(issuer.content) };
}

/** The values of the extensions, by object identifier in hex. */
function extensionsOf(der: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const [tbs] = readSequence(der) ?? [];
  const wrapped = readElements(tbs?.content ?? new Uint8Array())?.find(({ tag }) => tag === EXTENSIONS);
  const values = new Map<string, Uint8Array>();
  for (const extension of readSequence(wrapped?.content ?? new Uint8Array()) ?? []) {
    const parts = extension.tag === SEQUENCE ? (readElements(extension.content) ?? []) : [];
    const [id, value] = [parts.at(0), parts.at(-1)];
    if (id?.tag === OBJECT_IDENTIFIER && value?.tag === OCTET_STRING)
      values.set(toHex(id.content), value.content);
  }
  return values;
}
