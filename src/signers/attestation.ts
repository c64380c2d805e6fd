/**
 * Hardware attestation: a YubiKey's certificate saying that a PIV key was made inside it and cannot leave it. It is
 * signed by the device's own attestation key (slot f9), and that by Yubico. What the device says besides stands in
 * extensions under 1.3.6.1.4.1.41482.3 (https://docs.yubico.com/hardware/oid/oid-piv-arc.html). The roots come from
 * the repository: nobody is trusted here by default.
 */
import { toHex } from '../tuf/crypto/index.ts';
import { type Key, KeyError, keyFromSpki, samePublicKey } from '../tuf/key.ts';
import { type Certificate, readCertificates } from './certificate.ts';

type PinPolicy = 'never' | 'once' | 'always' | 'match-once' | 'match-always';
type TouchPolicy = 'never' | 'always' | 'cached';

/** What the device says about itself and the key. */
interface AttestedFacts {
  /** Such as `5.7.1`. */
  readonly firmware: string;
  /** Of the device; absent where it does not tell. */
  readonly serial?: number;
  readonly pinPolicy: PinPolicy;
  /** `cached`: one touch is good for 15 seconds. */
  readonly touchPolicy: TouchPolicy;
  /** PIV slot, such as `9c`. */
  readonly slot?: string;
  readonly formFactor?: string;
  readonly fips: boolean;
  /** What is known to be wrong with keys of this kind from devices with this firmware. */
  readonly concerns: readonly string[];
}

type AttestationProblem =
  | 'malformed'
  | 'not-an-attestation'
  | 'other-key'
  | 'no-path'
  | 'expired'
  | 'roots-malformed';

export type AttestationCheck =
  | { readonly valid: true; readonly facts: AttestedFacts }
  | { readonly valid: false; readonly code: AttestationProblem; readonly reason: string };

export interface AttestationRequest {
  /** PEM: the attestation itself, then the device's certificate (slot f9) and further ones of the vendor. */
  readonly certificates: string;
  /** PEM: the vendor's roots that the repository accepts. */
  readonly roots: string;
  /** The key that the role has. */
  readonly key: Key;
  readonly now: Date;
}

/** More certificates than this stand in no vendor's path. */
const LONGEST_PATH = 6;

/** basicConstraints and keyUsage, the only critical extensions that are understood here. */
const UNDERSTOOD: ReadonlySet<string> = new Set(['551d13', '551d0f']);

/** SHA-256, 384 and 512 with RSA and with ECDSA, and Ed25519 (object identifiers, contents in hex). */
const SIGNATURE_ALGORITHMS: ReadonlySet<string> = new Set([
  '2a864886f70d01010b',
  '2a864886f70d01010c',
  '2a864886f70d01010d',
  '2a8648ce3d040302',
  '2a8648ce3d040303',
  '2a8648ce3d040304',
  '2b6570',
]);

const refuse = (code: AttestationProblem, reason: string) => ({ valid: false, code, reason }) as const;

/** Checks an attestation. Never throws, whatever the certificates hold. */
export function checkAttestation(request: AttestationRequest): AttestationCheck {
  const [attestation, ...others] = readCertificates(request.certificates) ?? [];
  if (!attestation) return refuse('malformed', 'it is not a list of certificates in PEM form');
  const roots = readCertificates(request.roots);
  if (!roots) return refuse('roots-malformed', "the repository's roots are not certificates in PEM form");

  const facts = readFacts(attestation);
  if (!facts)
    return refuse('not-an-attestation', 'its first certificate is not the attestation of a PIV key');
  if (attestation.x509.ca)
    return refuse('not-an-attestation', 'its first certificate is that of an authority');
  const key = attestedKey(attestation);
  if (typeof key === 'string') return refuse('other-key', key);
  if (!samePublicKey(key, request.key)) return refuse('other-key', 'it is for another key than the role has');

  const path = findPath(attestation, others, roots);
  if (!path) return refuse('no-path', 'it does not lead to any root that the repository accepts');
  const expired = path.find(({ x509 }) => request.now < x509.validFromDate || request.now > x509.validToDate);
  if (expired) return refuse('expired', `the certificate of ${subjectOf(expired)} is not valid at this time`);
  return { valid: true, facts: { ...facts, concerns: concernsAbout(key, facts.firmware) } };
}

function attestedKey({ x509 }: Certificate): Key | string {
  try {
    return keyFromSpki(x509.publicKey.export({ type: 'spki', format: 'der' }));
  } catch (error) {
    return error instanceof KeyError ? error.message : 'its public key cannot be read';
  }
}

/** Quoted and short, since whoever wrote the certificate chose it. */
function subjectOf({ x509 }: Certificate): string {
  return JSON.stringify(x509.subject.slice(0, 100));
}

/**
 * From the attestation up to a root, the shortest way; the authorities between may stand in any order. Each of them is
 * come to once: where all sign one another, there are more ways than could be gone.
 */
