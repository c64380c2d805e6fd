/** The rooms of `src/` and who may import whom, as docs and folder names promise it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/** The rooms that each room may import, itself aside. */
const ROOMS: { readonly [room: string]: readonly string[] } = {
  tuf: [],
  git: [],
  client: [],
  github: [],
  playground: [],
  signers: ['tuf'],
  repository: ['tuf', 'signers', 'git'],
  event: ['tuf', 'signers', 'git', 'repository'],
  web: ['tuf', 'git', 'repository', 'event'],
  actions: ['tuf', 'signers', 'git', 'repository', 'event', 'client', 'github', 'web'],
  cli: ['tuf', 'signers', 'git', 'repository', 'event', 'client', 'github', 'playground', 'web'],
};

const SOURCE = join(import.meta.dirname, '..', 'src');

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function localImports(file: string): readonly string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) =>
      relative(SOURCE, normalize(join(SOURCE, dirname(file), specifier))).replaceAll('\\', '/'),
    );
}

const roomOf = (file: string) => file.split('/')[0] ?? '';

test('every file stands in a room', () => {
  expect(files.filter((file) => !Object.hasOwn(ROOMS, roomOf(file)))).toEqual([]);
});

test('a room imports only from the rooms below it', () => {
  const wrong = files.flatMap((file) =>
    localImports(file)
      .filter((target) => roomOf(target) !== roomOf(file) && !ROOMS[roomOf(file)]?.includes(roomOf(target)))
      .map((target) => `${file} → ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no files import each other in a circle', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || done.has(file)) return;
    for (const target of localImports(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test('the data model needs no platform: nothing of Node is imported by src/tuf', () => {
  const wrong = files.filter((file) => {
    const text = readFileSync(join(SOURCE, file), 'utf8').replace(/^import type .*$/gm, '');
    return roomOf(file) === 'tuf' && /['"]node:(?!crypto['"]\))/.test(text);
  });
  expect(wrong).toEqual([]);
});

test('one module knows the names of the custom fields', () => {
  const knowing = files.filter((file) =>
    /x-tuf-on-ci-|x-playground-/.test(readFileSync(join(SOURCE, file), 'utf8')),
  );
  expect(knowing).toEqual(['tuf/custom-fields.ts']);
});

test('pages run in a browser: what the signing page imports, however deep, needs nothing of Node', () => {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(join(SOURCE, file), 'utf8').replace(/^import type .*$/gm, '');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g))
      visit(relative(SOURCE, normalize(join(SOURCE, dirname(file), specifier))).replaceAll('\\', '/'));
  };
  visit('web/sign/app.ts');
  expect(reached.size).toBeGreaterThan(50);
  const needy = [...reached].filter((file) =>
    /(?:from|^import)\s*'node:/m.test(
      readFileSync(join(SOURCE, file), 'utf8').replace(/^import type .*$/gm, ''),
    ),
  );
  expect(needy).toEqual([]);
});
