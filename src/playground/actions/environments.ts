/**
 * Which refs may use an environment.
 * https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 */
import type { HostForActions } from '../contract.ts';

/** Undefined if the ref may use it; otherwise what GitHub says. An environment that is not there has no rules. */
export function environmentRefusal(
  host: HostForActions,
  repository: string,
  environment: string,
  ref: string,
): string | undefined {
  const policy = host.environment(repository, environment)?.branchPolicy ?? 'any';
  if (policy === 'any') return undefined;
  const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1];
  const tag = /^refs\/tags\/(.+)$/s.exec(ref)?.[1];
  // For a pull request the rule is held against refs/pull/N/merge (since December 2025), which no branch rule means.
  const name = branch ?? tag ?? ref;
  const allowed =
    policy === 'protected'
      ? branch !== undefined && host.isProtectedBranch(repository, branch)
      : tag === undefined && policy.some((pattern) => matches(pattern, name));
  if (allowed) return undefined;
  const what = tag === undefined ? 'Branch' : 'Tag';
  return `${what} "${name}" is not allowed to deploy to ${environment} due to environment protection rules.`;
}

/** The patterns are those of Ruby's `File.fnmatch`: `*` stops at a slash. */
function matches(pattern: string, name: string): boolean {
  const source = pattern
    .split(/(\*\*\/|\*+|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:[^/]+/)*';
      if (/^\*+$/.test(part)) return '[^/]*';
      if (part === '?') return '[^/]';
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, 's').test(name);
}
