/** Where PKCS#11 modules are: named by the person, or in the places where the vendors' packages put them. */
import { existsSync, realpathSync } from 'node:fs';
import { own } from '../../tuf/shape.ts';
import { type SignerContext, SignerError } from '../signer.ts';

const LINUX_LIBRARIES = [
  `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];
const MAC_LIBRARIES = ['/opt/homebrew/lib', '/usr/local/lib'];

const within = (folders: readonly string[], ...names: readonly string[]) =>
  names.flatMap((name) => folders.map((folder) => `${folder}/${name}`));

/**
 * By platform, one list for each vendor, and in it the places from the likeliest on. YubiKey's own module comes before
 * OpenSC's, which shows the same token with other key ids where it has more than PIV.
 */
const PLACES: { readonly [platform: string]: readonly (readonly string[])[] } = {
  linux: [
    within(LINUX_LIBRARIES, 'libykcs11.so.2', 'libykcs11.so.1', 'libykcs11.so'),
    within(LINUX_LIBRARIES, 'opensc-pkcs11.so', 'pkcs11/opensc-pkcs11.so'),
    within(LINUX_LIBRARIES, 'softhsm/libsofthsm2.so', 'pkcs11/libsofthsm2.so', 'libsofthsm2.so'),
  ],
  darwin: [
    within(MAC_LIBRARIES, 'libykcs11.dylib', 'libykcs11.2.dylib'),
    [
      '/Library/OpenSC/lib/opensc-pkcs11.so',
      ...within(MAC_LIBRARIES, 'opensc-pkcs11.so', 'pkcs11/opensc-pkcs11.so'),
    ],
    within(MAC_LIBRARIES, 'softhsm/libsofthsm2.so'),
  ],
  win32: [
    ['C:\\Program Files\\Yubico\\Yubico PIV Tool\\bin\\libykcs11.dll'],
    ['C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll'],
    ['C:\\SoftHSM2\\lib\\softhsm2-x64.dll'],
  ],
};

const INSTALL: { readonly [platform: string]: string } = {
  linux: 'sudo apt install opensc ykcs11',
  darwin: 'brew install opensc yubico-piv-tool',
  win32: 'the Yubico PIV Tool (winget install Yubico.YubikeyPIVTool) or OpenSC',
};

/**
 * The modules to ask, in the order to ask them: the one of the URI, of PLAYGROUND_PKCS11_MODULE or of PYKCS11LIB
 * (securesystemslib's variable); else all that are installed in the usual places.
 * @throws SignerError where there is none
 */
export function findModules(environment: SignerContext['environment'], wanted?: string): readonly string[] {
  for (const [path, from] of [
    [wanted, 'the signer URI'],
    [own(environment, 'PLAYGROUND_PKCS11_MODULE'), 'PLAYGROUND_PKCS11_MODULE'],
    [own(environment, 'PYKCS11LIB'), 'PYKCS11LIB'],
  ]) {
    if (!path) continue;
    if (existsSync(path)) return [path];
    throw new SignerError(
      'library-missing',
      `There is no PKCS#11 module ${path}, which ${from} names. Check the path.`,
    );
  }
  const found = installedModules(PLACES[process.platform] ?? []);
  if (found.length > 0) return found;
  throw new SignerError(
    'library-missing',
    `No PKCS#11 module was found in the usual places. Install your token's (${own(INSTALL, process.platform) ?? "the vendor's package"}), or name it in PLAYGROUND_PKCS11_MODULE.`,
  );
}

/** Of each vendor the first that is there; the same file is not named twice. */
export function installedModules(places: readonly (readonly string[])[]): readonly string[] {
  const found = new Map<string, string>();
  for (const vendor of places) {
    const path = vendor.find((place) => existsSync(place));
    if (path !== undefined) found.set(realpathSync(path), path);
  }
  return [...found.values()];
}
