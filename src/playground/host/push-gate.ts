/**
 * Between git and the host during a push. Before git moves any ref, its pre-receive hook (githooks(5)) hands the
 * wanted updates to the host, over loopback and with a secret that is good for this one push, and does what it is told.
 * The lock of refs is held from then until the push has ended, so nothing can change between check and effect.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { KnownViewer } from './access.ts';
import { afterRefUpdates } from './after-push.ts';
import type { Context } from './context.ts';
import { readRef } from './git-read.ts';
import { type RefUpdate, refuseUpdate } from './push-rules.ts';
import { gitDirOf, type Repository } from './repositories.ts';

/** Where the hook asks. */
export const GATE_PATH = '/_playground/pre-receive';

const SHELL = `#!/bin/sh
exec "$PLAYGROUND_NODE" "$PLAYGROUND_HOOKS/pre-receive.mjs"
`;
const SCRIPT = `const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { env } = process;
const answer = await fetch(env.PLAYGROUND_GATE, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: env.PLAYGROUND_SECRET },
  body: JSON.stringify({
    updates: Buffer.concat(chunks).toString('utf8'),
    objects: env.GIT_OBJECT_DIRECTORY ?? '',
    alternates: env.GIT_ALTERNATE_OBJECT_DIRECTORIES ?? '',
  }),
});
const text = await answer.text();
if (!answer.ok) {
  process.stderr.write(text + '\\n');
  process.exitCode = 1;
}
`;

interface Push {
  readonly repository: Repository;
  readonly viewer: KnownViewer;
  accepted: readonly RefUpdate[];
  release: (() => void) | undefined;
}

export interface PushGate {
  /** Begins a push. `environment` is for git; `end` must be called when git has ended. */
  begin(
    repository: Repository,
    viewer: KnownViewer,
  ): Promise<{
    readonly environment: Readonly<Record<string, string>>;
    end(): Promise<void>;
  }>;
  /** Waits until no push is running. */
  settled(): Promise<void>;
  /** Answers the hook. @returns undefined: go ahead; else why not */
  ask(secret: string, question: unknown): Promise<string | undefined>;
}

export function createPushGate(context: Context): PushGate {
  const hooks = installHooks(context.dataDir);
  const pushes = new Map<string, Push>();
  const running = new Set<Promise<void>>();
  return {
    async begin(repository, viewer) {
      const secret = randomBytes(32).toString('hex');
      const push: Push = { repository, viewer, accepted: [], release: undefined };
      pushes.set(secret, push);
      const { promise, resolve: ended } = Promise.withResolvers<void>();
      running.add(promise);
      return {
        environment: {
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'core.hooksPath',
          GIT_CONFIG_VALUE_0: hooks,
          PLAYGROUND_NODE: process.execPath,
          PLAYGROUND_HOOKS: hooks,
          PLAYGROUND_GATE: context.urls.server + GATE_PATH,
          PLAYGROUND_SECRET: secret,
        },
        async end() {
          pushes.delete(secret);
          try {
            await afterRefUpdates(context, repository, viewer, await made(context, push));
          } finally {
            push.release?.();
            ended();
            running.delete(promise);
          }
        },
      };
    },
    async settled() {
      await Promise.all(running);
    },
    async ask(secret, question) {
      const push = pushes.get(secret);
      if (!push || push.release) return 'This push is not known here.';
      const release = await context.refLock.acquire();
      try {
        const refusal = await decide(context, push, question);
        // The push may have ended while it waited for its turn.
        if (refusal !== undefined || !pushes.has(secret)) {
          release();
          return refusal ?? 'This push has ended.';
        }
        push.release = release;
        return undefined;
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

function installHooks(dataDir: string): string {
  const hooks = join(dataDir, 'hooks');
  mkdirSync(hooks, { recursive: true });
  writeFileSync(join(hooks, 'pre-receive'), SHELL);
  writeFileSync(join(hooks, 'pre-receive.mjs'), SCRIPT);
  chmodSync(join(hooks, 'pre-receive'), 0o755);
  return hooks;
}

async function decide(context: Context, push: Push, question: unknown): Promise<string | undefined> {
  const { updates, objects, alternates } = question as Readonly<Record<string, unknown>>;
  const inside = gitDirOf(context, push.repository) + sep;
  if (typeof updates !== 'string' || typeof objects !== 'string' || typeof alternates !== 'string')
    return 'Malformed.';
  const quarantine: Record<string, string> = objects.startsWith(inside)
    ? { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates }
    : {};
  const wanted = parseUpdates(updates);
  for (const update of wanted) {
    const why = await refuseUpdate(context, push.repository, push.viewer, update, quarantine);
    if (why !== undefined) return why.startsWith('Repository rule') ? `error: GH013: ${why}` : why;
  }
  push.accepted = wanted;
  return undefined;
}

const commitOrNone = (sha: string) => (/^0+$/.test(sha) ? undefined : sha);

function parseUpdates(text: string): readonly RefUpdate[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after = ''] = line.split(' ', 2);
      return {
        ref: line.slice(before.length + after.length + 2),
        before: commitOrNone(before),
        after: commitOrNone(after),
      };
    });
}

/** Of the accepted updates those that git then made; it may still have refused one. */
async function made(context: Context, push: Push): Promise<readonly RefUpdate[]> {
  const gitDir = gitDirOf(context, push.repository);
  const now = await Promise.all(push.accepted.map((update) => readRef(gitDir, update.ref)));
  return push.accepted.filter(
    (update, index) => now[index] === update.after && update.before !== update.after,
  );
}
