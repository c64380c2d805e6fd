/**
 * The parts of an X.509 certificate (RFC 5280 section 4.1) that Node does not show: its extensions and the algorithm it
 * was signed with. Everything else is `node:crypto`'s.
 */
import { X509Certificate } from 'node:crypto';
import {
  type DerElement,
  OBJECT_IDENTIFIER,
  readElements,
  readSequence,
  SEQUENCE,
} from '../tuf/crypto/der.ts';
import { toHex } from '../tuf/crypto/index.ts';
import { decodePem } from '../tuf/crypto/pem.ts';

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const EXPLICIT_EXTENSIONS = 0xa3;

const BASIC_CONSTRAINTS = '551d13';

/** Characters, for all of a bundle; real ones have under 2,000 for each certificate. */
const LONGEST_BUNDLE = 65_536;
const MOST_CERTIFICATES = 16;

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface Certificate {
  readonly x509: X509Certificate;
  /** By object identifier (contents in hex). */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Object identifier (contents in hex) of the algorithm it was signed with. */
  readonly signatureAlgorithm: string;
  /** How many certificates of authorities may stand below it (basicConstraints); no limit where it has none. */
  readonly pathLength: number;
}

/** All certificates of PEM text, in their order; undefined where it holds anything else, or too much. */
export function readCertificates(pem: string): readonly Certificate[] | undefined {
  if (pem.length > LONGEST_BUNDLE) return undefined;
  const blocks = pem.split(/(?<=-----END CERTIFICATE-----)\s*/).filter((block) => block.trim() !== '');
  if (blocks.length === 0 || blocks.length > MOST_CERTIFICATES) return undefined;
  const certificates = blocks.flatMap((block) => {
    const decoded = decodePem(block.trimStart());
    return (decoded?.label === 'CERTIFICATE' && readCertificate(decoded.der)) || [];
  });
  return certificates.length === blocks.length ? certificates : undefined;
}

/** @param der undefined is the answer where it is not one certificate in strict DER */
function readCertificate(der: Uint8Array): Certificate | undefined {
  const [signed, algorithm] = readSequence(der) ?? [];
  const fields = signed?.tag === SEQUENCE ? readElements(signed.content) : undefined;
  const [identifier] = (algorithm?.tag === SEQUENCE && readElements(algorithm.content)) || [];
  if (!fields || identifier?.tag !== OBJECT_IDENTIFIER) return undefined;
  const extensions = readExtensions(fields.find(({ tag }) => tag === EXPLICIT_EXTENSIONS));
  if (!extensions) return undefined;
  const pathLength = readPathLength(extensions.get(BASIC_CONSTRAINTS));
  if (pathLength === undefined) return undefined;
  try {
    const x509 = new X509Certificate(der);
    return { x509, extensions, signatureAlgorithm: toHex(identifier.content), pathLength };
  } catch {
    return undefined;
  }
}

function readExtensions(field: DerElement | undefined): ReadonlyMap<string, Extension> | undefined {
  const extensions = new Map<string, Extension>();
  if (!field) return extensions;
  for (const extension of readSequence(field.content) ?? []) {
    const parts = extension.tag === SEQUENCE ? (readElements(extension.content) ?? []) : [];
    const [name, second, third] = parts;
    const critical = second?.tag === BOOLEAN && second.content[0] === 0xff;
    const value = second?.tag === BOOLEAN ? third : second;
    if (name?.tag !== OBJECT_IDENTIFIER || value?.tag !== OCTET_STRING) return undefined;
    const oid = toHex(name.content);
    // Readers differ on which of two counts.
    if (extensions.has(oid)) return undefined;
    extensions.set(oid, { critical, value: value.content });
  }
  return extensions.size > 0 ? extensions : undefined;
}

/** BasicConstraints: a BOOLEAN and an INTEGER, both optional. */
function readPathLength(extension: Extension | undefined): number | undefined {
  if (!extension) return Number.POSITIVE_INFINITY;
  const parts = readSequence(extension.value);
  if (!parts) return undefined;
  const limit = parts.find(({ tag }) => tag === INTEGER);
  if (!limit) return Number.POSITIVE_INFINITY;
  const [value = 0x80] = limit.content;
  return limit.content.length === 1 && value < 0x80 ? value : undefined;
}
