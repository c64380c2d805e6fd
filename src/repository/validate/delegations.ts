/** Delegations: names and path patterns that all clients read alike. */
import { pathPatternProblem, roleNameProblem } from '../../tuf/names.ts';
import { type Finding, type FindingCode, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import { targetsOf, targetsRoles } from '../state.ts';
import { type CheckContext, roleChanged } from './context.ts';

export function checkDelegations(context: CheckContext): readonly Finding[] {
  const findings: Finding[] = [];
  for (const by of targetsRoles(context.proposed)) {
    const delegations = targetsOf(context.proposed, by)?.signed.delegations;
    const add = (code: FindingCode, message: string) =>
      void findings.push(
        finding(code, { role: by, path: rolePath(by), message, changed: roleChanged(context, by) }),
      );
    const prefix = delegations?.succinct_roles?.name_prefix;
    const prefixProblem = prefix === undefined ? undefined : roleNameProblem(`${prefix}-0`);
    if (prefixProblem)
      add('file-name', `${by} delegates to bins named ${JSON.stringify(prefix)}; the name ${prefixProblem}`);
    const seen = new Set<string>();
    for (const { name, paths } of delegations?.roles ?? []) {
      const problem = roleNameProblem(name);
      if (problem) add('file-name', `${by} delegates to ${JSON.stringify(name)}; the name ${problem}`);
      if (seen.has(name)) add('delegation-duplicate', `${by} delegates to ${name} twice`);
      seen.add(name);
      for (const pattern of paths ?? []) {
        const patternProblem = pathPatternProblem(pattern);
        if (patternProblem)
          add('delegation-paths', `${by}: the path ${JSON.stringify(pattern)} of ${name} ${patternProblem}`);
      }
    }
  }
  return findings;
}
