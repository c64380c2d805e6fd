/**
 * Tokens through OpenSC's program pkcs11-tool, where pkcs11js could not be installed. Its answers are text for people;
 * what is read from them is only which token and key to ask for, and the signature is verified like every other. The
 * PIN goes to it through an environment variable of that process alone.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { decodePem } from '../../tuf/crypto/pem.ts';
import { own } from '../../tuf/shape.ts';
import type { SignerContext } from '../signer.ts';
import { LIMITS } from './native.ts';
import { certifiedPublicKey } from './public-key.ts';
import {
  type Token,
  type TokenAccess,
  type TokenAlgorithm,
  TokenError,
  type TokenKey,
  type TokenName,
} from './token.ts';
import { failureOf, readObjects, readSlots, type SlotText } from './tool-text.ts';

type Environment = SignerContext['environment'];

const PIN_VARIABLE = 'PLAYGROUND_TOKEN_PIN';
/** Bytes. What is longer, pkcs11-tool hands over in parts, which Ed25519 does not allow. */
const BUFFER = 1024;
const WINDOWS_FOLDER = 'C:\\Program Files\\OpenSC Project\\OpenSC\\tools';

const HASHED: ReadonlySet<TokenAlgorithm> = new Set(['ecdsa-p256', 'rsa-pss-sha256']);
const MECHANISMS: { readonly [algorithm in TokenAlgorithm]: readonly string[] } = {
  ed25519: ['EDDSA'],
  'ecdsa-p256': ['ECDSA', '--signature-format', 'rs'],
  'rsa-pss-sha256': [
    'RSA-PKCS-PSS',
    '--hash-algorithm',
    'SHA256',
    '--mgf',
    'MGF1-SHA256',
    '--salt-len',
    '32',
  ],
};

