/** Real tokens in software (SoftHSM) in a folder of their own, and the module that misbehaves (shim.c). */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { findModules } from '../../../src/signers/pkcs11/modules.ts';
import { hasNativeAccess, nativeAccess } from '../../../src/signers/pkcs11/native.ts';
import type { TokenAccess } from '../../../src/signers/pkcs11/token.ts';
import { findTool, takesPinFromEnvironment, toolAccess } from '../../../src/signers/pkcs11/tool.ts';
import { hasProgram, temporaryFolder } from '../helpers.ts';

export const PIN = '123456';

function softHsm(): string | undefined {
  try {
    return findModules({}).find((path) => path.includes('softhsm'));
  } catch {
    return undefined;
  }
}

const module = softHsm();
const tool = findTool(process.env);

type Environment = Readonly<Record<string, string>>;
type Limits = { readonly inspect: number; readonly sign: number };
type Way = readonly [string, (environment: Environment, limits?: Limits) => TokenAccess];

const ways: readonly Way[] = [
  ...(hasNativeAccess() ? [['pkcs11js', nativeAccess] as const] : []),
  ...(tool !== undefined && takesPinFromEnvironment(tool)
    ? [
        [
          'pkcs11-tool',
          (environment: Environment, limits?: Limits) => toolAccess(tool, environment, limits),
        ] as const,
      ]
    : []),
];
if (!hasNativeAccess()) console.warn('skipped: tokens through pkcs11js, because it is not installed');

export const hasSoftTokens =
  module !== undefined &&
  tool !== undefined &&
  ways.length > 0 &&
  hasProgram('softhsm2-util', 'tokens', '--version');
if (!hasSoftTokens) console.warn('skipped: keys on tokens, because SoftHSM or pkcs11-tool is not there');

/** The ways to tokens that are there; where there is none, one that stands for them in the list of skipped tests. */
export const WAYS: readonly Way[] = ways.length > 0 ? ways : [['any way', nativeAccess]];

export interface SoftTokens {
  /** For SoftHSM and for signers: the tokens of this folder and nothing else. */
  readonly environment: Environment;
  readonly module: string;
  /** The folder with a folder for each token. */
  readonly folder: string;
  add(label: string): void;
  /** Makes a key pair on a token, such as `EC:prime256v1`. */
  key(label: string, type: string, id: string, ...options: readonly string[]): void;
  /** Any other action of pkcs11-tool on a token, logged in. */
  run(label: string, ...args: readonly string[]): string;
}

export function softTokens(...labels: readonly string[]): SoftTokens {
  const home = temporaryFolder();
  const folder = join(home, 'tokens');
  mkdirSync(folder);
  const settings = join(home, 'softhsm2.conf');
  writeFileSync(
    settings,
    `directories.tokendir = ${folder}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const environment = {
    PATH: process.env.PATH ?? '',
    SOFTHSM2_CONF: settings,
    PLAYGROUND_PKCS11_MODULE: module ?? '',
  };
  const execute = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  const run = (label: string, ...args: readonly string[]) =>
    execute(
      'pkcs11-tool',
      '--module',
      module ?? '',
      '--token-label',
      label,
      '--login',
      '--pin',
      PIN,
      ...args,
    );
  const tokens: SoftTokens = {
    environment,
    module: module ?? '',
    folder,
    run,
    add: (label) =>
      void execute(
        'softhsm2-util',
        ...['--init-token', '--free', '--label', label, '--pin', PIN, '--so-pin', '12345678'],
      ),
    key: (label, type, id, ...options) =>
      void run(
        label,
        ...[
          '--keypairgen',
          '--key-type',
          type,
          '--id',
          id,
          '--label',
          `key ${id}`,
          '--usage-sign',
          ...options,
        ],
      ),
  };
  for (const label of labels) tokens.add(label);
  return tokens;
}

const templates = new Map<string, string>();
afterAll(() => {
  for (const path of [SHIM, ...templates.values()]) rmSync(path, { recursive: true, force: true });
});

/** One token, `alice`, with one key, 02. It is made once and copied for each test. */
export function tokenWithKey(type = 'EC:prime256v1'): SoftTokens {
  const template = templates.get(type);
  const tokens = softTokens(...(template ? [] : ['alice']));
  if (template) cpSync(template, tokens.folder, { recursive: true });
  else {
    tokens.key('alice', type, '02');
    const folder = mkdtempSync(join(tmpdir(), 'playground-token-'));
    cpSync(tokens.folder, folder, { recursive: true });
    templates.set(type, folder);
  }
  return tokens;
}

/** Pulls out all tokens. */
export function pullOut(tokens: SoftTokens): void {
  for (const name of readdirSync(tokens.folder)) rmSync(join(tokens.folder, name), { recursive: true });
}

const SHIM = join(tmpdir(), `playground-shim-${process.pid}.so`);

/** Builds the misbehaving module, or says why it cannot be tested. */
export function buildShim(): string | undefined {
  if (process.platform !== 'linux' || !hasSoftTokens) return undefined;
  if (!hasProgram('cc', 'tokens that misbehave', '--version')) return undefined;
  if (!existsSync(SHIM)) {
    execFileSync('cc', ['-shared', '-fPIC', '-o', SHIM, join(import.meta.dirname, 'shim.c'), '-ldl']);
  }
  return SHIM;
}

/** An environment in which `tokens` misbehave in this way (see shim.c). */
export function misbehaving(
  tokens: SoftTokens,
  shim: string,
  how: string,
  more: Environment = {},
): Environment {
  return {
    ...tokens.environment,
    PLAYGROUND_PKCS11_MODULE: shim,
    SHIM: how,
    SHIM_MODULE: tokens.module,
    SHIM_STATE: join(tokens.folder, '..', 'wrong-pins'),
    ...more,
  };
}
