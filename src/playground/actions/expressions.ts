/**
 * Evaluating `${{ … }}` with GitHub's own evaluator. A token of a workflow file is a literal, a list, a mapping, or
 * an expression (text around expressions has become a call of `format` in the parser).
 * https://docs.github.com/actions/reference/workflows-and-actions/expressions
 */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { type Token, TokenType } from '@actions/expressions/lexer';
import { falsy } from '@actions/expressions/result';
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
  type MappingToken,
  type TemplateToken,
} from './github-parser.ts';

type ExpressionData = ReturnType<Evaluator['evaluate']>;

/** What an expression can see: contexts by name, and functions beside GitHub's constant ones. */
export interface Scope {
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly functions?: ReadonlyMap<string, FunctionDefinition>;
}

/** An expression could not be evaluated; the message is shown as an annotation. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code = 'evaluation-failed';
}

/** Status functions of `if`: a name and the answer. */
export function statusFunctions(
  answers: Readonly<Record<'success' | 'failure' | 'cancelled' | 'always', () => boolean>>,
): ReadonlyMap<string, FunctionDefinition> {
  return new Map(
    Object.entries(answers).map(([name, answer]) => [
      name,
      { name, minArgs: 0, maxArgs: 255, call: () => new data.BooleanData(answer()) },
    ]),
  );
}

const HASH_FILES: FunctionDefinition = {
  name: 'hashFiles',
  minArgs: 1,
  maxArgs: 255,
  call: () => {
    throw new Error('hashFiles is not supported by the local GitHub');
  },
};

function evaluate(expression: string, scope: Scope): ExpressionData {
  const functions = new Map([['hashfiles', HASH_FILES], ...(scope.functions ?? [])]);
  const contexts = new data.Dictionary(
    ...Object.entries(scope.contexts).map(([key, value]) => ({ key, value: toData(value) })),
  );
  try {
    const tokens = new Lexer(expression).lex().tokens.map(withWholeText);
    const tree = new Parser(tokens, Object.keys(scope.contexts), [...functions.values()]).parse();
    return new Evaluator(tree, contexts, functions).evaluate();
  } catch (error) {
    throw new EvaluationError(
      `${error instanceof Error ? error.message : String(error)} (in: ${expression})`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Two quotes within a text stand for one. Version 0.3.61 of the lexer sees only the first such pair, unlike GitHub,
 * which would change every script with an expression and more than one quote.
 */
function withWholeText(token: Token): Token {
  if (token.type !== TokenType.STRING) return token;
  return { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") };
}

/** The value of an expression, as plain data. */
function evaluateExpression(expression: string, scope: Scope): unknown {
  return fromData(evaluate(expression, scope));
}

/** Whether an `if` holds: false, 0, '' and null do not. */
export function evaluateCondition(expression: string, scope: Scope): boolean {
  return !falsy(evaluate(expression, scope));
}

/** The value of a token, as plain data; mappings become objects. */
export function evaluateToken(token: TemplateToken | undefined, scope: Scope): unknown {
  if (token === undefined) return undefined;
  if (isBasicExpression(token)) return evaluateExpression(token.expression, scope);
  if (isString(token) || isNumber(token) || isBoolean(token)) return token.value;
  if (isSequence(token)) return [...token].map((item) => evaluateToken(item, scope));
  if (isMapping(token)) return Object.fromEntries(evaluateMapping(token, scope));
  if (token.isExpression) {
    throw new EvaluationError('The directive insert is not supported by the local GitHub');
  }
  return null;
}

/** Keys and values of a mapping, in the order of the file. */
function evaluateMapping(
  token: MappingToken | undefined,
  scope: Scope,
): readonly (readonly [string, unknown])[] {
  return [...(token ?? [])].map(
    (pair) => [toText(evaluateToken(pair.key, scope)), evaluateToken(pair.value, scope)] as const,
  );
}

/** Like `evaluateToken`, as the text that GitHub makes of the value; undefined where there is no token. */
export function evaluateText(token: TemplateToken | undefined, scope: Scope): string | undefined {
  return token === undefined ? undefined : toText(evaluateToken(token, scope));
}

/** @throws {EvaluationError} if the value is no boolean. */
export function evaluateBoolean(
  token: TemplateToken | boolean | undefined,
  scope: Scope,
  fallback: boolean,
): boolean {
  if (typeof token === 'boolean') return token;
  const value = evaluateToken(token, scope);
  if (value === undefined) return fallback;
  if (typeof value === 'boolean') return value;
  throw new EvaluationError(`Unexpected value '${toText(value)}', a boolean was expected`);
}

/** A string-to-string mapping such as `env`. */
export function evaluateStrings(token: MappingToken | undefined, scope: Scope): Map<string, string> {
  return new Map(evaluateMapping(token, scope).map(([key, value]) => [key, toText(value)]));
}

/** The text of a value as expressions have it: null is empty, true is `true`, 1.0 is `1`. */
export function toText(value: unknown): string {
  return toData(value).coerceString();
}

/** Keys of plain data come from payloads and files: no key is looked up in a prototype. */
function toData(value: unknown): ExpressionData {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })));
}

function fromData(value: ExpressionData | undefined): unknown {
  if (value === undefined) return null;
  return JSON.parse(JSON.stringify(value, data.replacer) ?? 'null');
}
