/**
 * docs/comments.md, taken at its word: its examples verify over the bytes that it shows, with an independent canonical
 * form and Node's own crypto, and its commands make contributions that count.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canonicalize } from '@tufjs/canonical-json';
import { describe, expect, it, test } from 'vitest';
import type { CommitChanges } from '../../src/event/branch.ts';
import { initRepository, setSigners } from '../../src/event/changes.ts';
import { type AcceptContribution, findBlocks, type SignContribution } from '../../src/event/comment-block.ts';
import { addSignature } from '../../src/event/contribution.ts';
import { evaluateEvent, readEvent } from '../../src/event/event.ts';
import { topLevelFences } from '../../src/event/markdown-fences.ts';
import { recordContributions } from '../../src/event/recording.ts';
import { openRepository } from '../../src/git/repository.ts';
import { Editor, withRole } from '../../src/repository/edit.ts';
import { EMPTY_STATE } from '../../src/repository/state.ts';
import { signedBytes } from '../../src/tuf/metadata.ts';
import { git, gitClone } from '../support/git.ts';
import { memorySigner, NOW, ONLINE_SIGNERS } from '../support/signed-repository.ts';

const run = promisify(execFile);
const page = readFileSync('docs/comments.md', 'utf8');

/** What stands between fences with this on their opening line, in order. */
function fenced(wanted: string): readonly string[] {
  return [...topLevelFences(page)].filter(({ info }) => info === wanted).map(({ content }) => content);
}

const contributions = findBlocks(page).map((block) => {
  if (!block.ok) throw new Error(`docs/comments.md shows a block that ${block.problem}`);
  return block.contribution;
});

/** The public key of a key object, read as the page's table says. */
function publicKeyOf({ keytype, keyval }: AcceptContribution['key']): KeyObject {
  const text = keyval.public ?? '';
  return keytype === 'ed25519'
    ? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(text) }, format: 'jwk' })
    : createPublicKey(text);
}

const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');

function verifies(key: AcceptContribution['key'], message: string, hex: string): boolean {
  const algorithm = key.keytype === 'ed25519' ? null : 'sha256';
  return verify(algorithm, Buffer.from(message), publicKeyOf(key), Buffer.from(hex, 'hex'));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the examples of docs/comments.md', () => {
  const [accept, sign, acceptP256, ...more] = contributions as unknown as readonly [
    AcceptContribution,
    SignContribution,
    AcceptContribution,
  ];
  const [acceptBytes, signBytes] = fenced('text');
  const [keysText = '', signedText = ''] = fenced('json');

  it('are an acceptance, a signature and an acceptance with a P-256 key', () => {
    expect(contributions.map(({ type }) => type)).toEqual(['accept', 'sign', 'accept']);
    expect(acceptP256.key.scheme).toBe('ecdsa-sha2-nistp256');
    expect(more).toEqual([]);
  });

  it.each([
    ['Ed25519', accept],
    ['P-256', acceptP256],
  ])('prove to hold the %s key, over the bytes that the page describes', (_kind, contribution) => {
    const { type: _, proof, ...said } = contribution;
    const message = canonicalize({ _type: 'invitation-acceptance', ...said });
    if (contribution === accept) expect(message).toBe(acceptBytes);
    expect(verifies(contribution.key, message, proof)).toBe(true);
  });

  it('sign the draft that is shown, with the key that was accepted, under the keyid that follows from it', () => {
    const signed = JSON.parse(signedText);
    expect(canonicalize(signed)).toBe(signBytes);
    expect(sign).toMatchObject({ role: 'targets', version: signed.version, sha256: sha256(signBytes ?? '') });
    const keys = JSON.parse(keysText);
    expect(keys).toEqual({ [sign.keyid]: { ...accept.key, 'x-tuf-on-ci-keyowner': '@bob' } });
    expect(sha256(canonicalize(keys[sign.keyid]))).toBe(sign.keyid);
    expect(verifies(accept.key, signBytes ?? '', sign.sig)).toBe(true);
  });
});

const tools = ['openssl version', 'python3 --version'].every((line) => {
  const [program = '', ...args] = line.split(' ');
  return spawnSync(program, args).status === 0;
});
if (!tools) console.warn('skipped: the commands of docs/comments.md need openssl and python3');