/** The program's path; undefined where it is not installed. */
export function findTool(environment: Environment): string | undefined {
  const name = process.platform === 'win32' ? 'pkcs11-tool.exe' : 'pkcs11-tool';
  const folders = (own(environment, 'PATH') ?? own(environment, 'Path') ?? '').split(delimiter);
  if (process.platform === 'win32') folders.push(WINDOWS_FOLDER);
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/**
 * Whether this pkcs11-tool takes the PIN from a variable (`--pin env:NAME`). One that does not would send the text
 * `env:NAME` to the token as the PIN, and use up a try; so the program itself is searched for the word.
 */
export function takesPinFromEnvironment(tool: string): boolean {
  try {
    return readFileSync(tool).includes('env:\0');
  } catch {
    return false;
  }
}

export function toolAccess(tool: string, environment: Environment, limits = LIMITS): TokenAccess {
  const { PLAYGROUND_PIN: _, ...base } = environment;
  const run = (module: string, args: readonly string[], how: Partial<Omit<Run, 'tool' | 'args'>> = {}) =>
    runTool({ tool, args: ['--module', module, ...args], limit: limits.inspect, environment: base, ...how });

  async function list(module: string): Promise<readonly SlotText[]> {
    const { stdout } = await run(module, ['--list-token-slots']);
    return readSlots(stdout.toString('utf8'), module);
  }

  async function keysOf(module: string, slot: string, pin: PinArguments): Promise<readonly TokenKey[]> {
    const keys: TokenKey[] = [];
    for (const type of ['pubkey', 'cert'] as const) {
      const { stdout } = await run(
        module,
        ['--slot', slot, ...pin.args, '--list-objects', '--type', type],
        pin.how,
      );
      const objects = readObjects(stdout.toString('utf8'));
      for (const { id, label } of objects) {
        const from = type === 'cert' ? 'certificate' : 'public-key';
        // The program can be asked by id only, and would show the same one for all of them.
        const alone = objects.filter((other) => other.id === id).length === 1;
        const part = alone ? await readPublic(module, slot, pin, type, id) : SEVERAL;
        keys.push({ id, label, from, public: part });
      }
    }
    return keys;
  }

  /** A key that the program cannot read must not hide the others. */
  async function readPublic(
    module: string,
    slot: string,
    pin: PinArguments,
    type: 'pubkey' | 'cert',
    id: string,
  ): Promise<TokenKey['public']> {
    const args = ['--slot', slot, ...pin.args, '--read-object', '--type', type, '--id', id];
    try {
      return publicPart(type, (await run(module, args, pin.how)).stdout);
    } catch (error) {
      if (!(error instanceof TokenError) || error.code !== 'refused') throw error;
      return { problem: `pkcs11-tool cannot read it (${error.message})` };
    }
  }

  return {
    async inspect(module, login) {
      const tokens: Token[] = [];
      for (const { number, token } of await list(module)) {
        const withLogin = login !== undefined && isNamed(token, login.token);
        try {
          const pin = withLogin ? pinArguments(base, login.pin) : NO_PIN;
          tokens.push({ ...token, keys: await keysOf(module, number, pin) });
        } catch (error) {
          if (withLogin || !(error instanceof TokenError)) throw error;
          tokens.push({ ...token, keys: [], problem: error.message });
        }
      }
      return tokens;
    },

    async sign({ token: wanted, id, algorithm, message, pin }) {
      const { module } = wanted;
      const slot = (await list(module)).find(({ token }) => isNamed(token, wanted));
      if (!slot) throw new TokenError({ code: 'no-token', detail: 'the token is not there' });
      const login = slot.token.pin.needed ? pinArguments(base, pin) : NO_PIN;
      const args = [
        '--slot',
        slot.number,
        ...login.args,
        '--sign',
        '--id',
        id,
        '--mechanism',
        ...MECHANISMS[algorithm],
      ];
      const input = HASHED.has(algorithm) ? createHash('sha256').update(message).digest() : message;
      try {
        return (await run(module, args, { ...login.how, input, limit: limits.sign })).stdout;
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        if (error.code === 'refused' && algorithm === 'ed25519' && message.length >= BUFFER) {
          const detail = `this pkcs11-tool does not sign ${message.length} bytes at once, as Ed25519 needs; the npm package pkcs11js does`;
          throw new TokenError({ code: 'no-mechanism', detail }, { cause: error });
        }
        if (error.code !== 'pin' && error.code !== 'refused') throw error;
        // It tries another way after a refusal and names the error of that, so the token is looked at again.
        const after = (await list(module).catch(() => [])).find(({ token }) => isNamed(token, wanted));
        if (!after) throw new TokenError({ code: 'no-token', detail: error.message }, { cause: error });
        throw new TokenError({ ...error.failure, pinState: after.token.pin.state }, { cause: error });
      }
    },
  };
}

const isNamed = (token: TokenName, wanted: TokenName) =>
  token.label === wanted.label && token.serial === wanted.serial;

interface PinArguments {
  readonly args: readonly string[];
  readonly how: { readonly environment?: Environment };
}

const SEVERAL = { problem: 'several keys on the token have its id' };
const NO_PIN: PinArguments = { args: [], how: {} };

/** Without a PIN the token has its own keypad. */
function pinArguments(environment: Environment, pin: string | undefined): PinArguments {
  if (pin === undefined) return { args: ['--login'], how: {} };
  const args = ['--login', '--pin', `env:${PIN_VARIABLE}`];
  return { args, how: { environment: { ...environment, [PIN_VARIABLE]: pin } } };
}

interface Run {
  readonly tool: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly input: Uint8Array;
  /** Milliseconds. */
  readonly limit: number;
}

async function runTool(what: Omit<Run, 'input'> & Partial<Run>): Promise<{ readonly stdout: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<number | NodeJS.Signals | null>();
  const child = spawn(what.tool, what.args, { env: { ...what.environment }, stdio: 'pipe' });
  const timer = setTimeout(() => {
    reject(new TokenError({ code: 'timed-out', detail: `no answer within ${what.limit / 1000} seconds` }));
  }, what.limit);
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.on('error', (cause) => reject(new TokenError({ code: 'crashed', detail: cause.message }, { cause })));
  child.on('close', (status, signal) => resolve(signal ?? status));
  // It may end without reading; then its own message is the better one.
  child.stdin.on('error', () => undefined);
  child.stdin.end(what.input ?? '');
  try {
    const status = await promise;
    const stderr = Buffer.concat(errors).toString('utf8');
    // Where no token is there, the list is empty and the status 1.
    if (status === 0 || /^No slots/m.test(stderr)) return { stdout: Buffer.concat(output) };
    throw new TokenError(failureOf(status, stderr));
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

/** Some versions write public keys as DER and others as PEM, even of the same token. */
function publicPart(type: 'pubkey' | 'cert', object: Buffer): TokenKey['public'] {
  const der = decodePem(object.toString('latin1'))?.der ?? object;
  if (type === 'cert') return certifiedPublicKey(der);
  return der.length > 0 ? { spki: der } : { problem: 'its public key cannot be read' };
}
