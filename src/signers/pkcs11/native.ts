/**
 * Tokens through the library pkcs11js, an optional dependency with native code. Every question goes to a process of its
 * own: a module that hangs can be ended, and one that crashes takes nothing else with it.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { own } from '../../tuf/shape.ts';
import type { SignerContext } from '../signer.ts';
import {
  type SignRequest,
  type Token,
  type TokenAccess,
  TokenError,
  type TokenFailure,
  type TokenName,
} from './token.ts';

export type NativeQuestion =
  | {
      readonly ask: 'inspect';
      readonly module: string;
      readonly login: { readonly token: TokenName; readonly pin?: string } | undefined;
    }
  | { readonly ask: 'sign'; readonly request: SignRequest };

export type NativeAnswer =
  | { readonly tokens: Token[] }
  | { readonly signature: Uint8Array }
  | { readonly failure: TokenFailure }
  /** pkcs11js itself cannot be loaded. */
  | { readonly unavailable: string };

const PROGRAM = fileURLToPath(new URL('./native-process.ts', import.meta.url));

/** Milliseconds. Card readers are slow; a token that waits for a touch gives up after 15 seconds. */
export const LIMITS = { inspect: 30_000, sign: 90_000 };

/** Whether pkcs11js is installed and built, and this is run from its sources; the bundled actions have neither. */
export function hasNativeAccess(): boolean {
  if (!existsSync(PROGRAM)) return false;
  try {
    createRequire(import.meta.url).resolve('pkcs11js/build/Release/pkcs11.node');
    return true;
  } catch {
    return false;
  }
}

export function nativeAccess(environment: SignerContext['environment'], limits = LIMITS): TokenAccess {
  return {
    async inspect(module, login) {
      const answer = await ask({ ask: 'inspect', module, login }, module, environment, limits.inspect);
      if ('tokens' in answer) return answer.tokens;
      throw unexpected();
    },
    async sign(request) {
      const answer = await ask({ ask: 'sign', request }, request.token.module, environment, limits.sign);
      if ('signature' in answer) return answer.signature;
      throw unexpected();
    },
  };
}

function unexpected(): TokenError {
  return new TokenError({ code: 'crashed', detail: 'the answer was to another question' });
}

async function ask(
  question: NativeQuestion,
  module: string,
  environment: SignerContext['environment'],
  limit: number,
): Promise<NativeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<NativeAnswer>();
  const child = fork(PROGRAM, [], {
    env: environmentFor(module, environment),
    execArgv: [],
    serialization: 'advanced',
    // Modules write to both as they like.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const timer = setTimeout(() => reject(new TokenError(timedOut(limit))), limit);
  child.on('message', (answer: NativeAnswer) => resolve(answer));
  child.on('error', (cause) => reject(new TokenError({ code: 'crashed', detail: cause.message }, { cause })));
  child.on('exit', (status, signal) =>
    reject(
      new TokenError({ code: 'crashed', detail: `its process ended with ${signal ?? `status ${status}`}` }),
    ),
  );
  child.send(
    question,
    (error) => error && reject(new TokenError({ code: 'crashed', detail: error.message })),
  );
  try {
    const answer = await promise;
    if ('failure' in answer) throw new TokenError(answer.failure);
    if ('unavailable' in answer) {
      throw new TokenError({ code: 'module', detail: `pkcs11js cannot be loaded: ${answer.unavailable}` });
    }
    return answer;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

function timedOut(limit: number): TokenFailure {
  return { code: 'timed-out', detail: `no answer within ${limit / 1000} seconds` };
}

/** The module's own settings come from the environment; a PIN there is not for it. */
function environmentFor(module: string, environment: SignerContext['environment']): NodeJS.ProcessEnv {
  const { PLAYGROUND_PIN: _, ...rest } = environment;
  if (process.platform !== 'win32') return rest;
  // Windows finds the libraries that a module needs through the path.
  const name = Object.keys(rest).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...rest, [name]: `${dirname(module)};${own(rest, name) ?? ''}` };
}
