/** A Sigstore identity in comments: an acceptance and a signature carry their bundles, and count for that identity alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AcceptContribution,
  acceptanceMessage,
  findBlocks,
  formatBlock,
  type SignContribution,
} from '../../src/event/comment-block.ts';
import { type EventSides, evaluateEvent, readEvent } from '../../src/event/event.ts';
import { recordContributions } from '../../src/event/recording.ts';
import { type GitRepository, openRepository } from '../../src/git/repository.ts';
import { openSigner } from '../../src/signers/registry.ts';
import type { Signer } from '../../src/signers/signer.ts';
import { provideSigstore } from '../../src/signers/sigstore/provide.ts';
import { hashHex } from '../../src/tuf/crypto/index.ts';
import { type BundledSignature, signedBytes } from '../../src/tuf/metadata.ts';
import { commitFiles, git, gitClone } from '../support/git.ts';
import { NOW, signedRepository } from '../support/signed-repository.ts';
import { person, type SigstoreInstance, startSigstore } from '../support/sigstore.ts';

const REPOSITORY = 'team/repository';

let sigstore: SigstoreInstance;
let dir: string;
let repository: GitRepository;
beforeAll(async () => {
  sigstore = await startSigstore();
  provideSigstore({ PLAYGROUND_SIGSTORE_TRUST_CONFIG: sigstore.trustConfig });
  dir = await gitClone(Object.fromEntries(await signedRepository()) as Record<string, string>);
  repository = await openRepository(dir);
  await git(dir, 'checkout', '--quiet', '-b', 'sign/x');
  await commitFiles(dir, { 'metadata/.signing-event-state': '{"invites": {"@frank": ["team"]}}' });
});
afterAll(async () => {
  await repository.close();
  await sigstore.close();
});

async function signerFor(email: string): Promise<Signer> {
  const environment = {
    PLAYGROUND_SIGSTORE_TRUST_CONFIG: sigstore.trustConfig,
    SIGSTORE_ID_TOKEN: await sigstore.token(person(email)),
  };
  return openSigner('sigstore:', { environment, warn: () => undefined });
}

async function sides(): Promise<EventSides> {
  const [base = '', head = ''] = (await git(dir, 'rev-parse', 'main', 'sign/x')).split('\n');
  return readEvent(repository, 'x', base, head);
}

async function judge(contribution: AcceptContribution | SignContribution) {
  const [block, ...more] = findBlocks(`My part:\n\n${formatBlock(contribution)}`);
  if (!block?.ok || more.length > 0) throw new Error(block?.ok ? 'more than one block' : block?.problem);
  const event = await sides();
  const status = await evaluateEvent(event, NOW);
  const posted = [{ contribution: block.contribution, by: '@frank' }];
  const { judgements, files } = await recordContributions(event, status, posted, {
    repository: REPOSITORY,
    now: NOW,
  });
  return { judgement: judgements[0], files };
}

async function commit(files: Awaited<ReturnType<typeof judge>>['files']): Promise<void> {
  const gone = [...files].filter(([, content]) => content === null).map(([path]) => path);
  if (gone.length > 0) await git(dir, 'rm', '--quiet', ...gone);
  await commitFiles(
    dir,
    Object.fromEntries([...files].filter(([, content]) => content !== null)) as Record<string, string>,
  );
}

async function acceptance(signer: Signer, as = signer): Promise<AcceptContribution> {
  const accepted = { repository: REPOSITORY, event: 'x', login: '@frank', role: 'team', key: as.key };
  const { sig, bundle } = (await signer.sign(acceptanceMessage(accepted))) as BundledSignature;
  return { type: 'accept', ...accepted, proof: sig, bundle };
}

describe('a Sigstore identity in a comment', () => {
  it('accepts nothing under a name that somebody else proves', async () => {
    const [frank, mallory] = [await signerFor('f.rank@example.com'), await signerFor('fxrank@example.com')];
    expect((await judge(await acceptance(mallory, frank))).judgement).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('was signed by fxrank@example.com'),
    });
  });

  it('accepts an invitation and signs, with the bundles as they go into metadata', async () => {
    const frank = await signerFor('frank@example.com');
    const accepted = await judge(await acceptance(frank));
    expect(accepted.judgement).toEqual({ outcome: 'recorded', owner: '@frank' });
    await commit(accepted.files);

    const team = (await sides()).proposed.roles.get('team')?.metadata;
    if (!team) throw new Error('there is no team');
    const bytes = signedBytes(team);
    const keyid = team.signatures.map((entry) => entry.keyid).at(-1) ?? '';
    const made = (await frank.sign(bytes)) as BundledSignature;
    const { version } = team.signed;
    const signature = {
      type: 'sign',
      role: 'team',
      version,
      sha256: hashHex('sha256', bytes),
      keyid,
    } as const;

    const other = (await (await signerFor('frank@example.com.evil.example')).sign(bytes)) as BundledSignature;
    expect((await judge({ ...signature, ...other })).judgement).toMatchObject({ outcome: 'refused' });
    const { bundle: _bundle, ...bare } = made;
    expect((await judge({ ...signature, ...bare })).judgement).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('no Sigstore bundle'),
    });

    const signed = await judge({ ...signature, ...made });
    expect(signed.judgement).toEqual({ outcome: 'recorded', owner: '@frank' });
    const file = JSON.parse(signed.files.get('metadata/team.json') as string);
    expect(file.signatures).toContainEqual({ keyid, ...made });
    await commit(signed.files);
    expect((await judge({ ...signature, ...made })).judgement).toEqual({ outcome: 'known', owner: '@frank' });
  });
});
