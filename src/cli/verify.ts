/** `playground verify`: checks a published site as a client would, with a client that is not ours (tuf-js). */
import type { Command } from 'commander';
import { type VerifyResult, whatItTakes } from '../client/result.ts';
import { verifyRepository } from '../client/verify.ts';
import { escapeControls, printJson, type Say, style, teller } from './output.ts';
import { timeOption } from './workspace.ts';

interface Options {
  readonly root?: string;
  readonly time?: Date;
  readonly artifact?: readonly string[];
  readonly state?: string;
  readonly download?: string;
  readonly allowHttp?: boolean;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .argument('<site>', 'URL or folder that holds metadata/ and targets/')
    .option(
      '--root <file>',
      'the root to trust (default: the first root of the site itself, which proves nothing about who made it)',
    )
    .addOption(timeOption())
    .option('--artifact <path...>', 'only these artifacts (default: all that are listed)')
    .option('--state <dir>', 'what the client remembers; go on from it, and keep it there after a success')
    .option('--download <dir>', 'keep the verified artifacts here')
    .option('--allow-http', 'allow plain http to other machines than this one')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ playground verify https://alice.github.io/repository/ --root root.json
  $ playground verify site --artifact app.tgz --download out
  $ playground verify site --time 2026-08-22

Exit code 0: a client accepts everything; 1: it refuses something; 2: nothing could be said (site not reached).`,
    )
    .action(run);
}

async function run(site: string, options: Options): Promise<void> {
  const say = teller(options.json);
  const result = await verifyRepository({
    source: site,
    root: options.root,
    time: options.time,
    artifacts: options.artifact,
    stateDir: options.state,
    downloadDir: options.download,
    allowHttp: options.allowHttp,
    sigstoreTrustedRoot: async () =>
      (await import('../signers/sigstore/trust.ts')).sigstoreTrustedRoot(process.env),
  });
  sayResult(say, result);
  if (options.json) printJson(result);
  if (!result.ok) process.exitCode = result.failures.every(({ code }) => code === 'unreachable') ? 2 : 1;
}

function sayResult(say: Say, result: VerifyResult): void {
  const { firstRoot, versions } = result;
  if (firstRoot) {
    const origin = {
      given: 'the root that you gave',
      state: 'the root in the kept state',
      source: 'the site’s own first root',
    }[firstRoot.origin];
    say(`Started from ${origin}: version ${firstRoot.version}, sha256 ${firstRoot.sha256}`);
  }
  const loaded = (['root', 'timestamp', 'snapshot', 'targets'] as const).flatMap((role) =>
    versions[role] === undefined ? [] : [`${role} ${versions[role]}`],
  );
  say(
    `Loaded: ${[...loaded, ...versions.delegated.map(({ role, version }) => `${escapeControls(role)} ${version}`)].join(', ') || 'nothing'}`,
  );
  const good = result.artifacts.filter(({ ok }) => ok);
  if (result.artifacts.length > 0)
    say(`Artifacts: ${good.length} of ${result.artifacts.length} found, downloaded and verified`);
  for (const { stage, message, path, role } of result.failures) {
    say(
      `${style('red', '✗')} ${stage}${path === undefined ? '' : ` ${escapeControls(path)}`}${role === undefined ? '' : ` ${escapeControls(role)}`}: ${escapeControls(message)}`,
    );
  }
  say(
    result.ok
      ? `${style('green', '✓')} A client that starts here accepts this repository.`
      : 'The client refuses this repository.',
  );
  const takes = whatItTakes(result);
  if (takes) say(`${style('yellow', '!')} ${takes}`);
}
