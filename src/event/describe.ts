/**
 * What a change means, in plain words: the lines that a signer reads before signing and a reviewer in the report. They
 * are computed from the two versions of the metadata and from nothing else.
 */

import { sameJson } from '../repository/validate/same.ts';
import { EXPIRY_PERIOD, keyOwner, onlineUri, SIGNING_PERIOD } from '../tuf/custom-fields.ts';
import type { Delegations } from '../tuf/delegations.ts';
import { classifyKey, type Key } from '../tuf/key.ts';
import type { Signed } from '../tuf/metadata.ts';
import { TOP_LEVEL_ROLES } from '../tuf/names.ts';
import type { RoleKeys } from '../tuf/role-keys.ts';
import { own } from '../tuf/shape.ts';
import type { TargetFile } from '../tuf/targets.ts';

type Keys = { readonly [keyid: string]: Key };

/** The lines that describe the step from one version of a role (undefined: none) to the next. */
export function describeChange(before: Signed | undefined, after: Signed): readonly string[] {
  const lines: string[] = [];
  if (before) lines.push(`version ${before.version} → ${after.version}`);
  else lines.push(`new role, version ${after.version}`);
  if (before?.expires !== after.expires)
    lines.push(`expires on ${after.expires}${before ? ` (before: ${before.expires})` : ''}`);
  lines.push(...periodLines('', before, after));

  if (after._type === 'root') {
    const old = before?._type === 'root' ? before : undefined;
    if (old?.consistent_snapshot !== after.consistent_snapshot && (old || !after.consistent_snapshot)) {
      lines.push(`consistent_snapshot is ${after.consistent_snapshot}`);
    }
    for (const role of TOP_LEVEL_ROLES) {
      lines.push(...roleKeyLines(role, old?.roles[role], old?.keys, after.roles[role], after.keys));
    }
    lines.push(...keyListLines(after.keys, old?.keys, Object.values(after.roles)));
  } else if (after._type === 'targets') {
    const old = before?._type === 'targets' ? before : undefined;
    lines.push(...artifactLines(old?.targets ?? {}, after.targets));
    lines.push(...delegationLines(old?.delegations, after.delegations));
  }
  const described = before ? DESCRIBED : new Set([...DESCRIBED, '_type', 'spec_version']);
  return [...lines, ...otherFields('', before, after, described)];
}

function periodLines(prefix: string, before: object | undefined, after: object): readonly string[] {
  const names = { [EXPIRY_PERIOD]: 'expiry period', [SIGNING_PERIOD]: 'signing period' };
  return Object.entries(names).flatMap(([field, label]) => {
    const [old, now] = [member(before, field), member(after, field)];
    if (sameJson(old, now)) return [];
    return [
      `${prefix}${label}: ${now === undefined ? 'none' : `${now} days`}${old === undefined ? '' : ` (before: ${old})`}`,
    ];
  });
}

/** Who may sign a role, and how many must. */
function roleKeyLines(
  name: string,
  before: RoleKeys | undefined,
  keysBefore: Keys | undefined,
  after: RoleKeys,
  keys: Keys,
): readonly string[] {
  const lines: string[] = [];
  for (const keyid of after.keyids) {
    if (!before?.keyids.includes(keyid)) lines.push(`${name}: + ${describeHolder(own(keys, keyid), keyid)}`);
    else if (!sameJson(own(keysBefore, keyid), own(keys, keyid)))
      lines.push(`${name}: changed key ${describeHolder(own(keys, keyid), keyid)}`);
  }
  for (const keyid of before?.keyids ?? []) {
    if (!after.keyids.includes(keyid))
      lines.push(`${name}: − ${describeHolder(own(keysBefore, keyid), keyid)}`);
  }
  if (before?.threshold !== after.threshold || !sameJson(before.keyids, after.keyids)) {
    const old = before && before.threshold !== after.threshold ? ` (before: ${before.threshold})` : '';
    lines.push(
      `${name}: needs ${after.threshold} of ${after.keyids.length} ${after.keyids.length === 1 ? 'key' : 'keys'}${old}`,
    );
  }
  return [
    ...lines,
    ...periodLines(`${name}: `, before, after),
    ...otherFields(`${name}: `, before, after, DESCRIBED_OF_ROLE),
  ];
}

function describeHolder(key: Key | undefined, keyid: string): string {
  if (!key) return `undefined key ${keyid.slice(0, 8)}`;
  const holder =
    keyOwner(key) ?? (onlineUri(key) === undefined ? 'key without owner' : `online key ${onlineUri(key)}`);
  return `${holder} (${classifyKey(key).name}, keyid ${keyid.slice(0, 8)})`;
}

/** Keys that the lines about roles do not tell of: those that no role uses, and those that are gone. */
function keyListLines(keys: Keys, before: Keys | undefined, roles: readonly RoleKeys[]): readonly string[] {
  const used = new Set(roles.flatMap((role) => role.keyids));
  const idle = Object.entries(keys).filter(
    ([keyid, key]) => !used.has(keyid) && !sameJson(own(before, keyid), key),
  );
  const gone = Object.keys(before ?? {}).filter((keyid) => !Object.hasOwn(keys, keyid));
  return [
    ...idle.map(([keyid, key]) => `key that no role uses: ${describeHolder(key, keyid)}`),
    ...gone.map((keyid) => `key ${keyid.slice(0, 8)} is no longer listed`),
  ];
}

