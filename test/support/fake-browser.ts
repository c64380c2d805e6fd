/** Stands in for the person's browser: a program that is started with a URL and does what a person would do there. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './git.ts';

const DEEDS = {
  /** Follows the login to its end. */
  agree: 'await fetch(url)',
  /** Says no: the issuer sends the browser back with an error. */
  refuse: `
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.search = new URLSearchParams({ error: 'access_denied', state: url.searchParams.get('state') });
    await fetch(back)`,
  /** Someone else on this machine tries to get in between, then the person agrees. */
  disturb: `
    const back = new URL(url.searchParams.get('redirect_uri'));
    for (const state of ['', 'guessed']) {
      back.search = new URLSearchParams({ code: 'stolen', state });
      await fetch(back);
    }
    await fetch(new URL('/', back));
    await fetch(url)`,
  /** Closes the window. */
  close: '',
} as const;

/** The path of the program, for the environment variable BROWSER. */
export function fakeBrowser(deed: keyof typeof DEEDS): string {
  const path = join(temporaryFolder(), 'browser.mjs');
  writeFileSync(path, `#!${process.execPath}\nconst url = new URL(process.argv[2]);\n${DEEDS[deed]};\n`);
  chmodSync(path, 0o755);
  return path;
}
