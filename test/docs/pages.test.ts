/** What the pages for readers name is there: commands and their flags, other pages, pictures. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const textOf = (page: string) => readFileSync(page, 'utf8');

/** Each `playground …` of a page, as words; comments of shell lines and what follows a pipe are no part of it. */
function commandsIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/\bplayground ((?:[a-z][a-z-]+)(?: [^`|\n#]*)?)/g)]
    .map(([, words = '']) => words.trim().split(/\s+/))
    .filter(([name = '']) => /^[a-z-]+$/.test(name));
}

const help = new Map<string, Promise<string>>();
function helpOf(...command: readonly string[]): Promise<string> {
  const known = help.get(command.join(' '));
  const asked =
    known ?? run(process.execPath, ['bin/playground.mjs', ...command, '--help']).then(({ stdout }) => stdout);
  help.set(command.join(' '), asked);
  return asked;
}

describe.each(PAGES)('%s', (page) => {
  it('names commands and flags that there are', async () => {
    const names = [...(await helpOf()).matchAll(/^ {2}([a-z][a-z-]+)\b/gm)].map(([, name]) => name);
    for (const [name = '', ...rest] of commandsIn(textOf(page))) {
      // Prose, such as "the playground is".
      if (!names.includes(name) && rest.every((word) => !word.startsWith('-'))) continue;
      expect(names).toContain(name);
      const sub = name === 'key' && rest[0] ? [rest[0]] : [];
      const text = await helpOf(name, ...sub);
      for (const flag of rest.filter((word) => /^--[a-z]/.test(word)))
        expect(`${text} --help`, `${page}: playground ${name} ${rest.join(' ')}`).toContain(
          flag.replace(/[^\w-].*$/, ''),
        );
    }
  });

  it('leads only to what is there', () => {
    const links = [...textOf(page).matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)|\bsrc="([^"]+)"/g)].map(
      ([, link, src]) => link ?? src ?? '',
    );
    for (const link of links.filter((one) => !/^[a-z]+:/.test(one)))
      expect(existsSync(join(dirname(page), link)), `${page}: ${link}`).toBe(true);
  });
});

it('pictures are small, and each is shown somewhere', () => {
  const all = PAGES.map(textOf).join('\n');
  for (const name of readdirSync('docs/images')) {
    expect(statSync(join('docs/images', name)).size, name).toBeLessThan(150_000);
    expect(all).toContain(`images/${name}`);
  }
});
