/**
 * Which names of roles and artifacts every client treats alike. The specification leaves them open; clients quote,
 * normalise and store names differently, so new names keep to a set in which no two clients disagree.
 */

export const TOP_LEVEL_ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type TopLevelRole = (typeof TOP_LEVEL_ROLES)[number];

/** The roles whose key is used by a machine. */
export const ONLINE_ROLES = ['snapshot', 'timestamp'] as const;

export function isTopLevelRole(name: string): name is TopLevelRole {
  return (TOP_LEVEL_ROLES as readonly string[]).includes(name);
}

const ROLE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const DOS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;

/** Why a name cannot be that of a delegated role, in words that follow "the name"; undefined when it can. */
export function roleNameProblem(name: string): string | undefined {
  if (!ROLE_NAME.test(name)) {
    return 'may hold only letters, digits, dots, underscores and hyphens, and starts with a letter or digit';
  }
  if (/^(0|[1-9]\d*)$/.test(name))
    return 'is a whole number; JavaScript clients move such roles before all others that a role delegates to';
  // tuf-js keeps roles in a plain object and finds these there before it has loaded any.
  if (Object.hasOwn(Object.prototype, name))
    return 'is that of a property of every JavaScript object, which some clients take for a role';
  if (name.length > 100) return 'is longer than 100 characters';
  if (isTopLevelRole(name.toLowerCase())) return 'is that of a top-level role';
  if (DOS_DEVICE.test(name)) return 'is a device name on Windows, where the file could not be stored';
  if (name.endsWith('.')) return 'ends with a dot, which Windows drops';
  return undefined;
}

const REFUSED_IN_PATH = /[^\x21-\x7e]|[!"#%*:<>?[\\\]{|}]/;

/** Characters of one segment: published, the last one has a sha512 hash and a dot before it, in 255 bytes. */
const LONGEST_SEGMENT = 126;

/** Why a path cannot be that of an artifact, in words that follow "the path"; undefined when it can. */
export function targetPathProblem(path: string): string | undefined {
  const refused = REFUSED_IN_PATH.exec(path);
  if (refused) return `holds ${JSON.stringify(refused[0])}, which clients quote and normalise differently`;
  for (const segment of path.split('/')) {
    if (segment === '') return 'has an empty segment (it starts or ends with "/", or holds "//")';
    if (segment.length > LONGEST_SEGMENT)
      return `has a segment of more than ${LONGEST_SEGMENT} characters, too long for a file name with a hash`;
    if (segment === '.' || segment === '..') return `has the segment "${segment}"`;
    if (segment.startsWith('.'))
      return 'has a segment that starts with a dot: GitHub Pages leaves such files out';
  }
  return undefined;
}

/** Why a delegation's path pattern is refused; undefined when it may stand. Patterns are literals, `*` and `?`. */
export function pathPatternProblem(pattern: string): string | undefined {
  if (/[*?+@]\(/.test(pattern))
    return 'holds a bracket after *, ?, + or @, which some clients read as a group';
  return targetPathProblem(pattern.replace(/[*?]/g, 'x'));
}
