/**
 * Holds the answers of the local GitHub against GitHub's own description of its REST API, the file
 * `api.github.com.deref.json` of the package @octokit/openapi. It is large and not a dependency: the environment variable
 * PLAYGROUND_OPENAPI says where it is. Any test can switch the recorder on by giving its `observe` to the playground.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { PlaygroundOptions } from '../../src/playground/playground.ts';

type Json = Readonly<Record<string, unknown>>;
type Observe = NonNullable<PlaygroundOptions['observe']>;

export interface Recorder {
  readonly observe: Observe;
  /** One line for each way in which an answer differs: operation, status, path in the body, what is wrong. */
  mismatches(): readonly string[];
  /** The operations that were seen, as `GET /repos/{owner}/{repo} 200`. */
  seen(): readonly string[];
}

/** Why there is no recorder here; undefined if there is one. */
export function whyNoOpenapi(): string | undefined {
  const file = process.env.PLAYGROUND_OPENAPI;
  if (file === undefined)
    return 'PLAYGROUND_OPENAPI does not name api.github.com.deref.json of @octokit/openapi';
  return existsSync(file) ? undefined : `PLAYGROUND_OPENAPI names ${file}, which does not exist`;
}

/** Where GitHub itself answers otherwise than its description says. */
const DESCRIPTION_IS_WRONG: readonly string[] = [
  // A label without a description has null there, as in every other answer.
  'GET /repos/{owner}/{repo}/pulls 200: /*/labels/*/description must be string',
];

interface Operation {
  readonly template: string;
  readonly pattern: RegExp;
  /** Parts of the template that are not parameters: the more, the better the match. */
  readonly literals: number;
  readonly item: Readonly<Record<string, Json>>;
}

/** @throws if {@link whyNoOpenapi} has a reason */
export function openapiRecorder(): Recorder {
  const description = JSON.parse(readFileSync(process.env.PLAYGROUND_OPENAPI ?? '', 'utf8')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  };
  const operations = Object.entries(description.paths).map(([template, item]): Operation => {
    const parts = template
      .split('/')
      .map((part) => (part.startsWith('{') ? '[^/]+' : part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')));
    const literals = template.split('/').filter((part) => !part.startsWith('{')).length;
    return { template, pattern: new RegExp(`^${parts.join('/')}$`), literals, item };
  });
  const validators = new Map<string, ValidateFunction | undefined>();
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  formats.default(ajv);
  const found = new Set<string>();
  const wrong = new Set<string>();

  const observe: Observe = ({ method, path, status, body }) => {
    const operation = operations
      .filter(({ pattern }) => pattern.test(path) || pattern.test(withoutSlashes(path)))
      .toSorted((a, b) => b.literals - a.literals)[0];
    const described = operation?.item[method.toLowerCase()];
    // A path that GitHub does not have is answered 404.
    if (!operation || !described) {
      if (status !== 404) wrong.add(`${method} ${path} ${status}: GitHub has no such operation`);
      return;
    }
    const name = `${method} ${operation.template} ${status}`;
    found.add(name);
    if (status === 401 || status === 413 || status >= 429) return;
    const responses = described.responses as Readonly<Record<string, Json>>;
    const response = responses[String(status)];
    if (!response) {
      // Refusals that the description leaves out are common; successes are not.
      if (status < 300) wrong.add(`${name}: GitHub does not answer with this status`);
      return;
    }
    if (!validators.has(name)) validators.set(name, compile(ajv, response));
    const validate = validators.get(name);
    if (!validate) {
      if (body !== undefined && status === 204) wrong.add(`${name}: there should be no body`);
      return;
    }
    // Through JSON, so that what is undefined is absent.
    if (validate(JSON.parse(JSON.stringify(body ?? null)))) return;
    for (const error of validate.errors ?? []) wrong.add(`${name}: ${describe(error)}`);
  };
  return {
    observe,
    mismatches: () => [...wrong].filter((line) => !DESCRIPTION_IS_WRONG.includes(line)),
    seen: () => [...found],
  };
}

/** The same path with everything from the fifth part on as one, for refs and file names with slashes. */
function withoutSlashes(path: string): string {
  const match = /^(\/repos\/[^/]+\/[^/]+\/(?:git\/[\w-]+|contents|branches|commits|compare))\/(.+)$/.exec(
    path,
  );
  return match ? `${match[1]}/${encodeURIComponent(decodeURIComponent(match[2] ?? ''))}` : path;
}

function compile(ajv: Ajv, response: Json): ValidateFunction | undefined {
  const content = response.content as Readonly<Record<string, Json>> | undefined;
  const schema = content?.['application/json']?.schema;
  return schema === undefined ? undefined : ajv.compile(withoutNullable(schema) as Json);
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema has a type `null`. Examples are left out. */
function withoutNullable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutNullable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, example: _example, examples: _examples, ...rest } = schema as Json;
  const plain = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      // Under `properties` the keys are names, which may be `nullable` or `example` too.
      key === 'properties' && typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutNullable(inner)]))
        : withoutNullable(value),
    ]),
  );
  return nullable === true ? { anyOf: [{ type: 'null' }, plain] } : plain;
}

function describe(error: ErrorObject): string {
  const place = error.instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*');
  return `${place === '' ? 'body' : place} ${error.message ?? 'is wrong'}`;
}
