import { describe, expect, it } from 'vitest';
import { type AttestationRequest, checkAttestation } from '../../src/signers/attestation.ts';
import { encodePem } from '../../src/tuf/crypto/pem.ts';
import {
  ATTESTATION,
  AUTHORITY,
  certificate,
  chain,
  DEVICE,
  extensionsOf,
  later,
  now,
  publicKeyOf,
  RSA,
  YUBIKEY,
} from '../support/attestation.ts';
import { hasProgram } from './helpers.ts';

const hasOpenssl = hasProgram('openssl', 'attestations made by openssl', 'version');
describe.skipIf(!hasOpenssl)("a YubiKey's attestation", () => {
  it('says what the device says, where it leads to a root that the repository gives', () => {
    expect(checkAttestation(chain().request)).toEqual({
      valid: true,
      facts: {
        firmware: '5.7.1',
        serial: 15835999,
        pinPolicy: 'once',
        touchPolicy: 'always',
        slot: '9c',
        formFactor: 'USB-A keychain',
        fips: false,
        concerns: [],
      },
    });
  });

  it.each([
    [{ '8': '01:01' }, { pinPolicy: 'never', touchPolicy: 'never' }],
    [{ '8': '05:03' }, { pinPolicy: 'match-always', touchPolicy: 'cached' }],
    [
      { '3': '04:03:05', '9': '83' },
      { firmware: '4.3.5', formFactor: 'USB-C keychain', fips: true },
    ],
    [{ '10': '04:01:01' }, { fips: true }],
  ])('is read: %j', (values, facts) => {
    const extensions = extensionsOf({ ...YUBIKEY, ...values });
    expect(checkAttestation(chain({ leaf: { extensions } }).request)).toMatchObject({ valid: true, facts });
  });

  it('may go without serial number and form factor', () => {
    const check = checkAttestation(
      chain({ leaf: { extensions: extensionsOf({ '3': '04:03:03', '8': '03:01' }) } }).request,
    );
    expect(check.valid && check.facts).not.toHaveProperty('serial');
  });

  it('may lead over further authorities, in any order, with others among them', () => {
    const root = certificate({ subject: '/CN=Yubico Attestation Root 1', extensions: AUTHORITY });
    const upper = certificate({
      subject: '/CN=Yubico Attestation Intermediate B 1',
      issuer: root,
      extensions: AUTHORITY,
    });
    const lower = certificate({
      subject: '/CN=Yubico PIV Attestation B 1',
      issuer: upper,
      extensions: AUTHORITY,
    });
    const device = certificate({ subject: '/CN=YubiKey PIV Attestation', issuer: lower, extensions: DEVICE });
    const leaf = certificate({ subject: ATTESTATION, issuer: device, extensions: extensionsOf(YUBIKEY) });
    const stranger = chain();
    const check = checkAttestation({
      certificates: [leaf, upper, stranger.device, device, lower].map(({ pem }) => pem).join('\n'),
      roots: stranger.root.pem + root.pem,
      key: publicKeyOf(leaf),
      now,
    });
    expect(check.valid).toBe(true);
  });

  it('of an RSA key from firmware with a known weakness comes with a concern', () => {
    const extensions = extensionsOf({ ...YUBIKEY, '3': '04:03:04' });
    const affected = checkAttestation(chain({ leaf: { extensions, key: RSA } }).request);
    expect(affected.valid && affected.facts.concerns).toEqual([expect.stringContaining('ROCA')]);
    const unaffected = checkAttestation(chain({ leaf: { extensions } }).request);
    expect(unaffected.valid && unaffected.facts.concerns).toEqual([]);
  });
});

