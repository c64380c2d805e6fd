/**
 * The inputs of `workflow_dispatch`: defaults, types, and what GitHub refuses.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs
 */
import { ActionsRequestError } from '../contract.ts';
import { isMapping, type MappingToken, type TemplateToken } from './github-parser.ts';
import { asMapping, findToken, isTrue } from './workflow-file.ts';

/**
 * Fills in defaults; all values are text, as in the event's payload.
 * @param on the workflow's `on`
 * @throws {ActionsRequestError} with the messages of GitHub's API.
 */
export function resolveInputs(
  on: TemplateToken,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const declared = asMapping(findToken(on, 'workflow_dispatch', 'inputs'));
  const inputs = new Map(
    [...(declared ?? [])].flatMap(({ key, value }) =>
      isMapping(value) ? [[key.toString(), value] as const] : [],
    ),
  );
  const unexpected = Object.keys(given).filter((name) => !inputs.has(name));
  if (unexpected.length > 0) throw invalid(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const resolved: [string, string][] = [];
  for (const [name, input] of inputs) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const used = value === undefined || value === '' ? fallback(input) : value;
    if (used === '' && isTrue(input.find('required'))) throw invalid(`Required input '${name}' not provided`);
    check(name, input, used);
    resolved.push([name, used]);
  }
  return Object.fromEntries(resolved);
}

/** The `inputs` context: like the payload, with booleans and numbers as such. */
export function typedInputs(
  on: TemplateToken,
  inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const declared = findToken(on, 'workflow_dispatch', 'inputs');
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const type = findToken(declared, name, 'type')?.toString();
      if (type === 'boolean') return [name, value === 'true'];
      if (type === 'number') return [name, Number(value)];
      return [name, value];
    }),
  );
}

function fallback(input: MappingToken): string {
  const value = input.find('default');
  if (value !== undefined) return value.toString();
  return input.find('type')?.toString() === 'boolean' ? 'false' : '';
}

function check(name: string, input: MappingToken, value: string): void {
  const type = input.find('type')?.toString();
  if (type === 'boolean' && value !== 'true' && value !== 'false') {
    throw invalid(`Provided value '${value}' for input '${name}' is not a boolean`);
  }
  if (type === 'number' && value !== '' && !Number.isFinite(Number(value))) {
    throw invalid(`Provided value '${value}' for input '${name}' is not a number`);
  }
  if (type === 'choice' && value !== '') {
    const options = input.find('options');
    const allowed =
      options === undefined ? [] : [...(options as Iterable<TemplateToken> & TemplateToken)].map(String);
    if (!allowed.includes(value)) {
      throw invalid(`Provided value '${value}' for input '${name}' not in the list of allowed values`);
    }
  }
}

function invalid(message: string): ActionsRequestError {
  return new ActionsRequestError('invalid', message);
}
