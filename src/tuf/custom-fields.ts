/**
 * The fields that this repository format adds to TUF metadata. They are those of tuf-on-ci, so that its repositories
 * run here unchanged. This is the one module that knows their names, and the older `x-playground-*` ones.
 */
import type { Json, JsonObject } from './json.ts';

const PREFIX = 'x-tuf-on-ci-';
const OLDER_PREFIX = 'x-playground-';

export const KEY_OWNER = `${PREFIX}keyowner`;
export const ONLINE_URI = `${PREFIX}online-uri`;
export const EXPIRY_PERIOD = `${PREFIX}expiry-period`;
export const SIGNING_PERIOD = `${PREFIX}signing-period`;

/** Days of validity, and days before expiry at which signing anew starts. */
export interface Periods {
  readonly expiry: number;
  readonly signing: number;
}

/** An object of metadata, whatever else it holds. */
type Fields = object;

function read(fields: Fields, name: string): Json | undefined {
  const field = [PREFIX + name, OLDER_PREFIX + name].find((candidate) => Object.hasOwn(fields, candidate));
  return field === undefined ? undefined : Reflect.get(fields, field);
}

/** The signer's login with its `@`, or undefined where the key names no owner. */
export function keyOwner(key: Fields): string | undefined {
  const owner = read(key, 'keyowner');
  return typeof owner === 'string' ? owner : undefined;
}

/** The signer URI of an online key, or undefined for an offline key. */
export function onlineUri(key: Fields): string | undefined {
  const uri = read(key, 'online-uri');
  return typeof uri === 'string' ? uri : undefined;
}

/**
 * The periods in days of a root or targets role (from its `signed`) or of an online role (from its entry in root's
 * `roles`). The signing period is half the expiry period where none is given. Undefined where no valid expiry period
 * is stated, as in repositories that have not been taken over yet.
 */
export function periodsOf(fields: Fields): Periods | undefined {
  const expiry = read(fields, 'expiry-period');
  if (typeof expiry !== 'number' || expiry < 1) return undefined;
  const signing = read(fields, 'signing-period');
  return { expiry, signing: typeof signing === 'number' && signing >= 0 ? signing : Math.floor(expiry / 2) };
}

/** Why the stated periods make no sense, in words that follow the role; undefined where they do or where none are. */
export function periodsProblem(fields: Fields): string | undefined {
  const [expiry, signing] = [read(fields, 'expiry-period'), read(fields, 'signing-period')];
  if (expiry === undefined && signing === undefined) return undefined;
  const periods = periodsOf(fields);
  if (!periods) return 'has no expiry period of one day or more';
  if (signing !== undefined && signing !== periods.signing)
    return 'has a signing period that is no number of days';
  return periods.signing < periods.expiry
    ? undefined
    : `is to be signed ${periods.signing} days before expiry, but lives only ${periods.expiry}`;
}

/** The two fields that state periods, for an object that is being written. */
export function periodFields(periods: Periods): JsonObject {
  return { [EXPIRY_PERIOD]: periods.expiry, [SIGNING_PERIOD]: periods.signing };
}
