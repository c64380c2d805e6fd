/**
 * `action.yml`, read by GitHub's parser.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ActionInputDefinition,
  type ActionTemplate,
  convertActionTemplate,
  isSequence,
  NoOperationTraceWriter,
  parseAction,
} from './github-parser.ts';
import { readSteps, type StepDefinition } from './step-definition.ts';
import { StepFailure } from './step-failure.ts';
import { findToken } from './workflow-file.ts';

export interface ActionManifest {
  readonly inputs: readonly ActionInputDefinition[];
  readonly outputs: NonNullable<ActionTemplate['outputs']>;
  readonly runs: ActionTemplate['runs'];
  /** Of a composite action. */
  readonly steps: readonly StepDefinition[];
}

/** @throws {StepFailure} if there is none, or it is not valid. */
export function readManifest(folder: string, uses: string): ActionManifest {
  const { name, content } = readFile(folder, uses);
  const { context, value } = parseAction({ name, content }, new NoOperationTraceWriter());
  if (value === undefined || context.errors.count > 0) throw invalid(uses, context.errors.getErrors());
  const template = convertActionTemplate(context, value);
  const using = findToken(value, 'runs', 'using')?.toString() ?? '';
  const steps = findToken(value, 'runs', 'steps');
  const read = steps !== undefined && isSequence(steps) ? readSteps(context, steps) : [];
  if (context.errors.count > 0) throw invalid(uses, context.errors.getErrors());
  if (!['node20', 'node24', 'composite'].includes(using)) {
    throw new StepFailure(
      `${uses}: 'using: ${using}' is not supported by the local GitHub (node20, node24, composite).`,
    );
  }
  return { inputs: template.inputs ?? [], outputs: template.outputs ?? [], runs: template.runs, steps: read };
}

function readFile(folder: string, uses: string): { readonly name: string; readonly content: string } {
  for (const name of ['action.yml', 'action.yaml']) {
    try {
      return { name, content: readFileSync(join(folder, name), 'utf8') };
    } catch {
      // The other name may be there.
    }
  }
  throw new StepFailure(
    `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}' (${uses}). Did you forget to run actions/checkout before running your local action?`,
  );
}

function invalid(uses: string, errors: readonly { readonly message: string }[]): StepFailure {
  return new StepFailure(`${uses} is not a valid action: ${errors.map((error) => error.message).join('; ')}`);
}
