/**
 * Action `verify-repository`: tries a site with an independent client, from its first root and, where something is
 * published already, from that state.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { VerifyResult } from '../client/result.ts';
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
    refuseUnlessOk(await verifyRepository({ source: site }), site);
    const lines = [`A client that starts from the first root accepts ${site}.`];
    if (previous) {
      const before = await verifyRepository({ source: previous, stateDir });
      // A client whose last update failed (nothing published yet, or expired) has no later state to go on from.
      if (before.ok) {
        refuseUnlessOk(await verifyRepository({ source: site, stateDir }), site);
        lines.push('A client that has the published state accepts it as well.');
      } else core.notice(`No published state to go on from: ${before.failure?.message ?? 'unknown'}`);
    }
    await summary(`${lines.map(escapeMarkdown).join('\n\n')}\n`);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
});

function refuseUnlessOk(result: VerifyResult, site: string): void {
  if (result.ok) return;
  const reasons = result.failures.map(({ stage, message }) => `${stage}: ${message}`).join(' ');
  throw new RepositoryError('invalid', `An independent client refuses ${site}. ${reasons}`);
}
