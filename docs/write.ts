/** Writes the reference pages that come from the source: `npm run docs`. */
import { writeFile } from 'node:fs/promises';
import { findingsPage } from '../src/repository/findings.ts';

await writeFile(new URL('findings.md', import.meta.url), findingsPage());