function findPath(
  attestation: Certificate,
  others: readonly Certificate[],
  roots: readonly Certificate[],
): readonly Certificate[] | undefined {
  const seen = new Set<Certificate>();
  const paths: (readonly Certificate[])[] = [[attestation]];
  for (const path of paths) {
    const top = path.at(-1);
    if (!top || path.length > LONGEST_PATH) return undefined;
    const root = roots.find((issuer) => isIssuedBy(top, issuer, path.length - 1));
    if (root) return [...path, root];
    for (const issuer of others) {
      if (seen.has(issuer) || !isIssuedBy(top, issuer, path.length - 1)) continue;
      seen.add(issuer);
      paths.push([...path, issuer]);
    }
  }
  return undefined;
}

/** @param below how many authorities stand below the issuer on the path */
function isIssuedBy(certificate: Certificate, issuer: Certificate, below: number): boolean {
  if (!issuer.x509.ca || issuer.pathLength < below) return false;
  if (!SIGNATURE_ALGORITHMS.has(certificate.signatureAlgorithm)) return false;
  if (![certificate, issuer].every(isUnderstood)) return false;
  try {
    // Names and key usage, then the signature. A key that cannot be read shows only when it is asked for.
    return (
      !isWeak(issuer) &&
      certificate.x509.checkIssued(issuer.x509) &&
      certificate.x509.verify(issuer.x509.publicKey)
    );
  } catch {
    return false;
  }
}

function isUnderstood({ extensions }: Certificate): boolean {
  return [...extensions].every(([oid, { critical }]) => !critical || UNDERSTOOD.has(oid));
}

function isWeak({ x509 }: Certificate): boolean {
  const { modulusLength } = x509.publicKey.asymmetricKeyDetails ?? {};
  return modulusLength !== undefined && modulusLength < 2048;
}

/** 1.3.6.1.4.1.41482.3 */
const PIV = '2b0601040182c40a03';

const PIN_POLICIES: ReadonlyMap<number, PinPolicy> = new Map([
  [1, 'never'],
  [2, 'once'],
  [3, 'always'],
  [4, 'match-once'],
  [5, 'match-always'],
]);
const TOUCH_POLICIES: ReadonlyMap<number, TouchPolicy> = new Map([
  [1, 'never'],
  [2, 'always'],
  [3, 'cached'],
]);
const FORM_FACTORS: ReadonlyMap<number, string> = new Map([
  [1, 'USB-A keychain'],
  [2, 'USB-A nano'],
  [3, 'USB-C keychain'],
  [4, 'USB-C nano'],
  [5, 'Lightning and USB-C'],
  [6, 'USB-A biometric'],
  [7, 'USB-C biometric'],
]);
/** Of the form factor. */
const FIPS_BIT = 0x80;

/** Undefined where an extension that every attestation has is missing, or one is not in its form. */
function readFacts({ extensions, x509 }: Certificate): Omit<AttestedFacts, 'concerns'> | undefined {
  const yubico = (number: string) => extensions.get(`${PIV}${number}`)?.value;
  const firmware = yubico('03');
  const [pin = 0, touch = 0, ...more] = yubico('08') ?? [];
  const pinPolicy = PIN_POLICIES.get(pin);
  const touchPolicy = TOUCH_POLICIES.get(touch);
  if (firmware?.length !== 3 || !pinPolicy || !touchPolicy || more.length > 0) return undefined;

  const serialValue = yubico('07');
  const serial = serialValue && readInteger(serialValue);
  const form = yubico('09');
  if ((serialValue && serial === undefined) || (form && form.length !== 1)) return undefined;
  const formFactor = FORM_FACTORS.get((form?.[0] ?? 0) & ~FIPS_BIT);
  const [, slot] = /^CN=YubiKey PIV Attestation ([0-9a-f]{2})$/m.exec(x509.subject) ?? [];
  return {
    firmware: firmware.join('.'),
    pinPolicy,
    touchPolicy,
    fips: yubico('0a') !== undefined || ((form?.[0] ?? 0) & FIPS_BIT) !== 0,
    ...(serial === undefined ? {} : { serial }),
    ...(slot === undefined ? {} : { slot }),
    ...(formFactor === undefined ? {} : { formFactor }),
  };
}

/** A DER INTEGER that is not negative and fits into 48 bits. */
function readInteger(der: Uint8Array): number | undefined {
  const [tag, length, first = 0x80] = der;
  if (tag !== 0x02 || length !== der.length - 2 || length > 6 || first >= 0x80) return undefined;
  return Number.parseInt(toHex(der.subarray(2)), 16);
}

/** RSA keys made by firmware 4.2.6 to 4.3.4 can be computed from the public key (ROCA, Yubico's YSA-2017-01). */
function concernsAbout(key: Key, firmware: string): readonly string[] {
  const [major = 0, minor = 0, patch = 0] = firmware.split('.').map(Number);
  const number = (major * 256 + minor) * 256 + patch;
  const affected = number >= 0x040206 && number <= 0x040304;
  return key.keytype === 'rsa' && affected
    ? [
        'RSA keys made by this firmware can be broken (ROCA, YSA-2017-01). Use a P-256 key, or another device.',
      ]
    : [];
}
