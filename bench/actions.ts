/**
 * The bundled actions: how long one takes to its first request, how long it takes over a whole signing event on
 * Sigstore's repository, and what all of them weigh, since every run of a user's workflow fetches and starts them anew.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ActionHost, BUNDLE, plainEnvironment } from './action-run.ts';
import { type EventRemote, freshClone, makeRemote, sigstoreEvent } from './event-repository.ts';
import { BenchError, type Benchmark, type Comparison, compare, inTurns, withTempFolder } from './measure.ts';

const REPETITIONS = 20;
/** Times that of `node -e 0`, to the first request. */
const AIM = 3;
/** What all files of the bundle may weigh together. */
const MOST_BYTES = 3_000_000;

export function actions(repetitions = REPETITIONS): Promise<Benchmark> {
  return withTempFolder(async (folder) => {
    const host = new ActionHost();
    await host.listen();
    try {
      const comparisons = [await coldStart(host, join(folder, 'idle'), repetitions)];
      const event = sigstoreEvent(join(folder, 'sigstore'));
      if (event) comparisons.push(await wholeRun(host, event, join(folder, 'sigstore'), repetitions));
      return {
        name: 'actions',
        title: 'The bundled actions',
        against: 'what each line says',
        notes: [
          'Every start is a new process without a compile cache, as on a runner; the API is on the loopback.',
          'A whole run has one open event that changes an artifact: it is read, evaluated and reported.',
          ...(event
            ? []
            : ["The whole run is left out: Sigstore's repository (../shared/data) is not there."]),
        ],
        comparisons: [...comparisons, weight()],
      };
    } finally {
      host.close();
    }
  });
}

/** With no event open, listing the pull requests is the first request and the last. */
async function coldStart(host: ActionHost, folder: string, repetitions: number): Promise<Comparison> {
  const clone = freshClone(makeRemote(folder), join(folder, 'clone'));
  const { ours, other } = await inTurns(
    { repetitions, warmUp: 1 },
    {
      ours: async () => (await host.run('signing-event', clone)).firstRequest,
      other: () => bareTime(0),
    },
  );
  return compare('signing-event to its first request, against `node -e 0`', [ours, other], {
    unit: 'milliseconds',
    ratioOf: 'ours/other',
    repetitions,
    aim: AIM,
  });
}

async function wholeRun(
  host: ActionHost,
  event: EventRemote,
  folder: string,
  repetitions: number,
): Promise<Comparison> {
  const trace = join(folder, 'trace.json');
  const run = async (env?: NodeJS.ProcessEnv) => {
    const clone = freshClone(event.remote, join(folder, 'clone'));
    const { end, requests } = await host.run('signing-event', clone, event, env);
    checkThatItReported(requests, event.head);
    return end;
  };
  await run({ GIT_TRACE2_EVENT: trace });
  const processes = gitProcesses(readFileSync(trace, 'utf8'));
  const { ours, other } = await inTurns(
    { repetitions, warmUp: 1 },
    { ours: () => run(), other: () => bareTime(processes) },
  );
  const what = `a whole signing event of Sigstore's, against \`node -e 0\` and ${processes} × \`git version\``;
  return compare(what, [ours, other], { unit: 'milliseconds', ratioOf: 'ours/other', repetitions });
}

function checkThatItReported(requests: readonly string[], head: string): void {
  for (const wanted of [`/statuses/${head}`, '/issues/1/comments']) {
    if (!requests.some((request) => request.startsWith('POST ') && request.endsWith(wanted))) {
      throw new BenchError(`signing-event sent nothing to ${wanted}; it asked for ${requests.join(', ')}`);
    }
  }
}

/** The git processes that the action itself started: those of git's own have a `/` in their session id (trace2). */
function gitProcesses(trace: string): number {
  const events = trace
    .split('\n')
    .filter(Boolean)
    .map((line): { readonly event: string; readonly sid: string } => JSON.parse(line));
  return events.filter(({ event, sid }) => event === 'start' && !sid.includes('/')).length;
}

/** Milliseconds that Node takes to do nothing and then git, some times over, to do next to nothing. */
function bareTime(gitProcesses: number): number {
  const env = plainEnvironment();
  const commands = [
    [process.execPath, '-e', '0'],
    ...Array.from({ length: gitProcesses }, () => ['git', 'version']),
  ];
  const start = performance.now();
  for (const [program = '', ...args] of commands) {
    const { status } = spawnSync(program, args, { env });
    if (status !== 0) throw new BenchError(`${program} ${args.join(' ')} ended with ${status}.`);
  }
  return performance.now() - start;
}

function weight(): Comparison {
  const entries = readdirSync(BUNDLE, { recursive: true, encoding: 'utf8' }).map((name) =>
    statSync(join(BUNDLE, name)),
  );
  const bytes = entries.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
  return compare('the whole bundle, against 3,000,000 bytes', [bytes, MOST_BYTES], {
    unit: 'bytes',
    ratioOf: 'ours/other',
    repetitions: 1,
    aim: 1,
  });
}
