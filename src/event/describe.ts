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
    lines.push(...unusualKeys(after.keys, old?.keys));
  } else if (after._type === 'targets') {
    const old = before?._type === 'targets' ? before : undefined;
    lines.push(...artifactLines(old?.targets ?? {}, after.targets));
    lines.push(...delegationLines(old?.delegations, after.delegations));
  }
  return [...lines, ...otherFields(before, after)];
}

function periodLines(prefix: string, before: object | undefined, after: object): readonly string[] {
  const names = { [EXPIRY_PERIOD]: 'expiry period', [SIGNING_PERIOD]: 'signing period' };
  return Object.entries(names).flatMap(([field, label]) => {
    const [old, now] = [Reflect.get(before ?? {}, field), Reflect.get(after, field)];
    if (old === now) return [];
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
  if (before?.threshold !== after.threshold || lines.length > 0) {
    const old = before && before.threshold !== after.threshold ? ` (before: ${before.threshold})` : '';
    lines.push(
      `${name}: needs ${after.threshold} of ${after.keyids.length} ${after.keyids.length === 1 ? 'key' : 'keys'}${old}`,
    );
  }
  return [...lines, ...periodLines(`${name}: `, before, after)];
}

function describeHolder(key: Key | undefined, keyid: string): string {
  if (!key) return `undefined key ${keyid.slice(0, 8)}`;
  const holder =
    keyOwner(key) ?? (onlineUri(key) === undefined ? 'key without owner' : `online key ${onlineUri(key)}`);
  return `${holder} (${classifyKey(key).name}, keyid ${keyid.slice(0, 8)})`;
}

/** Keys that are listed but that no role uses. */
function unusualKeys(keys: Keys, before: Keys | undefined): readonly string[] {
  return Object.keys(before ?? {})
    .filter((keyid) => !Object.hasOwn(keys, keyid))
    .map((keyid) => `key ${keyid.slice(0, 8)} is no longer listed`);
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
    else if (!sameJson([was.paths, was.path_hash_prefixes], [role.paths, role.path_hash_prefixes]))
      lines.push(`delegation ${role.name}: now for ${covers}`);
    if (was && was.terminating !== role.terminating)
      lines.push(`delegation ${role.name}: terminating is now ${role.terminating}`);
    lines.push(...roleKeyLines(role.name, was, before?.keys, role, after?.keys ?? {}));
  }
  const names = (after?.roles ?? []).map((role) => role.name);
  for (const name of old.keys()) if (!names.includes(name)) lines.push(`delegation removed: ${name}`);
  const kept = [...old.keys()].filter((name) => names.includes(name));
  if (kept.join('\n') !== names.filter((name) => old.has(name)).join('\n'))
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
  return lines;
}

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
function otherFields(before: Signed | undefined, after: Signed): readonly string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    if (DESCRIBED.has(name) || (!before && ['_type', 'spec_version'].includes(name))) return [];
    const [old, now] = [Reflect.get(before ?? {}, name), Reflect.get(after, name)];
    return sameJson(old, now) ? [] : [`field ${JSON.stringify(name)}: ${JSON.stringify(now) ?? 'removed'}`];
  });
}