describe.skipIf(!hasOpenssl)('an attestation is refused', () => {
  const refused = (request: AttestationRequest) => {
    const check = checkAttestation(request);
    return check.valid ? 'valid' : check.code;
  };

  it('when it is for another key', () => {
    const { request, device } = chain();
    expect(refused({ ...request, key: publicKeyOf(device) })).toBe('other-key');
    const other = chain().request;
    expect(refused({ ...request, key: other.key })).toBe('other-key');
  });

  it('when its root is not among those of the repository, though of the same name', () => {
    const { request, root } = chain();
    const look = chain();
    expect(refused({ ...request, roots: look.root.pem })).toBe('no-path');
    // The root in the bundle itself changes nothing.
    expect(refused({ ...request, certificates: request.certificates + root.pem, roots: look.root.pem })).toBe(
      'no-path',
    );
  });

  it('when a certificate of its path is not valid at the time', () => {
    for (const change of [{ device: { days: 10 } }, { leaf: { days: 10 } }, { root: { days: 10 } }]) {
      const { request } = chain(change);
      expect(refused(request)).toBe('valid');
      expect(refused({ ...request, now: later(20) })).toBe('expired');
      expect(refused({ ...request, now: later(-2) })).toBe('expired');
    }
  });

  it.each([
    ['no authority', { extensions: [] }],
    ['said to be no authority', { extensions: ['basicConstraints=CA:FALSE'] }],
    ['an authority that may not sign certificates', { extensions: [...DEVICE, 'keyUsage=digitalSignature'] }],
    [
      'restricted in a way that is not understood',
      { extensions: [...DEVICE, 'nameConstraints=critical,permitted;DNS:a'] },
    ],
    ['signed with SHA-1', { digest: 'sha1' }],
    ['a weak RSA key', { key: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'] }],
  ])("when the device's certificate is %s", (_what, device) => {
    expect(refused(chain({ device }).request)).toBe('no-path');
  });

  it('when an authority stands where the one above allows none', () => {
    const { root, device } = chain();
    const below = certificate({ subject: '/CN=below', issuer: device, extensions: AUTHORITY });
    const leaf = certificate({ subject: ATTESTATION, issuer: below, extensions: extensionsOf(YUBIKEY) });
    const certificates = leaf.pem + below.pem + device.pem;
    expect(refused({ certificates, roots: root.pem, key: publicKeyOf(leaf), now })).toBe('no-path');
  });

  it('when a key in the device signs a further attestation by itself', () => {
    const { root, device, leaf } = chain();
    const forged = certificate({ subject: ATTESTATION, issuer: leaf, extensions: extensionsOf(YUBIKEY) });
    const certificates = forged.pem + leaf.pem + device.pem;
    expect(refused({ certificates, roots: root.pem, key: publicKeyOf(forged), now })).toBe('no-path');
  });

  it('when it signs itself, or the path goes in a circle', () => {
    const self = certificate({ subject: ATTESTATION, extensions: extensionsOf(YUBIKEY) });
    const { root, device, request } = chain();
    expect(refused({ ...request, certificates: self.pem + device.pem, key: publicKeyOf(self) })).toBe(
      'no-path',
    );
    expect(
      refused({ ...request, certificates: self.pem + self.pem, roots: root.pem, key: publicKeyOf(self) }),
    ).toBe('no-path');
  });

  it('when its signature was made by another device of the same name', () => {
    const { request, root } = chain();
    const other = certificate({ subject: '/CN=Yubico PIV Attestation', issuer: root, extensions: DEVICE });
    const [leaf = ''] = request.certificates.split(/(?<=-----END CERTIFICATE-----\n)/);
    expect(refused({ ...request, certificates: leaf + other.pem })).toBe('no-path');
  });

  it("when the device's certificate has the key but not the name", () => {
    const { request, root, device } = chain();
    const renamed = certificate({
      subject: '/CN=another',
      issuer: root,
      extensions: DEVICE,
      keyFile: device.keyFile,
    });
    const [leaf = ''] = request.certificates.split(/(?<=-----END CERTIFICATE-----\n)/);
    expect(refused({ ...request, certificates: leaf + renamed.pem })).toBe('no-path');
  });

  it.each([
    ['no extension of a YubiKey', []],
    ['no firmware version', extensionsOf({ '8': '02:02' })],
    ['no policies', extensionsOf({ '3': '05:07:01' })],
    ['a firmware version of another length', extensionsOf({ ...YUBIKEY, '3': '05:07' })],
    ['an unknown PIN policy', extensionsOf({ ...YUBIKEY, '8': '09:02' })],
    ['a third policy', extensionsOf({ ...YUBIKEY, '8': '02:02:02' })],
    ['a negative serial number', extensionsOf({ ...YUBIKEY, '7': '02:01:FF' })],
    ['a serial number that ends early', extensionsOf({ ...YUBIKEY, '7': '02:04:01' })],
    ['the right of an authority', [...extensionsOf(YUBIKEY), ...AUTHORITY]],
  ])('when it has %s', (_what, extensions) => {
    expect(refused(chain({ leaf: { extensions } }).request)).toBe('not-an-attestation');
  });

  it('when it is a certificate of the same kind but of another product', () => {
    // OpenPGP's attestations stand under .5 instead of .3.
    const extensions = extensionsOf(YUBIKEY).map((line) => line.replace('41482.3', '41482.5'));
    expect(refused(chain({ leaf: { extensions } }).request)).toBe('not-an-attestation');
  });

  it('when it is not PEM, damaged, or too long', () => {
    const { request } = chain();
    const damaged = request.certificates.replace(/\n.{8}/, '\nAAAAAAAA');
    for (const certificates of [
      '',
      'hello',
      damaged,
      request.certificates.slice(0, 500),
      request.certificates.repeat(20),
    ]) {
      expect(refused({ ...request, certificates })).toBe('malformed');
    }
    for (const roots of ['', 'hello', request.roots.slice(0, 300)]) {
      expect(refused({ ...request, roots })).toBe('roots-malformed');
    }
  });

  it.each([
    ['attestation', 0],
    ['certificate of the device', 1],
  ] as const)('however a byte of the %s is changed', (_what, which) => {
    const { request } = chain();
    const certificates = request.certificates.split(/(?<=-----END CERTIFICATE-----\n)/);
    const der = Buffer.from((certificates[which] ?? '').replace(/-----.*-----|\s/g, ''), 'base64');
    for (let at = 0; at < der.length; at++) {
      const changed = Buffer.from(der);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const pem = encodePem('CERTIFICATE', changed);
      expect(refused({ ...request, certificates: certificates.with(which, pem).join('') })).not.toBe('valid');
    }
  });

  it('when authorities that sign one another lead in more ways than could be gone, and to no root', () => {
    const authority = { subject: '/CN=Cross', extensions: AUTHORITY };
    const first = certificate(authority);
    const others = Array.from({ length: 13 }, () => certificate({ ...authority, keyFile: first.keyFile }));
    const { request } = chain({ leaf: { issuer: first } });
    const [leaf = ''] = request.certificates.split(/(?<=-----END CERTIFICATE-----\n)/);
    const certificates = [leaf, first.pem, ...others.map(({ pem }) => pem)].join('');
    expect(refused({ ...request, certificates })).toBe('no-path');
    expect(refused({ ...request, certificates, roots: first.pem })).toBe('valid');
  });
});
