/**
 * GitHub's own reader of workflow files and actions, and its expressions (`@actions/workflow-parser`,
 * `@actions/expressions`): what they accept is what GitHub accepts, so nothing here reads YAML itself.
 *
 * The parser imports its two schemas as `import x from "../schema.json"`, which bundlers take and Node refuses (it
 * wants `with { type: 'json' }`). `createRequire` does not help, since the failing import is inside the package. So
 * while the package loads, and for its JSON files only, a hook of `node:module` hands Node the same text as a
 * JavaScript module. The hook is gone before this file has been evaluated. It works under `node` and under vitest,
 * which leaves packages to Node.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const hooks = registerHooks({
  load(url, context, nextLoad) {
    if (!/\/@actions\/workflow-parser\/dist\/[\w.-]+\.json$/.test(url)) return nextLoad(url, context);
    const json = readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', source: `export default ${json};`, shortCircuit: true };
  },
});

const parser = await import('@actions/workflow-parser');
const actions = await import('@actions/workflow-parser/actions/index');
const events = await import('@actions/workflow-parser/model/converter/events');
const jobs = await import('@actions/workflow-parser/model/converter/jobs');
const concurrency = await import('@actions/workflow-parser/model/converter/concurrency');
const conditions = await import('@actions/workflow-parser/model/converter/if-condition');
const tokens = await import('@actions/workflow-parser/templates/tokens/string-token');
hooks.deregister();

// Of a text of several lines that holds an expression the parser takes what stands in the file, indentation and all,
// because an editor wants to know its columns. GitHub takes what YAML says that the text is.
Object.defineProperty(tokens.StringToken.prototype, 'source', { get: () => undefined, set: () => undefined });

export const {
  parseWorkflow,
  isMapping,
  isSequence,
  isString,
  isBoolean,
  isNumber,
  isBasicExpression,
  NoOperationTraceWriter,
} = parser;
export const { parseAction, convertActionTemplate } = actions;
export const { convertOn } = events;
export const { convertJobs } = jobs;
export const { convertConcurrency } = concurrency;
export const { convertToIfCondition } = conditions;

export type {
  ActionInputDefinition,
  ActionTemplate,
} from '@actions/workflow-parser/actions/index';
export type { EventsConfig } from '@actions/workflow-parser/model/workflow-template';
export type { TemplateContext } from '@actions/workflow-parser/templates/template-context';
export type {
  MappingToken,
  SequenceToken,
  TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index';
