import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Signer, type SignerContext, SignerError } from '../../src/signers/signer.ts';
import { verifySignature } from '../../src/tuf/signature.ts';

/** A folder of its own for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestContext extends SignerContext {
  readonly warnings: string[];
  readonly prompts: string[];
}

/** A context that keeps what is said and answers each question with the next of `answers`; nobody is there without. */
export function testContext(environment: Record<string, string>, answers?: string[]): TestContext {
  const warnings: string[] = [];
  const prompts: string[] = [];
  const left = [...(answers ?? [])];
  const askSecret = async (prompt: string) => {
    prompts.push(prompt);
    return left.shift() ?? '';
  };
  const base = { environment, warnings, prompts, warn: (message: string) => void warnings.push(message) };
  return answers ? { ...base, askSecret } : base;
}

/** The SignerError that `action` ends with; anything else fails the test. */
export async function signerError(action: Promise<unknown>): Promise<SignerError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof SignerError) return error;
    throw error;
  }
  throw new Error('expected a SignerError, and there was no error');
}

/** Signs, checks the signature, and gives it back. */
export async function validSignature(
  signer: Signer,
  message: Uint8Array = new TextEncoder().encode('{"_type":"root"}'),
): Promise<string> {
  const signature = await signer.sign(message);
  if (typeof signature !== 'string') throw new Error('expected a signature in hex, and there was a bundle');
  expect(await verifySignature(signer.key, message, signature)).toEqual({ valid: true });
  expect(await verifySignature(signer.key, new Uint8Array(3), signature)).toMatchObject({
    code: 'does-not-verify',
  });
  return signature;
}

/** Whether a program can be started; where not, the tests that need it are skipped, and this says so. */
export function hasProgram(name: string, what: string, ...args: readonly string[]): boolean {
  const found = spawnSync(name, args, { stdio: 'ignore', timeout: 10_000 }).error === undefined;
  if (!found) console.warn(`skipped: ${what}, because the program ${name} is not there`);
  return found;
}
