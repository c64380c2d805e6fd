/** The counterparts of GitHub's own actions: checkout, artifacts, Pages, and OIDC tokens. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeHost, oneJob } from '../../support/fake-host.ts';
import { git } from '../../support/git.ts';

const REPOSITORY = 'octo/hello';
const HASH = 'a'.repeat(40);

async function run(workflow: string, prepare: (host: FakeHost) => unknown = () => undefined) {
  const host = await FakeHost.start();
  await host.repository(REPOSITORY, {
    '.github/workflows/test.yml': workflow,
    'a/b.txt': 'content\n',
    'a/ask.mjs': ASK,
  });
  await prepare(host);
  await host.push(REPOSITORY, 'main');
  const [made] = await host.finished(REPOSITORY);
  const messages = (made?.jobs ?? []).flatMap((job) =>
    job.annotations.map((annotation) => annotation.message),
  );
  return { host, run: made, log: host.log(made), messages };
}

const steps = (text: string, permissions = 'contents: read') =>
  oneJob('push', text, `permissions: { ${permissions} }`);

test('checkout brings the commit of the event, on its branch, with no history', async () => {
  const {
    log,
    run: made,
    host,
  } = await run(
    steps(
      `- uses: actions/checkout@${HASH}\n  id: c\n- run: cat a/b.txt; git status -sb; git log --oneline | wc -l; git rev-parse HEAD; echo "\${{ steps.c.outputs.commit }}"`,
    ),
    (host) => host.commit(REPOSITORY, 'main', { second: '2' }),
  );
  expect(made?.conclusion).toBe('success');
  expect(log).toMatch(/^content$/m);
  expect(log).toMatch(/^## main\.\.\.origin\/main$/m);
  expect(log).toMatch(/^ *1$/m);
  const sha = await git(host.gitDir(REPOSITORY), 'rev-parse', 'main');
  expect(log.match(new RegExp(`^${sha}$`, 'gm'))?.length).toBeGreaterThanOrEqual(2);
});

test('fetch-depth: 0 brings everything, and ref, path and repository choose', async () => {
  const { log, run: made } = await run(
    steps(`
- uses: actions/checkout@v6
  with: { fetch-depth: 0, path: all }
- run: git -C all log --oneline | wc -l; git -C all branch -r; git -C all tag
- uses: actions/checkout@v6
  with: { ref: v1, path: tag }
- run: git -C tag describe --tags
- uses: actions/checkout@v6
  with: { ref: topic, path: topic }
- run: git -C topic branch --show-current; cat topic/topic
- uses: actions/checkout@v6
  with: { repository: octo/other, path: other }
- run: cat other/x; test -d all
`),
    async (host) => {
      await host.commit(REPOSITORY, 'main', { second: '2' });
      await host.commit(REPOSITORY, 'topic', { topic: 'on topic\n' });
      await git(host.gitDir(REPOSITORY), 'tag', 'v1', 'main~1');
      await host.repository('octo/other', { x: 'of other\n' });
    },
  );
  expect(made?.conclusion, log).toBe('success');
  for (const line of [/^ *2$/m, /^ {2}origin\/topic$/m, /^v1$/m, /^topic$/m, /^on topic$/m, /^of other$/m]) {
    expect(log).toMatch(line);
  }
});

test('with contents: write a job can push with what checkout left, and without persist-credentials it cannot', async () => {
  const push = (more: string) => `
- uses: actions/checkout@v6
  ${more}
- run: |
    git config user.name bot; git config user.email bot@example.org
    echo new > new; git add new; git commit -qm new; git push -q origin HEAD:refs/heads/made
`;
  const written = await run(steps(push(''), 'contents: write'));
  expect(written.run?.conclusion).toBe('success');
  expect(await git(written.host.gitDir(REPOSITORY), 'show', 'made:new')).toBe('new');
  const without = await run(steps(push('with: { persist-credentials: false }'), 'contents: write'));
  expect(without.run?.conclusion).toBe('failure');
  const reading = await run(steps(push('')));
  expect(reading.run?.conclusion).toBe('failure');
});

test('a private repository cannot be checked out without contents: read', async () => {
  const make = (permissions: string) =>
    run(steps('- uses: actions/checkout@v6', permissions), (host) => {
      host.makePrivate(REPOSITORY);
    });
  expect((await make('contents: read')).run?.conclusion).toBe('success');
  const refused = await make('statuses: read');
  expect(refused.run?.conclusion).toBe('failure');
  expect(refused.messages[0]).toContain("The process 'git' failed");
});

test('a missing ref, a path outside and submodules are failures', async () => {
  for (const [given, message] of [
    ['ref: nowhere', "A branch or tag with the name 'nowhere' could not be found"],
    ['path: ../../out', 'is not under'],
    ['submodules: true', 'not supported by the local GitHub'],
    ['repository: "--upload-pack=x/y"', 'Invalid repository'],
    ['ref: "--help"', 'is not a ref'],
  ]) {
    expect((await run(steps(`- uses: actions/checkout@v6\n  with: { ${given} }`))).messages[0]).toContain(
      message,
    );
  }
});

const TWO_JOBS = (upload: string, download: string) => `
on: push
jobs:
  make: { runs-on: x, steps: [ { run: 'mkdir -p out/deep; echo one > out/one.txt; echo two > out/deep/two.txt; echo no > out/.hidden' }, ${upload} ] }
  use: { needs: make, runs-on: x, steps: [ ${download}, { run: 'find . -type f | sort' } ] }
`;

test('an artifact goes from one job to another, without dotfiles', async () => {
  const { host, run: made } = await run(
    TWO_JOBS(
      '{ uses: actions/upload-artifact@v7, with: { name: mine, path: out } }',
      '{ uses: actions/download-artifact@v8, with: { name: mine, path: got } }',
    ),
  );
  expect(made?.conclusion).toBe('success');
  expect(host.log(made, 1)).toContain('./got/deep/two.txt\n');
  expect(host.log(made, 1)).toContain('./got/one.txt\n');
  expect(host.log(made, 1)).not.toContain('.hidden');
});

test('without a name all artifacts are downloaded, each in its folder', async () => {
  const { host, run: made } = await run(
    TWO_JOBS(
      "{ uses: actions/upload-artifact@v7, with: { name: a, path: 'out/*.txt' } }, { uses: actions/upload-artifact@v7, with: { name: b, path: out/deep/two.txt } }",
      '{ uses: actions/download-artifact@v8 }',
    ),
  );
  const log = host.log(made, 1);
  expect(log.match(/^\.\/.*$/gm)).toEqual(['./a/one.txt', './b/two.txt']);
});

test('a second artifact of one name in a run is a failure, also in another attempt', async () => {
  const upload = '- run: echo x > x\n- uses: actions/upload-artifact@v7\n  with: { name: mine, path: x }';
  const { host, run: made, messages } = await run(steps(`${upload}\n${upload}`));
  expect(messages[0]).toContain('an artifact with this name already exists on the workflow run');
  host.engine.rerun(made?.id ?? 0);
  const [again] = await host.finished(REPOSITORY);
  expect(again?.jobs[0]?.steps.map((step) => step.conclusion).slice(0, 3)).toEqual([
    'success',
    'success',
    'failure',
  ]);
});

test('a missing artifact and missing files are failures where GitHub makes them such', async () => {
  expect(
    (await run(steps('- uses: actions/download-artifact@v8\n  with: { name: none }'))).messages[0],
  ).toContain('Artifact not found for name: none');
  const warned = await run(steps('- uses: actions/upload-artifact@v7\n  with: { path: none }'));
  expect(warned.run?.conclusion).toBe('success');
  expect(warned.messages[0]).toContain('No files were found with the provided path: none');
  expect(
    (await run(steps('- uses: actions/upload-artifact@v7\n  with: { path: none, if-no-files-found: error }')))
      .run?.conclusion,
  ).toBe('failure');
});

const PAGES = (
  more: string,
  permissions = 'pages: write, id-token: write',
  environment = 'environment: github-pages',
) => `
on: push
permissions: { contents: read }
jobs:
  build: { runs-on: x, steps: [ { run: 'mkdir -p site/.git site/sub; echo page > site/sub/index.html; echo x > site/.dot; echo y > site/.git/y; ${more}' }, { uses: actions/upload-pages-artifact@v4, with: { path: site } } ] }
  deploy:
    needs: build
    permissions: { ${permissions} }
    ${environment}
    runs-on: x
    steps: [ { uses: actions/configure-pages@v5 }, { id: d, uses: actions/deploy-pages@v4 }, { run: 'echo "at \${{ steps.d.outputs.page_url }}"' } ]
`;

test('a site of plain files is published, without dotfiles', async () => {
  const { host, run: made } = await run(PAGES(''));
  expect(made?.conclusion).toBe('success');
  expect(host.log(made, 1)).toContain(`at ${host.serverUrl}/pages/octo/hello/\n`);
  const folder = host.published[0]?.folder ?? '';
  expect(readdirSync(folder)).toEqual(['sub']);
  expect(readFileSync(join(folder, 'sub/index.html'), 'utf8')).toBe('page\n');
});

test.each([
  ['ln -s /etc/passwd site/passwd', 'site/passwd'],
  ['ln site/sub/index.html site/other.html', 'hard link'],
])('a link in a site (%s) is a failure', async (command) => {
  const { host, messages } = await run(PAGES(command));
  expect(messages[0]).toContain('must not contain any symbolic or hard links');
  expect(host.published).toEqual([]);
});

test.each([
  ['pages: write', undefined, 'id-token: write'],
  ['id-token: write, pages: read', undefined, 'pages: write'],
  ['pages: write, id-token: write', '', 'Missing environment'],
])(
  'without its rights (%s) or environment nothing is deployed',
  async (permissions, environment, message) => {
    const { host, messages } = await run(PAGES('', permissions, environment));
    expect(messages[0]).toContain(message);
    expect(host.published).toEqual([]);
  },
);

/** Asks for a token without and with the secret of the job. */
const ASK = `
const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = process.env;
console.log('plain: ' + (await fetch(url)).status);
const answer = await fetch(url + '&audience=sigstore', { headers: { authorization: 'Bearer ' + token } });
console.log('value: ' + (await answer.json()).value);
console.log('token: ' + token);
`;
const OIDC = `- run: node ask.mjs\n  working-directory: a`;

test('a job with id-token: write gets OIDC tokens for itself, and one without has no such variables', async () => {
  const { host, log } = await run(steps(`- uses: actions/checkout@v6\n${OIDC}`, 'id-token: write'));
  expect(log).toContain('plain: 401\n');
  expect(log).toContain('value: header.claims.signature\n');
  expect(log).toContain('token: ***\n');
  const { id, ownerId } = host.repositoryInfo(REPOSITORY);
  expect(host.oidcRequests).toMatchObject([
    {
      audience: 'sigstore',
      claims: {
        sub: `repo:octo@${ownerId}/hello@${id}:ref:refs/heads/main`,
        repository: REPOSITORY,
        event_name: 'push',
        job_workflow_ref: 'octo/hello/.github/workflows/test.yml@refs/heads/main',
      },
    },
  ]);
  const without = await run(steps('- run: env | grep -c ID_TOKEN || echo none'));
  expect(without.log).toMatch(/^none$/m);
});

test('setup-node says which Node there is', async () => {
  const { log } = await run(
    steps('- uses: actions/setup-node@v6\n  with: { node-version: 24 }\n- run: node --version'),
  );
  expect(log).toMatch(/^v24\./m);
});
