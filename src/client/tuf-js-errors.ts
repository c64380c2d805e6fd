/**
 * tuf-js and @tufjs/models tell errors apart by class but name none, so `error.name` is "Error" for all of them,
 * and where tuf-js puts one error's text into another ("Unable to load targets error Error: …") the class is
 * lost. Naming the classes brings it back. Done in the client's thread only.
 */
import * as modelErrors from '@tufjs/models/dist/error.js';
import * as clientErrors from 'tuf-js/dist/error.js';

/** Gives each error class of tuf-js its name. */
export function nameTufErrors(): void {
  for (const group of [modelErrors, clientErrors]) {
    for (const [name, value] of Object.entries(group)) {
      if (isErrorClass(value)) value.prototype.name = name;
    }
  }
}

const isErrorClass = (value: unknown): value is { prototype: Error } =>
  typeof value === 'function' && value.prototype instanceof Error;
