/**
 * A workflow file, read by GitHub's parser, with the checks that GitHub's server adds to it.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
import { type GitFile, readFolder } from './git.ts';
import {
  convertConcurrency,
  convertJobs,
  convertOn,
  convertToIfCondition,
  type EventsConfig,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
  type MappingToken,
  NoOperationTraceWriter,
  parseWorkflow,
  type TemplateContext,
  type TemplateToken,
} from './github-parser.ts';
import { readSteps, type StepDefinition } from './step-definition.ts';

interface Problem {
  readonly message: string;
  readonly line: number | undefined;
}

export interface JobDefinition {
  readonly id: string;
  readonly needs: readonly string[];
  /** Expression, with the implicit `success()` added where no status function is called. */
  readonly condition: string;
  readonly steps: readonly StepDefinition[];
  /** Everything else, by key: `name`, `strategy`, `env`, `permissions`, … */
  readonly properties: MappingToken;
}

export interface Workflow {
  readonly path: string;
  readonly name: string;
  readonly on: EventsConfig;
  readonly onToken: TemplateToken;
  readonly jobs: readonly JobDefinition[];
  readonly properties: MappingToken;
}

/** `on` is there where the triggers could be read although the rest is not valid. */
export type ReadWorkflow =
  | { readonly path: string; readonly workflow: Workflow }
  | { readonly path: string; readonly problems: readonly Problem[]; readonly on: EventsConfig | undefined };

const WORKFLOW_FOLDER = '.github/workflows';

/** A commit never changes, so neither do its workflows. */
const cache = new Map<string, readonly ReadWorkflow[]>();
const CACHED_COMMITS = 50;

/** The workflows of a commit, read as git objects and in the order of their names; nothing is checked out. */
export function readWorkflows(gitDir: string, commit: string): readonly ReadWorkflow[] {
  const key = `${gitDir}\0${commit}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const workflows = readFolder(gitDir, commit, WORKFLOW_FOLDER, /\.ya?ml$/).map(readWorkflow);
  cache.set(key, workflows);
  const [oldest] = cache.keys();
  if (cache.size > CACHED_COMMITS && oldest !== undefined) cache.delete(oldest);
  return workflows;
}

/** @param file path and content; the path appears in messages as GitHub shows them. */
export function readWorkflow(file: GitFile): ReadWorkflow {
  const { path } = file;
  const { context, value } = parseWorkflow(
    { name: path, content: file.content },
    new NoOperationTraceWriter(),
  );
  if (value === undefined || !isMapping(value)) return { path, problems: problemsOf(context), on: undefined };
  const onToken = value.find('on');
  const jobsToken = value.find('jobs');
  let on: EventsConfig | undefined;
  try {
    on = onToken === undefined ? undefined : convertOn(context, onToken);
  } catch (error) {
    context.error(onToken, error);
  }
  if (onToken === undefined || on === undefined || jobsToken === undefined || context.errors.count > 0) {
    return { path, problems: problemsOf(context), on };
  }
  const jobs = readJobs(context, jobsToken);
  checkFilters(context, onToken);
  checkConcurrency(context, value.find('concurrency'));
  if (context.errors.count > 0) return { path, problems: problemsOf(context), on };
  const name = value.find('name');
  return {
    path,
    workflow: {
      path,
      name: name !== undefined && isString(name) && name.value !== '' ? name.value : path,
      on,
      onToken,
      jobs,
      properties: value,
    },
  };
}

function readJobs(context: TemplateContext, token: TemplateToken): readonly JobDefinition[] {
  convertJobs(context, token);
  if (!isMapping(token) || context.errors.count > 0) return [];
  return [...token].flatMap(({ key, value }) => {
    if (!isMapping(value)) return [];
    const condition = value.find('if');
    const steps = value.find('steps');
    checkConcurrency(context, value.find('concurrency'));
    checkTimeout(context, value.find('timeout-minutes'));
    if (
      value.find('uses') === undefined &&
      (steps === undefined || !isSequence(steps) || steps.count === 0)
    ) {
      context.error(key, `No steps defined in 'steps' and no workflow called in 'uses' for the job ${key}`);
    }
    for (const step of steps !== undefined && isSequence(steps) ? steps : []) {
      if (isMapping(step)) checkTimeout(context, step.find('timeout-minutes'));
    }
    return {
      id: key.toString(),
      needs: needsOf(value.find('needs')),
      condition: (condition && convertToIfCondition(context, condition)?.expression) ?? 'success()',
      steps: steps !== undefined && isSequence(steps) ? readSteps(context, steps) : [],
      properties: value,
    };
  });
}

function needsOf(token: TemplateToken | undefined): readonly string[] {
  if (token === undefined) return [];
  return isSequence(token) ? [...token].map(String) : [String(token)];
}

/** The parser's schema lets each of two filters stand that GitHub refuses beside each other. */
function checkFilters(context: TemplateContext, on: TemplateToken): void {
  if (!isMapping(on)) return;
  for (const { key, value } of on) {
    if (!isMapping(value)) continue;
    for (const filter of ['branches', 'tags', 'paths']) {
      if (value.find(filter) !== undefined && value.find(`${filter}-ignore`) !== undefined) {
        const event = key.toString();
        context.error(
          key,
          `you may only define one of \`${filter}\` and \`${filter}-ignore\` for a single event (${event})`,
        );
      }
    }
  }
}

function checkConcurrency(context: TemplateContext, token: TemplateToken | undefined): void {
  if (token === undefined) return;
  const { queue, cancelInProgress } = convertConcurrency(context, token);
  if (queue === 'max' && cancelInProgress === true) {
    context.error(token, "'queue: max' cannot be combined with 'cancel-in-progress: true'");
  }
}

/** "Fractional values are not supported. `timeout-minutes` must be a positive integer." */
function checkTimeout(context: TemplateContext, token: TemplateToken | undefined): void {
  if (token === undefined || !isNumber(token)) return;
  if (!Number.isInteger(token.value) || token.value < 1) {
    context.error(token, `The value ${token.value} of timeout-minutes is not a positive integer`);
  }
}

function problemsOf(context: TemplateContext): readonly Problem[] {
  return context.errors
    .getErrors()
    .map((error) => ({ message: error.message, line: error.range?.start.line }));
}

/** Finds `a.b.c` below a mapping. */
export function findToken(
  token: TemplateToken | undefined,
  ...keys: readonly string[]
): TemplateToken | undefined {
  let found = token;
  for (const key of keys) found = found !== undefined && isMapping(found) ? found.find(key) : undefined;
  return found;
}

/** A mapping, or undefined for anything else. */
export function asMapping(token: TemplateToken | undefined): MappingToken | undefined {
  return token !== undefined && isMapping(token) ? token : undefined;
}

/** Whether a token is the literal `true`. */
export function isTrue(token: TemplateToken | undefined): boolean {
  return token !== undefined && isBoolean(token) && token.value;
}