function artifactLines(
  before: { readonly [path: string]: TargetFile },
  after: { readonly [path: string]: TargetFile },
): readonly string[] {
  const lines: string[] = [];
  for (const [path, file] of Object.entries(after)) {
    const old = own(before, path);
    if (!old) lines.push(`artifact added: ${path} (${size(file)}, ${firstHash(file)})`);
    else if (!sameJson(old.hashes, file.hashes) || old.length !== file.length) {
      lines.push(
        `artifact changed: ${path} (${size(file)}, ${firstHash(file)}; before: ${size(old)}, ${firstHash(old)})`,
      );
    } else if (!sameJson(old, file)) lines.push(`artifact ${path}: other details changed`);
  }
  for (const path of Object.keys(before))
    if (!Object.hasOwn(after, path)) lines.push(`artifact removed: ${path}`);
  return lines;
}

function size(file: TargetFile): string {
  return `${file.length} bytes`;
}

function firstHash(file: TargetFile): string {
  const [algorithm, hash] = Object.entries(file.hashes)[0] ?? ['no hash', ''];
  return `${algorithm} ${hash.slice(0, 12)}…`;
}

function delegationLines(before: Delegations | undefined, after: Delegations | undefined): readonly string[] {
  const lines: string[] = [];
  const old = new Map((before?.roles ?? []).map((role) => [role.name, role]));
  for (const role of after?.roles ?? []) {
    const was = old.get(role.name);
    const covers = role.paths
      ? role.paths.join(', ')
      : `hash prefixes ${role.path_hash_prefixes?.join(', ')}`;
    if (!was)
      lines.push(
        `delegation added: ${role.name} for ${covers}${role.terminating ? '' : ', not terminating'}`,
      );
    else if (!sameJson(was.paths, role.paths) || !sameJson(was.path_hash_prefixes, role.path_hash_prefixes))
      lines.push(`delegation ${role.name}: now for ${covers}`);
    if (was && was.terminating !== role.terminating)
      lines.push(`delegation ${role.name}: terminating is now ${role.terminating}`);
    lines.push(...roleKeyLines(role.name, was, before?.keys, role, after?.keys ?? {}));
  }
  const names = (after?.roles ?? []).map((role) => role.name);
  for (const name of old.keys()) if (!names.includes(name)) lines.push(`delegation removed: ${name}`);
  // Clients ask in this order. A delegation that is added is expected at the end.
  const kept = [...old.keys()].filter((name) => names.includes(name));
  if (!sameJson([...kept, ...names.filter((name) => !old.has(name))], names))
    lines.push(`order of delegations: ${names.join(', ')}`);
  const bins = after?.succinct_roles;
  if (!sameJson(before?.succinct_roles, bins)) {
    lines.push(
      bins ? `hashed bins: ${2 ** bins.bit_length} named ${bins.name_prefix}-…` : 'hashed bins removed',
    );
    if (bins)
      lines.push(
        ...roleKeyLines(
          `${bins.name_prefix}-*`,
          before?.succinct_roles,
          before?.keys,
          bins,
          after?.keys ?? {},
        ),
      );
  }
  const speakers = [...(after?.roles ?? []), ...(bins ? [bins] : [])];
  return [
    ...lines,
    ...keyListLines(after?.keys ?? {}, before?.keys, speakers),
    ...otherFields('delegations: ', before, after, DESCRIBED_OF_DELEGATIONS),
  ];
}

const DESCRIBED_OF_DELEGATIONS = new Set(['keys', 'roles', 'succinct_roles']);

const DESCRIBED_OF_ROLE = new Set([
  'name',
  'keyids',
  'threshold',
  'paths',
  'path_hash_prefixes',
  'terminating',
  'bit_length',
  'name_prefix',
  EXPIRY_PERIOD,
  SIGNING_PERIOD,
]);

const DESCRIBED = new Set([
  'version',
  'expires',
  'keys',
  'roles',
  'consistent_snapshot',
  'targets',
  'delegations',
  'meta',
  EXPIRY_PERIOD,
  SIGNING_PERIOD,
]);

/** Fields that this page has no words for; a signer must not miss them all the same. */
function otherFields(
  prefix: string,
  before: object | undefined,
  after: object | undefined,
  described: ReadonlySet<string>,
): readonly string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((name) => {
    const [old, now] = [member(before, name), member(after, name)];
    if (described.has(name) || sameJson(old, now)) return [];
    return [`${prefix}field ${JSON.stringify(name)}: ${now === undefined ? 'removed' : shortJson(now)}`];
  });
}

/** A field's value, if it is the object's own. */
function member(object: object | undefined, name: string): unknown {
  return own(object as { readonly [name: string]: unknown } | undefined, name);
}

const LONGEST_VALUE = 1000;

function shortJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE
    ? `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters in all)`
    : text;
}
