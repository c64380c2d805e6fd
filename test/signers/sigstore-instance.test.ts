/** Where the trust in Sigstore comes from: its TUF repository, from a pinned root; and what a certificate names. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigningConfig, TrustedRoot } from '@sigstore/protobuf-specs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateIdentity } from '../../src/signers/sigstore/certificate.ts';
import { fetchPublicInstance, type Instance } from '../../src/signers/sigstore/public-instance.ts';
import { parseMetadata } from '../../src/tuf/metadata.ts';
import { verifyRootSuccession } from '../../src/tuf/threshold.ts';
import { temporaryFolder as folderOfFile } from '../support/git.ts';
import { type ServedSite, Site, serveSite, siteKey } from '../support/site.ts';
import { signerError, temporaryFolder } from './helpers.ts';

describe('the public instance', () => {
  let site: Site;
  let served: ServedSite;
  let instance: Instance;
  let cache: string;

  beforeAll(async () => {
    site = new Site(folderOfFile());
    site.artifacts.set('trusted_root.json', JSON.stringify({ mediaType: 'a trust root' }));
    site.artifacts.set('signing_config.v0.2.json', JSON.stringify({ mediaType: 'services' }));
    site.publish();
    served = await serveSite(site.dir);
  });
  afterAll(() => served.close());

  beforeEach(() => {
    cache = temporaryFolder();
    const root = readFileSync(site.metadataFile('1.root.json'));
    const sha256 = createHash('sha256').update(root).digest('hex');
    instance = {
      url: `${served.url}metadata`,
      targets: `${served.url}targets`,
      root: { version: 1, sha256 },
    };
  });

  const fetched = () => fetchPublicInstance({ XDG_CACHE_HOME: cache }, instance);

  it('gives trust root and services, as its repository signs them', async () => {
    expect(await fetched()).toEqual({
      trustedRoot: TrustedRoot.fromJSON({ mediaType: 'a trust root' }),
      signingConfig: SigningConfig.fromJSON({ mediaType: 'services' }),
    });
  });

  it('is asked for what is new only', async () => {
    await fetched();
    const before = served.requests.length;
    await fetched();
    const asked = served.requests.slice(before);
    expect(asked).toContain('/metadata/timestamp.json');
    expect(asked.filter((path) => path.startsWith('/targets/') || path.endsWith('/1.root.json'))).toEqual([]);
  });

  it('is followed to newer roots from the pinned one', async () => {
    await fetched();
    const old = site.keys.root;
    site.keys.root = siteKey();
    site.publishRoot([old]);
    expect((await fetched()).trustedRoot.mediaType).toBe('a trust root');
  });

  it('is refused where its first root is another than the pinned one', async () => {
    instance = { ...instance, root: { version: 1, sha256: 'ab'.repeat(32) } };
    expect(await signerError(fetched())).toMatchObject({
      code: 'service-unreachable',
      message: expect.stringContaining('not the one that is pinned here'),
    });
  });

  it('is refused where it goes back behind what was seen', async () => {
    site.publish();
    await fetched();
    const [newer, older] = [site.metadataFile('timestamp.json'), join(cache, 'older.json')];
    writeFileSync(older, readFileSync(newer));
    site.publish();
    await fetched();
    const newest = readFileSync(newer);
    writeFileSync(newer, readFileSync(older));
    expect((await signerError(fetched())).code).toBe('service-unreachable');
    writeFileSync(newer, newest);
    await fetched();
  });

  it('mends what a process left half written in the cache', async () => {
    await fetched();
    const directory = join(cache, 'playground', `sigstore-${instance.root.sha256.slice(0, 16)}`);
    expect(existsSync(join(directory, 'root.json'))).toBe(true);
    for (const name of ['root.json', 'timestamp.json', 'target-trusted_root.json'])
      writeFileSync(join(directory, name), '{"signed"');
    expect((await fetched()).trustedRoot.mediaType).toBe('a trust root');
  });

  it('that cannot be reached is an error that says what to check', async () => {
    instance = { ...instance, url: 'http://127.0.0.1:1' };
    expect(await signerError(fetched())).toMatchObject({
      code: 'service-unreachable',
      message: expect.stringContaining('Check the network'),
    });
  });
});

const ROOTS = new URL('../../../shared/data/sigstore-root-signing/metadata/root_history/', import.meta.url);
const hasRoots = existsSync(ROOTS);
if (!hasRoots) console.warn('skipped: the data of real repositories is not beside the project');

describe.skipIf(!hasRoots)('the pinned root of the public instance', () => {
  it('is the one that Sigstore published, and follows from its first', async () => {
    const read = (version: number) => readFileSync(new URL(`${version}.root.json`, ROOTS));
    const source = readFileSync(
      new URL('../../src/signers/sigstore/public-instance.ts', import.meta.url),
      'utf8',
    );
    const [, version, sha256] = /version: (\d+),\s+sha256: '([0-9a-f]{64})'/.exec(source) ?? [];
    expect(
      createHash('sha256')
        .update(read(Number(version)))
        .digest('hex'),
    ).toBe(sha256);
    for (let next = 2; next <= Number(version); next++) {
      const step = [read(next - 1), read(next)].map((bytes) => parseMetadata(bytes, 'root'));
      expect((await verifyRootSuccession(step[0], step[1] as NonNullable<(typeof step)[1]>)).ok).toBe(true);
    }
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skipped: certificates made by openssl, because the program is not there');

describe.skipIf(!hasOpenssl)('a certificate', () => {
  const ISSUER = '1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:https://github.com/login/oauth';

  function certificate(...extensions: readonly string[]): Uint8Array {
    const added = extensions.flatMap((extension) => ['-addext', extension]);
    const key = join(temporaryFolder(), 'key.pem');
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    return execFileSync('openssl', [...args, '-keyout', key, '-subj', '/', '-outform', 'DER', ...added], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  it.each([
    ['email:alice@example.com', 'alice@example.com'],
    ['critical,email:alice@example.com', 'alice@example.com'],
    [
      'URI:https://github.com/me/repo/.github/workflows/publish.yml@refs/heads/main',
      'https://github.com/me/repo/.github/workflows/publish.yml@refs/heads/main',
    ],
  ])('names its holder and their issuer: %s', (name, identity) => {
    expect(certificateIdentity(certificate(`subjectAltName=${name}`, ISSUER))).toEqual({
      identity,
      issuer: 'https://github.com/login/oauth',
    });
  });

  it.each([
    ['has two names', ['subjectAltName=email:alice@example.com,email:bob@example.com', ISSUER]],
    ['has a name of another kind', ['subjectAltName=DNS:example.com', ISSUER]],
    ['has no name', [ISSUER]],
    ['has no issuer', ['subjectAltName=email:alice@example.com']],
    [
      'has the issuer in the old form alone',
      ['subjectAltName=email:alice@example.com', '1.3.6.1.4.1.57264.1.1=ASN1:UTF8String:https://x'],
    ],
  ])('that %s names nobody', (_what, extensions) => {
    expect(certificateIdentity(certificate(...extensions))).toBeUndefined();
  });

  it('that is none names nobody', () => {
    const whole = certificate('subjectAltName=email:alice@example.com', ISSUER);
    for (const bytes of [
      new Uint8Array(),
      Uint8Array.of(0x30, 0x80),
      whole.subarray(1),
      whole.subarray(0, -1),
    ])
      expect(certificateIdentity(bytes)).toBeUndefined();
  });
});
