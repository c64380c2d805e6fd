/** `playground update-targets`: brings the metadata of targets roles in step with the files under `targets/`. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { EventSides } from '../event/event.ts';
import { EVENT_PREFIX } from '../event/name.ts';
import { updateArtifacts } from '../repository/artifacts.ts';
import { TARGETS } from '../repository/layout.ts';
import { loadState } from '../repository/state.ts';
import { commitTree } from '../repository/tree.ts';
import { targetPathProblem } from '../tuf/names.ts';
import { changeEvent } from './change-event.ts';
import { eventArgument, eventFrom } from './event-name.ts';
import { UsageError } from './failure.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** Artifacts that git has stored already, or null for one that is removed; by path from the top. */
type ArtifactChanges = ReadonlyMap<string, { readonly oid: string } | null>;

export function define(command: Command): void {
  eventOptions(eventArgument(command))
    .option('--add <path=file...>', 'add or replace an artifact, e.g. app/v1.tgz=dist/app.tgz')
    .option('--remove <path...>', 'remove an artifact')
    .addHelpText(
      'after',
      `
Examples:
  $ playground update-targets add-app --add app.tgz=dist/app.tgz --remove old.tgz
  $ git switch -c sign/add-app && cp app.tgz targets/ && playground update-targets

If the event's branch is checked out, the changes under targets/ in the working tree are committed with it.`,
    )
    .action((event: string | undefined, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, options)),
    );
}

async function run(workspace: Workspace, name: string | undefined, options: Options): Promise<void> {
  const { repository } = workspace;
  const event = await eventFrom(repository, name);
  const named = new Map<string, { readonly oid: string } | null>();
  for (const spec of options.add ?? []) {
    const [path, file] = split(spec);
    named.set(TARGETS + checkedPath(path), { oid: await repository.hashFile(resolve(file)) });
  }
  for (const path of options.remove ?? []) named.set(TARGETS + path, null);

  await changeEvent(
    workspace,
    event,
    'Update artifacts',
    (editor) => updateArtifacts(editor),
    async (sides) => {
      const files: ArtifactChanges = new Map([...(await worktreeFiles(workspace, sides)), ...named]);
      for (const [path, content] of files) {
        if (content === null && !sides.proposed.artifacts.has(path.slice(TARGETS.length))) {
          throw new UsageError(`${path} is not there, so it cannot be removed.`);
        }
      }
      if (files.size === 0) return { sides, files };
      const commit = await repository.writeCommit({
        parents: [sides.head],
        base: sides.head,
        changes: files,
        message: 'Artifacts',
      });
      return {
        sides: { ...sides, head: commit, proposed: await loadState(await commitTree(repository, commit)) },
        files,
      };
    },
  );
}

/** What differs under `targets/` in the working tree, where the event's branch is checked out. */
async function worktreeFiles({ repository }: Workspace, sides: EventSides): Promise<ArtifactChanges> {
  const files = new Map<string, { readonly oid: string } | null>();
  if ((await repository.currentBranch()) !== EVENT_PREFIX + sides.name || repository.topLevel === undefined)
    return files;
  for (const change of await repository.worktreeChanges([TARGETS.slice(0, -1)])) {
    if (change.status === 'deleted') files.set(change.path, null);
    else files.set(change.path, { oid: await repository.hashFile(join(repository.topLevel, change.path)) });
  }
  return files;
}

function split(spec: string): readonly [string, string] {
  const equals = spec.indexOf('=');
  if (equals < 1 || equals === spec.length - 1)
    throw new UsageError(`--add ${spec}: write <path>=<file>, e.g. app/v1.tgz=dist/app.tgz.`);
  return [spec.slice(0, equals), spec.slice(equals + 1)];
}

function checkedPath(path: string): string {
  const problem = targetPathProblem(path);
  if (problem)
    throw new UsageError(`${JSON.stringify(path)} cannot be the path of an artifact: it ${problem}.`);
  return path;
}
