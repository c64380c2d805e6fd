/**
 * The order of members. The stored form of a file and the canonical form both list the members of an object in
 * ascending order of their names, and `JSON.stringify` writes them in the order in which the object has them.
 */
import { dataProblem, isPlainAndOrdered, MAX_DEPTH, memberOf } from './plain-data.ts';

/** JavaScript lists members of such names first, whatever order they were added in. */
const ARRAY_INDEX = /^(?:0|[1-9][0-9]*)$/;

/**
 * The same data with the members of all objects in ascending order of UTF-16 code units. What is in order already is
 * shared with the original and not copied: the thousands of entries of a targets role are in order where its few
 * fields around them are not.
 * @returns undefined where it is not plain JSON data, or has members that JavaScript cannot hold in this order
 */
export function inMemberOrder(value: unknown): unknown {
  return isPlainAndOrdered(value) ? value : ordered(value, MAX_DEPTH);
}

function ordered(value: unknown, depth: number): unknown {
  if (dataProblem(value) !== undefined) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return undefined;
  return Array.isArray(value) ? orderedArray(value, depth) : orderedObject(value, depth);
}

function orderedArray(value: readonly unknown[], depth: number): unknown {
  let copied = false;
  const elements: unknown[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const original = memberOf(value, index);
    const element = ordered(original, depth - 1);
    if (element === undefined) return undefined;
    copied ||= element !== original;
    elements.push(element);
  }
  return copied ? elements : value;
}

function orderedObject(value: object, depth: number): unknown {
  let copied = false;
  let previous: string | undefined;
  const members: (readonly [name: string, member: unknown])[] = [];
  for (const name of Object.getOwnPropertyNames(value)) {
    const original = memberOf(value, name);
    const member = ordered(original, depth - 1);
    if (member === undefined) return undefined;
    copied ||= member !== original || (previous !== undefined && name < previous);
    previous = name;
    members.push([name, member]);
  }
  if (!copied) return value;
  // Without a prototype, `__proto__` is a name like any other.
  const copy: { [name: string]: unknown } = Object.create(null);
  for (const [name, member] of members.sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (ARRAY_INDEX.test(name)) return undefined;
    copy[name] = member;
  }
  return copy;
}
