/**
 * The little of GraphQL's language that a query of one operation needs
 * (https://spec.graphql.org/October2021/#sec-Language): fields, aliases, arguments, variables, inline fragments.
 */

export class GraphqlError extends Error {
  override readonly name = 'GraphqlError';
  readonly code: 'syntax' | 'undefinedField' | 'argument' | 'NOT_FOUND' | 'FORBIDDEN';
  constructor(code: GraphqlError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Value = string | number | boolean | null;

export interface Field {
  readonly kind: 'field';
  readonly alias: string;
  readonly name: string;
  readonly arguments: ReadonlyMap<string, Value>;
  readonly selections: readonly Selection[];
}
interface Fragment {
  readonly kind: 'fragment';
  readonly on: string;
  readonly selections: readonly Selection[];
}
export type Selection = Field | Fragment;

const TOKEN =
  /\.\.\.|[!$():=@[\]{|}]|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|"(?:[^"\\\n]|\\.)*"|[\s,\uFEFF]+|#[^\n]*|./gy;
const MAX_TOKENS = 2000;
const MAX_DEPTH = 20;

/**
 * Reads a query.
 * @param variables the values for `$name`
 * @throws {GraphqlError} `syntax`, `argument`
 */
export function parseQuery(text: string, variables: Readonly<Record<string, unknown>>): readonly Selection[] {
  const tokens = (text.match(TOKEN) ?? []).filter((token) => !/^[\s,#\uFEFF]/.test(token));
  if (tokens.length > MAX_TOKENS) throw new GraphqlError('syntax', 'The query is too large.');
  let at = 0;
  const peek = () => tokens[at];
  const next = () => tokens[at++];
  const expect = (wanted: string) => {
    const found = next();
    if (found !== wanted)
      throw new GraphqlError('syntax', `Expected "${wanted}", got "${found ?? 'end of query'}".`);
  };
  const name = () => {
    const found = next() ?? '';
    if (!/^[A-Za-z_]\w*$/.test(found)) throw new GraphqlError('syntax', `Expected a name, got "${found}".`);
    return found;
  };

  const value = (): Value => {
    const token = next() ?? '';
    if (token === '$') return variable(name(), variables);
    if (token.startsWith('"')) return JSON.parse(token) as string;
    if (/^-?\d/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    throw new GraphqlError('syntax', `Unexpected value "${token}".`);
  };

  const argumentList = (): ReadonlyMap<string, Value> => {
    const found = new Map<string, Value>();
    if (peek() !== '(') return found;
    next();
    while (peek() !== ')') {
      const key = name();
      expect(':');
      found.set(key, value());
    }
    next();
    return found;
  };

  const selectionSet = (depth: number): readonly Selection[] => {
    if (depth > MAX_DEPTH) throw new GraphqlError('syntax', 'The query is nested too deeply.');
    expect('{');
    const found: Selection[] = [];
    while (peek() !== '}') found.push(selection(depth));
    next();
    return found;
  };

  const selection = (depth: number): Selection => {
    if (peek() === '...') {
      next();
      expect('on');
      return { kind: 'fragment', on: name(), selections: selectionSet(depth + 1) };
    }
    const first = name();
    const renamed = peek() === ':';
    if (renamed) next();
    const fieldName = renamed ? name() : first;
    const fieldArguments = argumentList();
    const selections = peek() === '{' ? selectionSet(depth + 1) : [];
    return { kind: 'field', alias: first, name: fieldName, arguments: fieldArguments, selections };
  };

  const skipVariables = () => {
    if (peek() !== '(') return;
    while (at < tokens.length && next() !== ')');
  };

  if (peek() !== '{') {
    const operation = next();
    if (operation !== 'query')
      throw new GraphqlError('syntax', `Only queries are answered here, not "${operation}".`);
    if (peek() !== '(' && peek() !== '{') name();
    skipVariables();
  }
  const selections = selectionSet(0);
  if (at < tokens.length) throw new GraphqlError('syntax', `Unexpected "${peek()}" after the query.`);
  return selections;
}

function variable(name: string, variables: Readonly<Record<string, unknown>>): Value {
  const found = Object.hasOwn(variables, name) ? variables[name] : null;
  if (found === null || found === undefined) return null;
  if (/^(?:string|number|boolean)$/.test(typeof found)) return found as Value;
  throw new GraphqlError('argument', `Variable $${name} has a type that no argument here takes.`);
}
