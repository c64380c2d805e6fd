/**
 * The counterpart of actions/checkout: a real clone over HTTP with the job's token, so that what the token may not
 * read cannot be checked out. https://github.com/actions/checkout
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { at, text } from '../payload.ts';
import { runProcess } from '../process.ts';
import { StepFailure } from '../step-failure.ts';
import { type BuiltinAction, type BuiltinStep, input, isOn } from './builtin.ts';

export const checkout: BuiltinAction = {
  inputs: new Map([
    ['repository', ''],
    ['ref', ''],
    ['token', ''],
    ['path', '.'],
    ['clean', 'true'],
    ['fetch-depth', '1'],
    ['fetch-tags', 'false'],
    ['persist-credentials', 'true'],
    ['show-progress', 'true'],
    ['set-safe-directory', 'true'],
    ['submodules', 'false'],
    ['lfs', 'false'],
    ['allow-unsafe-pr-checkout', 'false'],
  ]),
  async run(step) {
    for (const name of ['submodules', 'lfs']) {
      if (input(step, name) !== 'false')
        throw new StepFailure(`'${name}' of actions/checkout is not supported by the local GitHub.`);
    }
    const source = sourceOf(step);
    const folder = targetFolder(step);
    refuseForkCode(step, source);
    const git = gitFor(step, folder);
    await prepareFolder(folder, git, source.url);
    const token = input(step, 'token') || step.job.token;
    const setting = `http.${source.server}/.extraheader`;
    const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    step.job.masker.add(token);
    step.job.masker.add(header.slice(header.lastIndexOf(' ') + 1));
    // Through the environment: an argument would show in the list of processes.
    const credentials = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: setting, GIT_CONFIG_VALUE_0: header };
    const commit = await fetchSource(step, source, git, credentials);
    refuseForkCode(step, { ...source, commit });
    if (isOn(step, 'persist-credentials')) {
      // Git writes a placeholder and we the secret, which would otherwise show in the list of processes.
      const placeholder = 'AUTHORIZATION: basic ***';
      await git(['config', '--local', setting, placeholder]);
      const config = join(folder, '.git', 'config');
      writeFileSync(config, readFileSync(config, 'utf8').replace(placeholder, header));
      step.job.postSteps.push({
        name: 'Post Run actions/checkout',
        condition: 'always()',
        run: async () => {
          if (existsSync(join(folder, '.git')))
            await git(['config', '--local', '--unset-all', setting], {}, true);
        },
      });
    }
    return { ref: source.ref, commit };
  },
};

interface Source {
  readonly server: string;
  readonly url: string;
  readonly repository: string;
  /** Full ref name, branch or tag name, or commit; empty: the default branch. */
  readonly ref: string;
  /** The commit to check out, where it is known before. */
  readonly commit: string | undefined;
}

/** Without inputs, the ref and commit of the event; of another repository, its default branch. */
function sourceOf(step: BuiltinStep): Source {
  const { run } = step.job.plan;
  const repository = input(step, 'repository') || run.repository;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new StepFailure(`Invalid repository '${repository}'. Expected format {owner}/{repo}.`);
  }
  const server = step.job.services.host.serverUrl;
  const common = { server, repository, url: `${server}/${repository}` };
  const ref = input(step, 'ref');
  if (ref === '' && repository.toLowerCase() === run.repository.toLowerCase()) {
    return { ...common, ref: run.event.ref, commit: run.event.sha };
  }
  if (/^[0-9a-f]{40}$/i.test(ref)) return { ...common, ref: '', commit: ref.toLowerCase() };
  if (ref.startsWith('-')) throw new StepFailure(`'${ref}' is not a ref.`);
  return { ...common, ref, commit: undefined };
}

function targetFolder(step: BuiltinStep): string {
  const { workspace } = step.job.workspace;
  const folder = resolve(workspace, input(step, 'path') || '.');
  if (relative(workspace, folder).startsWith('..')) {
    throw new StepFailure(`Repository path '${folder}' is not under '${workspace}'`);
  }
  return folder;
}

/**
 * Since June 2026 actions/checkout refuses to bring code of a fork's pull request into a privileged `workflow_run`.
 * https://github.blog/changelog/2026-06-18-safer-pull_request_target-defaults-for-github-actions-checkout
 */
function refuseForkCode(step: BuiltinStep, source: Source): void {
  const { event, repository } = step.job.plan.run;
  if (event.name !== 'workflow_run' || isOn(step, 'allow-unsafe-pr-checkout')) return;
  const cause = at(event.payload, 'workflow_run');
  if (!text(cause, 'event').startsWith('pull_request')) return;
  const head = text(cause, 'head_repository', 'full_name').toLowerCase();
  if (head === '' || head === repository.toLowerCase()) return;
  if (
    source.repository.toLowerCase() === head ||
    /^refs\/pull\/\d+\/(?:head|merge)$/.test(source.ref) ||
    source.commit === text(cause, 'head_sha')
  ) {
    throw new StepFailure(
      'Refusing to check out fork pull request code in a workflow_run workflow: it would run with the permissions and secrets of this repository.',
    );
  }
}

