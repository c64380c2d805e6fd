/**
 * Makes the pictures of the signer's guide from the real pages: `npm run docs:pictures`. On a local GitHub three people
 * begin a repository, Alice proposes an artifact, and Bob signs it in a browser. Needs Chromium (PLAYGROUND_CHROMIUM names
 * another one than /usr/bin/chromium) with a font for emoji, and takes the workflows and pages of HEAD.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { openDataFolder } from '../src/cli/demo/data-folder.ts';
import { addArtifact, mergeAndPublish, openPull, workflowsEnd } from '../src/cli/demo/scenes.ts';
import { makePeople, makeRepository } from '../src/cli/demo/setting.ts';
import { PASSPHRASE, REPOSITORY, World } from '../src/cli/demo/world.ts';
import { startPlayground } from '../src/playground/playground.ts';
import { launchBrowser, whyNoBrowser } from '../test/support/browser.ts';

const IMAGES = new URL('images/', import.meta.url);

/** Bytes of one picture, at most: they are in every clone. */
const LARGEST = 150_000;

const missing = whyNoBrowser();
if (missing !== undefined) throw new Error(missing);
const directory = await mkdtemp(join(tmpdir(), 'pictures-'));
try {
  const data = await openDataFolder(directory, true);
  const playground = await startPlayground({ dataDir: data.github });
  try {
    await takePictures(new World(data, playground));
  } finally {
    await playground.close();
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function takePictures(world: World): Promise<void> {
  await makeRepository(world);
  await makePeople(world);
  await world.run('alice', 'init', '--signers', '@alice,@bob,@you', '--threshold', '2', '--yes');
  await addArtifact(world, 'init', 'app-1.0.tgz', 'The first release.\n');
  for (const person of ['bob', 'you', 'alice'] as const) await world.run(person, 'sign', 'init', '--yes');
  await mergeAndPublish(world, console.log, 'app-1.0.tgz');
  await addArtifact(world, 'release-2', 'app-2.0.tgz', 'The second release.\n');
  await workflowsEnd(world);
  const { number } = await openPull(world);
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({
      viewport: { width: 720, height: 960 },
      deviceScaleFactor: 1.2,
      colorScheme: 'light',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();

    await page.goto(`${world.playground.url}/${REPOSITORY}/pull/${number}`);
    const comments = page.locator('article[id^=issuecomment]');
    await save('report', page, [comments.first(), comments.last()]);

    await page.goto(`${world.pagesUrl}sign/#${REPOSITORY}/${number}`);
    await page.getByLabel('Your GitHub login').fill('bob');
    await page.getByRole('button', { name: 'Continue' }).click();
    const heading = page.getByRole('heading', { name: 'Signing event' });
    await save('page', page, [heading, page.getByRole('region', { name: 'What it changes' })]);

    await page.getByLabel('A key file').check();
    await page.getByLabel('Private key (PEM)').setInputFiles(join(world.data.keys, 'bob.pem'));
    await page.getByLabel('Passphrase of the file').fill(PASSPHRASE);
    await save('key', page, [page.getByRole('heading', { name: 'Sign targets' }), page.locator('.panel')]);
    await page.getByRole('button', { name: 'Sign targets' }).click();
    const done = page.getByRole('heading', { name: 'Post this comment on the pull request' });
    await save('comment', page, [done, page.getByRole('button', { name: 'Copy only' })]);
  } finally {
    await browser.close();
  }
}

/** Saves what lies between the first and the last of some elements, with a margin. */
async function save(name: string, page: Page, parts: readonly Locator[]): Promise<void> {
  const boxes = await Promise.all(
    parts.map(async (part) => {
      await part.waitFor();
      return part.evaluate((element) => {
        const { top, bottom, left, right } = element.getBoundingClientRect();
        return { top: top + scrollY, bottom: bottom + scrollY, left, right };
      });
    }),
  );
  const [x, y] = [0, Math.max(0, Math.min(...boxes.map(({ top }) => top)) - 16)];
  const width = page.viewportSize()?.width ?? 0;
  const height = Math.max(...boxes.map(({ bottom }) => bottom)) + 16 - y;
  const picture = await page.screenshot({ fullPage: true, clip: { x, y, width, height } });
  if (picture.length > LARGEST)
    throw new Error(`${name}.png has ${picture.length} bytes, more than ${LARGEST}`);
  await mkdir(IMAGES, { recursive: true });
  await writeFile(new URL(`${name}.png`, IMAGES), picture);
  console.log(`docs/images/${name}.png: ${picture.length} bytes`);
}