describe.skipIf(!tools)('the commands of docs/comments.md', () => {
  const [setUp = ''] = fenced('sh');
  const value = (name: string) => new RegExp(`\\b${name}=(\\S+)`).exec(setUp)?.[1] ?? '';
  const event = value('EVENT');

  /** The repository of the page: Alice alone, and an event that invites Bob. */
  async function invitation() {
    const editor = new Editor(EMPTY_STATE, EMPTY_STATE, NOW);
    const one = { logins: ['@alice'], threshold: 1 };
    const self = { login: '@alice', publicKey: async () => memorySigner('@alice').key };
    const online = ONLINE_SIGNERS;
    await initRepository(
      editor,
      { root: one, targets: one, periods: { expiry: 365, signing: 60 }, online },
      self,
    );
    let state = editor.draft;
    const files = new Map(editor.files);
    for (const role of ['root', 'targets']) {
      const { metadata } = state.roles.get(role) ?? {};
      const sig = await memorySigner('@alice').sign(metadata ? signedBytes(metadata) : Buffer.of());
      const signed = await addSignature(state, role, metadata?.signatures[0]?.keyid ?? '', sig);
      state = withRole(state, role, signed.metadata);
      for (const [path, text] of signed.files) files.set(path, text);
    }
    const clone = await gitClone(Object.fromEntries(files) as Record<string, string>);
    const inviting = new Editor(state, state, NOW);
    const both = { logins: ['@alice', value('LOGIN')], threshold: 1 };
    await setSigners(inviting, new Map(), value('ROLE'), both, self);
    await commit(clone, inviting.files);
    return clone;
  }

  async function commit(clone: string, files: CommitChanges) {
    const base = await git(clone, 'rev-parse', '--verify', '--quiet', `origin/sign/${event}`).catch(
      () => 'main',
    );
    await git(clone, 'switch', '--quiet', '--detach', base);
    for (const [path, text] of files) {
      if (text === null) await git(clone, 'rm', '--quiet', path);
      else {
        await writeFile(join(clone, path), text as string);
        await git(clone, 'add', path);
      }
    }
    await git(clone, 'commit', '--quiet', '-m', 'Event');
    await git(clone, 'push', '--quiet', 'origin', `HEAD:refs/heads/sign/${event}`);
    await git(clone, 'switch', '--quiet', 'main');
  }

  /** What the signing action makes of a comment by Bob. */
  async function judged(clone: string, comment: string) {
    await using repository = await openRepository(clone);
    const [main = '', head = ''] = (await git(clone, 'rev-parse', 'main', `origin/sign/${event}`)).split(
      '\n',
    );
    const sides = await readEvent(repository, event, main, head);
    const status = await evaluateEvent(sides, NOW);
    const posted = findBlocks(comment).map((block) => {
      if (!block.ok) throw new Error(block.problem);
      return { contribution: block.contribution, by: value('LOGIN') };
    });
    return recordContributions(sides, status, posted, { repository: value('REPOSITORY'), now: NOW });
  }

  test.each(['ed25519', 'p-256'])('accept and sign with a key of the kind %s', async (kind) => {
    const clone = await invitation();
    const steps = [setUp, ...fenced(`sh ${kind}`), ...fenced('sh accept')];
    const shell = (script: string) => run('bash', ['-e', '-c', script], { cwd: clone });
    await shell(steps.join('\n'));
    const accepted = await judged(clone, await readFile(join(clone, 'accept.md'), 'utf8'));
    expect(accepted.judgements).toEqual([{ outcome: 'recorded', owner: '@bob' }]);
    await commit(clone, accepted.files);

    // The key is made once; its `sign` is needed again.
    const signing = fenced(`sh ${kind}`)[0]?.split('\n').at(-1) ?? '';
    await shell([setUp, signing, ...fenced('sh sign')].join('\n'));
    const signed = await judged(
      clone,
      `Signed by hand.\n\n${await readFile(join(clone, 'sign.md'), 'utf8')}`,
    );
    expect(signed.judgements).toEqual([{ outcome: 'recorded', owner: '@bob' }]);
  });
});
