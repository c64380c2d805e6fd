/**
 * What a job's token may do.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */
import type { PermissionLevel, PermissionName, Permissions } from '../contract.ts';
import { isMapping, isString, type TemplateToken } from './github-parser.ts';

const NAMES: readonly PermissionName[] = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
];

/** What a token may do where a workflow says nothing: GitHub's restricted default, that of new repositories. */
const DEFAULT: Permissions = { contents: 'read', packages: 'read' };

/**
 * The permissions of a job: its own `permissions`, else the workflow's, else the default. Whoever lists any has none
 * of those not listed. A pull request from a fork never gets more than reading, and no OIDC token.
 */
export function jobPermissions(
  workflow: TemplateToken | undefined,
  job: TemplateToken | undefined,
  fromFork: boolean,
): Permissions {
  const token = job ?? workflow;
  const asked = token === undefined ? DEFAULT : fromToken(token);
  return fromFork ? readOnly(asked) : asked;
}

function fromToken(token: TemplateToken): Permissions {
  if (isString(token)) {
    const level: PermissionLevel = token.value === 'write-all' ? 'write' : 'read';
    return Object.fromEntries(
      NAMES.filter((name) => name !== 'id-token' || level === 'write').map((name) => [name, level]),
    );
  }
  if (!isMapping(token)) return {};
  return Object.fromEntries(
    [...token]
      .map(({ key, value }) => [key.toString(), value.toString()] as const)
      .filter(([name, level]) => (NAMES as readonly string[]).includes(name) && level !== 'none'),
  );
}

function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.keys(permissions)
      .filter((name) => name !== 'id-token')
      .map((name) => [name, 'read']),
  );
}
