/**
 * Whether an event starts a workflow.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import type { HostEvent } from '../contract.ts';
import { matchesPatterns } from './filter-pattern.ts';
import type { EventsConfig } from './github-parser.ts';
import { text } from './payload.ts';

interface Filters {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly 'branches-ignore'?: readonly string[];
  readonly tags?: readonly string[];
  readonly 'tags-ignore'?: readonly string[];
  readonly paths?: readonly string[];
  readonly 'paths-ignore'?: readonly string[];
  readonly workflows?: readonly string[];
}

/** Activity types that count where a workflow names none; every other event counts with all of its types. */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
};

/** Whether the `on` of a workflow takes an event. */
export function isTriggered(on: EventsConfig, event: HostEvent): boolean {
  if (!Object.hasOwn(on, event.name)) return false;
  const filters = (on[event.name] ?? {}) as Filters;
  switch (event.name) {
    case 'push':
      return matchesPush(filters, event);
    case 'pull_request':
    case 'pull_request_target':
      return (
        matchesType(filters, event) &&
        matchesName(
          filters.branches,
          filters['branches-ignore'],
          text(event.payload, 'pull_request', 'base', 'ref'),
        ) &&
        matchesPaths(filters, event)
      );
    case 'workflow_run':
      return (
        matchesType(filters, event) &&
        (filters.workflows?.includes(text(event.payload, 'workflow_run', 'name')) ?? false) &&
        matchesName(
          filters.branches,
          filters['branches-ignore'],
          text(event.payload, 'workflow_run', 'head_branch'),
        )
      );
    case 'issue_comment':
    case 'repository_dispatch':
      return matchesType(filters, event);
    case 'workflow_dispatch':
    case 'schedule':
      return true;
  }
}

function matchesType(filters: Filters, event: HostEvent): boolean {
  const types = filters.types ?? DEFAULT_TYPES[event.name];
  return types?.includes(event.action ?? '') ?? true;
}

/** With filters for branches only, tags start nothing, and the other way round. */
function matchesPush(filters: Filters, event: HostEvent): boolean {
  const tag = /^refs\/tags\/(.+)$/s.exec(event.ref)?.[1];
  if (tag !== undefined) {
    const branchesOnly =
      (filters.branches ?? filters['branches-ignore']) !== undefined &&
      (filters.tags ?? filters['tags-ignore']) === undefined;
    return !branchesOnly && matchesName(filters.tags, filters['tags-ignore'], tag);
  }
  const tagsOnly =
    (filters.tags ?? filters['tags-ignore']) !== undefined &&
    (filters.branches ?? filters['branches-ignore']) === undefined;
  const branch = event.ref.replace(/^refs\/heads\//, '');
  return (
    !tagsOnly &&
    matchesName(filters.branches, filters['branches-ignore'], branch) &&
    matchesPaths(filters, event)
  );
}

function matchesName(
  wanted: readonly string[] | undefined,
  ignored: readonly string[] | undefined,
  name: string,
): boolean {
  if (wanted !== undefined) return matchesPatterns(name, wanted);
  return ignored === undefined || !matchesPatterns(name, ignored);
}

/** Where the changed paths are not known, path filters do not hold anything back. */
function matchesPaths(filters: Filters, event: HostEvent): boolean {
  const changed = event.changedPaths;
  if (changed === undefined) return true;
  const { paths, 'paths-ignore': ignored } = filters;
  if (paths !== undefined) return changed.some((path) => matchesPatterns(path, paths));
  if (ignored !== undefined) return changed.some((path) => !matchesPatterns(path, ignored));
  return true;
}

/** `[skip ci]` and its kin in the message of the pushed or proposed commit hold `push` and `pull_request` back. */
export function asksToSkip(message: string): boolean {
  return (
    /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message) ||
    /\n\nskip-checks: ?true\s*$/.test(message)
  );
}
