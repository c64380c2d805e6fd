/** Two repositories that the world uses, laid out as they are published, at a day on which they were valid. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRepository } from '../../src/client/verify.ts';

const DATA = join(import.meta.dirname, '../../../shared/data');
const available = existsSync(DATA);
if (!available) console.warn('Skipped: the data of real repositories is not beside the project.');

const time = new Date('2026-08-22T00:00:00Z');
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'client-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Lays a repository's files out as a consistent snapshot (specification, section 6.2). */
function layOut(from: string, to: string): number {
  const place = (source: string, target: string) => {
    mkdirSync(dirname(join(to, target)), { recursive: true });
    copyFileSync(join(from, source), join(to, target));
  };
  for (const file of readdirSync(join(from, 'metadata/root_history'))) {
    place(`metadata/root_history/${file}`, `metadata/${file}`);
  }
  let artifacts = 0;
  for (const file of readdirSync(join(from, 'metadata')).filter((name) => name.endsWith('.json'))) {
    const { signed } = JSON.parse(readFileSync(join(from, 'metadata', file), 'utf8'));
    const name = signed._type === 'timestamp' ? file : `${signed.version}.${file}`;
    place(`metadata/${file}`, `metadata/${name}`);
    for (const path of Object.keys(signed.targets ?? {})) {
      const sha256 = createHash('sha256')
        .update(readFileSync(join(from, 'targets', path)))
        .digest('hex');
      const cut = path.lastIndexOf('/') + 1;
      place(`targets/${path}`, `targets/${path.slice(0, cut)}${sha256}.${path.slice(cut)}`);
      artifacts += 1;
    }
  }
  return artifacts;
}

describe.runIf(available)('a published repository of the world', () => {
  it.each([
    ['tuf-demo', { root: 5, timestamp: 921, targets: 7 }, ['jku', 'rdimitrov', 'kommendorkapten'], 6],
    ['sigstore-root-signing', { root: 15 }, ['registry.npmjs.org'], 12],
  ])('%s is verified from its first root, with every artifact', async (name, versions, roles, count) => {
    expect(layOut(join(DATA, name), dir)).toBe(count);
    const result = await verifyRepository({ source: dir, time });
    expect(result.failures).toEqual([]);
    expect(result).toMatchObject({ ok: true, versions, firstRoot: { origin: 'source', version: 1 } });
    expect(result.versions.delegated.map(({ role }) => role)).toEqual(roles);
    expect(result.artifacts).toHaveLength(count);
    expect(result.artifacts.every(({ ok }) => ok)).toBe(true);
  });

  it('is refused a few days later, when its timestamp has expired', async () => {
    layOut(join(DATA, 'tuf-demo'), dir);
    const result = await verifyRepository({ source: dir, time: new Date('2026-08-24T00:00:00Z') });
    expect(result.failure).toMatchObject({ stage: 'timestamp', code: 'expired' });
  });
});
