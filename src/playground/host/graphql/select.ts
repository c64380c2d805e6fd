/** Objects of GraphQL and taking from them what a query selects (https://spec.graphql.org/October2021/#sec-Executing-Selection-Sets). */
import { type Field, GraphqlError, type Selection } from './parse.ts';

export type Resolve = (field: Field) => unknown;

/** Fields of a type by name. Look-ups are in a map, since names come from outside. */
export interface ObjectType {
  readonly type: string;
  /** Names under which a fragment may ask for it. */
  readonly also: readonly string[];
  readonly fields: ReadonlyMap<string, Resolve>;
}

/** Takes what is selected; only fields that exist, and never an object without a selection. */
export function select(
  object: ObjectType,
  selections: readonly Selection[],
): Readonly<Record<string, unknown>> {
  const result = new Map<string, unknown>();
  for (const selection of selections) {
    if (selection.kind === 'fragment') {
      if (selection.on !== object.type && !object.also.includes(selection.on)) continue;
      for (const [name, value] of Object.entries(
        select(concrete(object, selection.on), selection.selections),
      )) {
        result.set(name, value);
      }
      continue;
    }
    if (selection.name === '__typename') {
      result.set(selection.alias, object.type);
      continue;
    }
    const resolve = object.fields.get(selection.name);
    if (!resolve) {
      const message = `Field '${selection.name}' doesn't exist on type '${object.also[0] ?? object.type}'`;
      throw new GraphqlError('undefinedField', message);
    }
    result.set(selection.alias, complete(resolve(selection), selection));
  }
  return Object.fromEntries(result);
}

/** An interface's object seen as its own type has fields that the interface lacks. */
function concrete(object: ObjectType, on: string): ObjectType {
  if (on !== object.type || object.also.length === 0) return object;
  const extra = EXTRA.get(object) ?? new Map<string, Resolve>();
  return { ...object, also: [], fields: new Map([...object.fields, ...extra]) };
}
const EXTRA = new WeakMap<ObjectType, ReadonlyMap<string, Resolve>>();

/** An object that is asked for as an interface, and has more fields for who asks for its own type. */
export function interfaceObject(
  type: string,
  of: string,
  fields: Readonly<Record<string, Resolve>>,
  own: Readonly<Record<string, Resolve>>,
): ObjectType {
  const object = objectType(type, fields, [of]);
  EXTRA.set(object, new Map(Object.entries(own)));
  return object;
}

function complete(value: unknown, field: Field): unknown {
  if (Array.isArray(value)) return value.map((entry) => complete(entry, field));
  if (!isObjectType(value)) {
    if (field.selections.length > 0 && value !== null) {
      throw new GraphqlError('undefinedField', `Field '${field.name}' has no fields of its own.`);
    }
    return value;
  }
  if (field.selections.length === 0) {
    throw new GraphqlError(
      'undefinedField',
      `Field must have selections (field '${field.name}' returns ${value.type})`,
    );
  }
  return select(value, field.selections);
}

function isObjectType(value: unknown): value is ObjectType {
  return typeof value === 'object' && value !== null && (value as ObjectType).fields instanceof Map;
}

export function objectType(
  type: string,
  fields: Readonly<Record<string, Resolve>>,
  also: readonly string[] = [],
): ObjectType {
  return { type, also, fields: new Map(Object.entries(fields)) };
}