type Git = (
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
  mayFail?: boolean,
) => Promise<string>;

function gitFor(step: BuiltinStep, folder: string): Git {
  const { job } = step;
  return async (args, env = {}, mayFail = false) => {
    job.log.write(`[command]git ${args.join(' ')}`);
    const lines: string[] = [];
    const status = await runProcess('git', args, {
      cwd: folder,
      env: { ...step.env, GIT_TERMINAL_PROMPT: '0', ...env },
      signal: step.signal,
      grace: job.services.grace,
      onLine: (line) => {
        lines.push(line);
        job.log.write(line);
      },
    });
    if (status !== 0 && !mayFail) {
      throw new StepFailure(
        `The process 'git' failed with exit code ${status}: ${lines.slice(-3).join(' ')}`,
      );
    }
    return lines.join('\n').trim();
  };
}

/** Uses a clone of the same repository again, and empties the folder of anything else. */
async function prepareFolder(folder: string, git: Git, url: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (existsSync(join(folder, '.git'))) {
    if ((await git(['config', '--local', '--get', 'remote.origin.url'], {}, true)) === url) {
      await git(['clean', '-ffdx']);
      await git(['reset', '--hard', 'HEAD'], {}, true);
      return;
    }
  }
  for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true, force: true });
  await git(['init', '--quiet', '.']);
  await git(['remote', 'add', 'origin', url]);
  await git(['config', '--local', 'gc.auto', '0']);
}

/** Fetches and checks out; answers the commit. */
async function fetchSource(
  step: BuiltinStep,
  source: Source,
  git: Git,
  credentials: Readonly<Record<string, string>>,
): Promise<string> {
  const depth = Number(input(step, 'fetch-depth'));
  if (!Number.isInteger(depth) || depth < 0)
    throw new StepFailure('fetch-depth must be 0 or a positive number.');
  const target = await findTarget(source, git, credentials);
  const common = [
    'fetch',
    '--no-tags',
    '--no-recurse-submodules',
    ...(depth > 0 ? [`--depth=${depth}`] : []),
  ];
  const branches = '+refs/heads/*:refs/remotes/origin/*';
  const tags = '+refs/tags/*:refs/tags/*';
  const wider = depth === 0 ? [branches, tags] : isOn(step, 'fetch-tags') ? [tags] : [];
  if (wider.length > 0) await git([...common, '--prune', 'origin', ...wider], credentials);
  // By itself and last: the branch may have moved on since the event, and git takes one source for a ref.
  await git([...common, 'origin', `+${target.commit}:${target.remoteRef}`], credentials);
  await git(['-c', 'advice.detachedHead=false', 'checkout', '--force', ...target.checkout]);
  return await git(['log', '-1', '--format=%H']);
}

interface Target {
  readonly commit: string;
  readonly remoteRef: string;
  /** Arguments of `git checkout`. */
  readonly checkout: readonly string[];
}

async function findTarget(
  source: Source,
  git: Git,
  credentials: Readonly<Record<string, string>>,
): Promise<Target> {
  if (source.commit !== undefined) return targetOf(source.ref, source.commit);
  const names =
    source.ref === ''
      ? ['HEAD']
      : source.ref.startsWith('refs/')
        ? [source.ref]
        : [`refs/heads/${source.ref}`, `refs/tags/${source.ref}`];
  const answer = await git(['ls-remote', '--symref', 'origin', ...names], credentials);
  const found = names.flatMap((name) => {
    const commit = new RegExp(
      `^([0-9a-f]{40})\t${name.replaceAll(/[.*+?^$()|[\]{}\\]/g, '\\$&')}$`,
      'm',
    ).exec(answer)?.[1];
    return commit === undefined ? [] : [{ name, commit }];
  })[0];
  if (found === undefined) {
    throw new StepFailure(`A branch or tag with the name '${source.ref || 'HEAD'}' could not be found`);
  }
  const branch = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(answer)?.[1];
  return targetOf(found.name === 'HEAD' ? (branch ?? '') : found.name, found.commit);
}

function targetOf(ref: string, commit: string): Target {
  const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1];
  if (branch !== undefined) {
    const remoteRef = `refs/remotes/origin/${branch}`;
    return { commit, remoteRef, checkout: ['-B', branch, remoteRef] };
  }
  const pull = /^refs\/pull\/(.+)$/s.exec(ref)?.[1];
  if (pull !== undefined) {
    const remoteRef = `refs/remotes/pull/${pull}`;
    return { commit, remoteRef, checkout: [remoteRef] };
  }
  const remoteRef = ref.startsWith('refs/tags/') ? ref : 'refs/remotes/origin/.checkout';
  return { commit, remoteRef, checkout: ['--detach', commit] };
}
