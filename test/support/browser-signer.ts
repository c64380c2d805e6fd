/** What a signer does on the signing page, as people do it: by the words on it. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { LocalGitHub } from './local-github.ts';

export const PASSPHRASE = 'correct horse battery staple';

/** Makes a key on the page, which has offered that. */
export async function makeKey(page: Page, kind = 'Ed25519 (recommended)'): Promise<void> {
  await page.getByLabel(kind).check();
  await page.getByLabel('New passphrase').fill(PASSPHRASE);
  await page.getByLabel('The passphrase again').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('group', { name: 'The key' }).waitFor();
}

/** An event that gives a new role to Erin, who is a stranger; its pull request. */
export async function invited(github: LocalGitHub): Promise<number> {
  const role = ['team-a', '--signers', '@erin', '--threshold', '1', '--yes'];
  await (await github.person('alice')).does('delegate', 'team', ...role);
  const pull = await github.openPull('team');
  await github.idle();
  return pull;
}

/** Says who one is. */
export async function be(page: Page, login: string): Promise<void> {
  await page.getByLabel('Your GitHub login').fill(login);
  await page.keyboard.press('Enter');
}

/** Opens the key in this browser; the comment is there afterwards. */
export async function useBrowserKey(page: Page, deed: string): Promise<void> {
  await page.getByLabel('Passphrase of the key').first().fill(PASSPHRASE);
  await page.getByRole('button', { name: deed }).click();
  await page.getByLabel('The comment').waitFor();
}

/** Posts the finished comment with a token, which is gone from its field at once. */
export async function postWith(page: Page, token: string): Promise<void> {
  await page.getByText('Post it from here, with a token').click();
  await page.getByLabel('GitHub token').fill(token);
  await page.getByRole('button', { name: 'Post the comment' }).click();
  await page.getByText('Posted:').waitFor();
  expect(await page.getByLabel('GitHub token').inputValue()).toBe('');
}
