/** The pages that are published beside the metadata: what is filled in, and what never is. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { type PageSettings, signPage, sitePages } from '../../src/web/pages.ts';
import { temporaryFolder } from '../support/git.ts';
import { publishedTeam } from '../support/people.ts';

const SETTINGS: PageSettings = {
  apiUrl: 'https://github.example/api/v3/',
  serverUrl: 'https://github.example/',
  repository: 'owner/name',
};

/** The text of a page made of this template. */
async function filled(template: string, settings: Partial<PageSettings> = {}): Promise<string> {
  const folder = join(temporaryFolder(), 'page');
  await mkdir(folder);
  for (const name of ['index.html', 'app.js', 'style.css'])
    await writeFile(join(folder, name), name === 'index.html' ? template : '{{REPOSITORY}}');
  const page = await signPage({ ...SETTINGS, ...settings }, pathToFileURL(`${folder}/`));
  return Buffer.from(page.get('index.html')?.bytes ?? []).toString();
}

it('are filled in with where they belong, and the policy with the one origin of the API', async () => {
  expect(await filled('{{API_URL}} {{API_ORIGIN}} {{SERVER_URL}} {{REPOSITORY}}')).toBe(
    'https://github.example/api/v3 https://github.example https://github.example owner/name',
  );
  const page = await signPage(SETTINGS);
  const html = Buffer.from(page.get('index.html')?.bytes ?? []).toString();
  expect(html).not.toContain('{{');
  expect(html).toContain("connect-src 'self' https://github.example;");
  expect(html).toContain('<meta name="api-url" content="https://github.example/api/v3">');
  expect([...(await sitePages(SETTINGS)).keys()].sort()).toEqual([
    'sign/app.js',
    'sign/index.html',
    'sign/style.css',
  ]);
});

it.each([
  { repository: 'owner' },
  { repository: 'owner/name/more' },
  { repository: 'owner/"><script>alert(1)</script>' },
  { apiUrl: 'javascript:alert(1)' },
  { apiUrl: 'https://user:secret@api.example' },
  { apiUrl: 'https://api.example/?x' },
  { serverUrl: 'file:///etc' },
  { serverUrl: '' },
])('are made for no such settings: %j', async (settings) => {
  await expect(filled('', settings)).rejects.toMatchObject({ code: 'bad-settings' });
});

it('let nothing out of an attribute or a directive', async () => {
  const path = `/api';script-src *;"><img src=x onerror=alert(1)>&`;
  const text = await filled('{{API_URL}}|{{API_ORIGIN}}', { apiUrl: `https://api.example${path}` });
  expect(text.split('|')[0]).not.toMatch(/["'<>]/);
  expect(text.split('|')[1]).toBe('https://api.example');
});

it('are small enough for a phone: the script is under 250 kB', async () => {
  expect((await signPage(SETTINGS)).get('app.js')?.bytes.length).toBeLessThan(250_000);
});

it('are left out, and that is said, where the remote is no hosted repository', async () => {
  const team = await publishedTeam({ signers: ['alice'], threshold: 1 });
  const built = await (await team.person('alice')).does('build', join(team.folder, 'again'), '--json');
  expect(built.stderr).toContain(
    'Without a signing page: the remote origin is no repository of a GitHub server.',
  );
  expect(built.json).toMatchObject({ ok: true, signingPage: false });
  expect(existsSync(join(team.folder, 'again', 'sign'))).toBe(false);
});
