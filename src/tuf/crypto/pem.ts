/** PEM text (RFC 7468) around DER bytes, the form of P-256 and RSA keys in TUF metadata. */

const LONGEST = 32_768;
const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export interface PemBlock {
  /** What the block says it holds, such as `PUBLIC KEY`. */
  readonly label: string;
  readonly der: Uint8Array;
}

/** Reads text that is one PEM block and nothing else; undefined where it is not. */
export function decodePem(text: string): PemBlock | undefined {
  const [, label, body] = (text.length <= LONGEST && PEM.exec(text)) || [];
  if (label === undefined || body === undefined) return undefined;
  const base64 = body.replace(/[\r\n]/g, '');
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) return undefined;
  return { label, der: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) };
}

/** PEM with lines of 64 characters and a newline at the end, byte for byte what OpenSSL and Python write. */
export function encodePem(label: string, der: Uint8Array): string {
  const base64 = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
