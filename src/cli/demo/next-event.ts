/** The addresses to open and the commands with which a reader goes on by themselves: a third event, in their own clone. */
import { join } from 'node:path';
import { PASSPHRASE, PROGRAM, REPOSITORY, type World } from './world.ts';

/** The commands, one a line, ready for a POSIX shell. */
async function nextEventCommands({ data, playground, pagesUrl }: World): Promise<readonly string[]> {
  const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
  const as = async (person: 'alice' | 'bob' | 'you') => `GITHUB_TOKEN=${await data.readToken(person)}`;
  const program = `node ${quoted(PROGRAM)}`;
  return [
    `playground() { ${program} "$@"; }`,
    `export GITHUB_SERVER_URL=${playground.url} GITHUB_API_URL=${playground.apiUrl} PLAYGROUND_PASSPHRASE=${PASSPHRASE}`,
    `export ${await as('you')}`,
    `cd ${quoted(data.clone('you'))}`,
    `echo "My first artifact" > ${quoted(join(data.directory, 'mine.txt'))}`,
    `playground update-targets third --add mine.txt=${quoted(join(data.directory, 'mine.txt'))} --yes`,
    `(cd ${quoted(data.clone('bob'))} && export ${await as('bob')} && playground sign third --comment --yes)`,
    `(cd ${quoted(data.clone('alice'))} && playground sign third --yes)`,
    'until playground status third > /dev/null; do sleep 2; done; playground status third',
    'git fetch --quiet && git switch --quiet -C main origin/main && git merge --quiet --no-ff -m "Merge sign/third" origin/sign/third && git push --quiet origin main',
    `until playground verify ${pagesUrl} --artifact mine.txt; do sleep 2; done`,
  ];
}

/** All of it as a text to print. */
export async function nextStepsText(world: World): Promise<string> {
  const { playground, pagesUrl } = world;
  const home = `${playground.url}/${REPOSITORY}`;
  return [
    'Open in a browser:',
    `  ${home}            the repository`,
    `  ${home}/pulls      its pull requests: the conversation, the status, the merge button`,
    `  ${home}/actions    workflow runs with their logs`,
    `  ${pagesUrl}metadata/timestamp.json   the published site`,
    `  ${pagesUrl}sign/   its signing page; the report on a pull request links to it`,
    '',
    'A third event, as yourself: add an artifact, let Bob sign it by a comment and Alice by a commit, merge it (here by',
    'git; the button on the page of the pull request does the same), and download it once the workflow has published it.',
    'In another terminal:',
    '',
    ...(await nextEventCommands(world)).map((line) => `  ${line}`),
  ].join('\n');
}
