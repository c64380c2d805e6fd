/** Which way leads to tokens on this machine, and all tokens that can be reached that way. */
import { existsSync } from 'node:fs';
import { type SignerContext, SignerError } from '../signer.ts';
import { findModules } from './modules.ts';
import { hasNativeAccess, nativeAccess } from './native.ts';
import { type Token, type TokenAccess, TokenError } from './token.ts';
import { findTool, takesPinFromEnvironment, toolAccess } from './tool.ts';

/** Where the smart card service listens on Linux; without it no module sees a card. */
const PCSCD_SOCKET = '/run/pcscd/pcscd.comm';

/** pkcs11js where it is installed, else pkcs11-tool. @throws SignerError where there is neither */
export function findAccess(environment: SignerContext['environment']): TokenAccess {
  if (hasNativeAccess()) return nativeAccess(environment);
  const tool = findTool(environment);
  if (tool !== undefined && takesPinFromEnvironment(tool)) return toolAccess(tool, environment);
  const found =
    tool === undefined
      ? 'Neither is installed.'
      : `This one, ${tool}, cannot take the PIN from the environment, and on a command line others could read it.`;
  throw new SignerError(
    'library-missing',
    `Tokens are reached through the npm package pkcs11js or through OpenSC's pkcs11-tool (0.22 or later). ${found} Install one of them: npm install pkcs11js, or sudo apt install opensc.`,
  );
}

export interface FoundTokens {
  readonly tokens: readonly Token[];
  /** A line for each module that failed. */
  readonly problems: readonly string[];
  readonly modules: readonly string[];
}

/**
 * All tokens that are set up. One that two modules show, as YubiKey's and OpenSC's do, is taken from the first.
 * @param wanted the one module to ask; otherwise those of the environment or of the usual places
 * @throws SignerError where no module is installed
 */
export async function findTokens(
  access: TokenAccess,
  environment: SignerContext['environment'],
  wanted?: string,
): Promise<FoundTokens> {
  const modules = findModules(environment, wanted);
  const tokens: Token[] = [];
  const problems: string[] = [];
  for (const module of modules) {
    try {
      const readers = new Set(tokens.map(({ slot }) => slot));
      tokens.push(...(await access.inspect(module)).filter(({ slot }) => !readers.has(slot)));
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      problems.push(`${module}: ${describeProblem(error)}`);
    }
  }
  return { tokens, problems, modules };
}

function describeProblem({ code, message }: TokenError): string {
  switch (code) {
    case 'module':
      return `the module cannot be used (${message})`;
    case 'crashed':
      return `the module crashed (${message})`;
    default:
      return message;
  }
}

/** The error for no token at all, with whatever may be the reason. */
export function noToken({ modules, problems }: FoundTokens): SignerError {
  const lines = [
    'No token was found. Plug yours in; if it is new, set it up first (a YubiKey: ykman piv keys generate).',
    `Asked: ${modules.join(', ')}.`,
    ...problems,
  ];
  const needService = modules.some((module) => /ykcs11|opensc/.test(module));
  if (process.platform === 'linux' && needService && !existsSync(PCSCD_SOCKET)) {
    lines.push(
      'The smart card service is not running, and cards and YubiKeys need it: sudo systemctl enable --now pcscd.socket (Debian: sudo apt install pcscd).',
    );
  }
  return new SignerError('token-missing', lines.join('\n'));
}
