/**
 * Action `verify-repository`: tries a site with an independent client, from its first root and, where something is
 * published already, from that state.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { verifyMixes } from '../client/mixes.ts';
import { type VerifyResult, whatItTakes } from '../client/result.ts';
import { verifyRepository } from '../client/verify.ts';
import { escapeMarkdown } from '../event/report.ts';
import { pagesUrl } from '../github/pages.ts';
import { RepositoryError } from '../repository/errors.ts';
import { runAction, summary } from './frame.ts';

await runAction(async ({ github }) => {
  const site = core.getInput('site', { required: true });
  const given = core.getInput('previous');
  const previous = given === 'published' ? await pagesUrl(github) : given;
  const stateDir = await mkdtemp(join(tmpdir(), 'client-state-'));
  try {
    const fresh = await verifyRepository({ source: site, sigstoreTrustedRoot });
    refuseUnlessOk(fresh, site);
    const lines = [`A client that starts from the first root accepts ${site}.`];
    const takes = whatItTakes(fresh);
    if (takes) {
      core.warning(takes);
      lines.push(takes);
    }
    if (previous) {
      const before = await verifyRepository({ source: previous, stateDir, sigstoreTrustedRoot });
      // A client whose last update failed (nothing published yet, or expired) has no later state to go on from.
      if (before.ok) {
        refuseUnlessOk(await verifyRepository({ source: site, stateDir, sigstoreTrustedRoot }), site);
        lines.push('A client that has the published state accepts it as well.');
        if (before.versions.root !== fresh.versions.root) lines.push(...(await tryMixes(previous, site)));
      } else core.notice(`No published state to go on from: ${before.failure?.message ?? 'unknown'}`);
    }
    await summary(`${lines.map(escapeMarkdown).join('\n\n')}\n`);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
});

/**
 * Tries what caches may show for some minutes. A refusal is a warning: where an old online key is lost or was stolen
 * nothing can be signed with it, and the new root must come out all the same.
 */
async function tryMixes(previous: string, site: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { sees, failure } of await verifyMixes(previous, site, { sigstoreTrustedRoot })) {
    if (!failure) lines.push(`A client accepts ${sees}.`);
    else {
      const line = `Until caches have caught up, a client that sees ${sees} refuses it: ${failure.message}`;
      core.warning(line);
      lines.push(line);
    }
  }
  return lines;
}

/** Loaded where a repository has Sigstore identities. */
async function sigstoreTrustedRoot(): Promise<unknown> {
  return (await import('../signers/sigstore/trust.ts')).sigstoreTrustedRoot(process.env);
}

function refuseUnlessOk(result: VerifyResult, site: string): void {
  if (result.ok) return;
  const reasons = result.failures.map(({ stage, message }) => `${stage}: ${message}`).join(' ');
  throw new RepositoryError('invalid', `An independent client refuses ${site}. ${reasons}`);
}
