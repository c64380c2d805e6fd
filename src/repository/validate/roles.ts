/** Roles: each that is delegated exists, none exists that is not, versions grow, and expiry keeps to its period. */
import { periodsOf, periodsProblem } from '../../tuf/custom-fields.ts';
import { MAX_VERSION } from '../../tuf/limits.ts';
import type { Signed } from '../../tuf/metadata.ts';
import { isTopLevelRole, ONLINE_ROLES } from '../../tuf/names.ts';
import { DAY, isStrictTime, parseTime } from '../../tuf/time.ts';
import { reachableRoles } from '../delegators.ts';
import { type Finding, type FindingDetails, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import { targetsRoles } from '../state.ts';
import { type CheckContext, roleChanged } from './context.ts';
import { sameJson } from './same.ts';

export function checkRoles(context: CheckContext): readonly Finding[] {
  const { proposed, knownGood } = context;
  const findings: Finding[] = [];
  const reachable = reachableRoles(proposed);
  const delegatedBefore = reachableRoles(knownGood);

  for (const role of ['root', ...reachable.keys()]) {
    if (proposed.roles.has(role)) continue;
    const by = reachable.get(role) ?? 'root';
    const changed = isTopLevelRole(role) || !delegatedBefore.has(role) || knownGood.roles.has(role);
    const message = isTopLevelRole(role)
      ? `${rolePath(role)} is missing`
      : `${by} delegates to ${role}, but ${rolePath(role)} is missing`;
    findings.push(finding('role-missing', { role, path: rolePath(role), message, changed }));
  }
  // Where targets cannot be read, nothing can be said about the roles that it delegates to.
  if (proposed.roles.get('targets')?.metadata) {
    for (const role of targetsRoles(proposed)) {
      if (reachable.has(role)) continue;
      const message = `${rolePath(role)} is there, but no role delegates to ${role}`;
      findings.push(
        finding('role-not-delegated', {
          role,
          path: rolePath(role),
          message,
          changed: roleChanged(context, role),
        }),
      );
    }
  }
  for (const role of ['root', ...targetsRoles(proposed)]) {
    const signed = proposed.roles.get(role)?.metadata?.signed;
    if (signed) findings.push(...checkVersion(context, role, signed), ...checkSigned(context, role, signed));
  }
  return findings;
}

function checkVersion(context: CheckContext, role: string, signed: Signed): readonly Finding[] {
  const known = context.knownGood.roles.get(role)?.metadata?.signed;
  const details = (message: string): FindingDetails => ({ role, path: rolePath(role), message });
  const { version } = signed;
  if (version > MAX_VERSION)
    return [
      finding('version-too-high', {
        ...details(`${role} has version ${version}; clients store at most ${MAX_VERSION}`),
        changed: roleChanged(context, role),
      }),
    ];
  if (known && version < known.version) {
    return [
      finding('version-rollback', details(`${role} goes back from version ${known.version} to ${version}`)),
    ];
  }
  if (known && version === known.version && !sameJson(known, signed)) {
    return [finding('version-unchanged', details(`${role} changed, but still has version ${version}`))];
  }
  const next = (known?.version ?? 0) + 1;
  if (context.singleStep && version > next) {
    return [
      finding(
        'version-too-high',
        details(`${role} jumps to version ${version}; the next version is ${next}`),
      ),
    ];
  }
  return [];
}

/** Whether clients take metadata of this specification version. */
export function isSpecVersion(text: string): boolean {
  return /^1\.\d+(\.\d+)?$/.test(text);
}

/** What can be said of the signed part of any role by itself. */
function checkSigned(context: CheckContext, role: string, signed: Signed): readonly Finding[] {
  const findings: Finding[] = [];
  const path = rolePath(role);
  const changed = roleChanged(context, role);
  const add = (code: Parameters<typeof finding>[0], message: string, weight = changed) =>
    void findings.push(finding(code, { role, path, message, changed: weight }));

  if (!isSpecVersion(signed.spec_version)) {
    add('spec-version', `${role} has spec_version ${JSON.stringify(signed.spec_version)}`);
  }
  const expires = parseTime(signed.expires);
  if (!expires) {
    const message = `${role} expires at ${JSON.stringify(signed.expires)}, which is no time`;
    add('expiry-format', message, changed || isTopLevelRole(role));
    return findings;
  }
  if (!isStrictTime(signed.expires))
    add('expiry-format', `${role} expires at "${signed.expires}", in an unusual form`);
  if (expires <= context.now) {
    add('expired', `${role} expired on ${signed.expires}`, changed || isTopLevelRole(role));
  }

  const periods = signed._type === 'root' || signed._type === 'targets' ? periodsOf(signed) : undefined;
  for (const [name, fields] of periodFieldsIn(role, signed)) {
    const problem = periodsProblem(fields);
    if (problem) add('period-invalid', `${name} ${problem}`);
  }
  // A day of grace: the draft may have been made on a clock that is a little ahead.
  if (periods && changed && expires.getTime() > context.now.getTime() + (periods.expiry + 1) * DAY) {
    add(
      'expiry-beyond-period',
      `${role} expires on ${signed.expires}, more than its ${periods.expiry} days from now`,
    );
  }
  const before = context.knownGood.roles.get(role)?.metadata?.signed;
  const expiredBefore = before && parseTime(before.expires);
  if (changed && expiredBefore && expires < expiredBefore) {
    add(
      'expiry-earlier',
      `${role} expires on ${signed.expires}, earlier than the version before it (${before.expires})`,
    );
  }
  return findings;
}

/** Where a role's file states periods: its own and, in root, those of the online roles. */
function periodFieldsIn(role: string, signed: Signed): readonly (readonly [name: string, fields: object])[] {
  if (signed._type === 'root') {
    return [[role, signed], ...ONLINE_ROLES.map((name) => [`${role}: ${name}`, signed.roles[name]] as const)];
  }
  return signed._type === 'targets' ? [[role, signed]] : [];
}
