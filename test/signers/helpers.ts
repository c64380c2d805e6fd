import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type SignerContext, SignerError } from '../../src/signers/signer.ts';

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
