/** The commands with which a reader goes on by themselves: a second event, in their own clone. */
import { join } from 'node:path';
import type { DataFolder } from './data-folder.ts';
import { PASSPHRASE, PROGRAM } from './first-event.ts';

/** The commands, one a line, ready for a POSIX shell. */
function nextEventCommands(data: DataFolder, siteUrl: string): readonly string[] {
  const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
  return [
    `playground() { node ${quoted(PROGRAM)} "$@"; }`,
    `export PLAYGROUND_PASSPHRASE=${PASSPHRASE} ONLINE_KEY="$(cat ${quoted(join(data.keys, 'online.pem'))})"`,
    `cd ${quoted(data.clone('you'))}`,
    'echo "My first artifact" > ../mine.txt',
    'playground update-targets second --add mine.txt=../mine.txt --yes',
    `(cd ${quoted(data.clone('bob'))} && playground sign second --yes)`,
    `(cd ${quoted(data.clone('alice'))} && playground sign second --yes)`,
    'playground status second',
    'git fetch && git switch -C main origin/main && git merge --no-ff -m "Merge sign/second" origin/sign/second && git push origin main',
    'playground online-sign',
    `playground build ${quoted(data.site)}`,
    `playground verify ${siteUrl} --artifact mine.txt`,
  ];
}

/** The same as a text to print. */
export function nextEventText(data: DataFolder, siteUrl: string): string {
  const commands = nextEventCommands(data, siteUrl).map((line) => `  ${line}`);
  return [
    'A second event, as yourself: add an artifact, let Bob and Alice sign it, publish it. In another terminal:',
    '',
    ...commands,
  ].join('\n');
}
