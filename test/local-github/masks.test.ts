/** The logs of the actions hide what signers are given, also what GitHub does not know to be secret. */
import { beforeAll, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/signers/generate.ts';
import { LocalGitHub } from '../support/local-github.ts';

const PASSPHRASE = 'correct horse battery staple';
const TOKEN = 'hvs.CAESIJ-not-a-secret-of-the-repository';
const PIN = '738291';
const { pem } = generateKey({ type: 'ecdsa-p256', passphrase: PASSPHRASE });
const keyLines = pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));

let log = '';
let github: LocalGitHub;
beforeAll(async () => {
  github = await LocalGitHub.fresh({ secret: false });
  await github.idle();
  const alice = await github.person('alice');
  const environment = { ONLINE_KEY: undefined, SIGNING: pem, SIGNING_PASSPHRASE: PASSPHRASE };
  const init = ['init', '--signers', '@alice', '--online-key', 'env:SIGNING', '--yes'];
  expect(await alice.playgroundWith(environment, ...init)).toMatchObject({ code: 0 });
  await github.sign('init', 'alice');
  await github.merge(await github.openPull('init'));
  await github.idle();

  // Earlier steps put secrets into the environment that GitHub has not given them, and a later one prints everything.
  const workflow = await github.read('main', '.github/workflows/publish.yml');
  const variables: Readonly<Record<string, string>> = {
    SIGNING: pem.replaceAll('\n', '\\n'),
    SIGNING_PASSPHRASE: PASSPHRASE,
    VAULT_TOKEN: TOKEN,
    PLAYGROUND_PIN: PIN,
  };
  const give = Object.entries(variables).map(
    ([name, value]) => `          echo '${name}=${value}' >> "$GITHUB_ENV"\n`,
  );
  const changed = workflow
    .replace('      - id: sign\n', `      - run: |\n${give.join('')}      - id: sign\n`)
    .replace(
      '\n  build:\n',
      `      - run: echo "after the action" && printenv && printf '%b\\n' "$SIGNING"\n\n  build:\n`,
    );
  await alice.push('main', { '.github/workflows/publish.yml': changed });
  await github.idle();
  const run = github.lastRun('Publish');
  log = github.log(run);
  expect(run.conclusion, log).toBe('success');
});

describe('what a job prints after online signing', () => {
  const printed = () => log.slice(log.indexOf('after the action'));

  it('is shown', () => {
    expect(printed()).toContain('GITHUB_REPOSITORY=alice/repository');
    expect(printed()).toContain('SIGNING_PASSPHRASE=***');
  });

  it.each([
    ['the passphrase of the online key', PASSPHRASE],
    ['a token of a service', TOKEN],
    ['a PIN', PIN],
    ...keyLines.map((line, index) => [`line ${index + 1} of the online key`, line]),
  ])('does not hold %s', (_what, secret) => {
    expect(printed()).not.toContain(secret);
  });
});
