import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findingsPage } from '../../src/repository/findings.ts';

test('docs/findings.md says what the validator says (npm run docs writes it)', async () => {
  expect(await readFile('docs/findings.md', 'utf8')).toBe(findingsPage());
});
