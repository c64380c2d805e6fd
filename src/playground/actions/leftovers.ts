/** What a program that was killed left behind: runs under way, processes, and the folder of its jobs. */
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { killByVariable } from './process.ts';
import type { Store } from './store.ts';
import { removeWorkspace } from './workspace.ts';

/** Runs that were under way when the program ended will not go on. */
export function endLeftovers(store: Store): void {
  for (const run of store.unfinishedRuns()) {
    const message = 'The local GitHub was stopped while this run was under way.';
    const note = { level: 'failure', title: run.name, message } as const;
    for (const job of store.jobs(run.id, run.attempt)) {
      if (job.status === 'completed') continue;
      const steps = job.steps.map((step) =>
        step.status === 'completed'
          ? step
          : ({ ...step, status: 'completed', conclusion: 'cancelled' } as const),
      );
      store.saveJob({
        ...job,
        status: 'completed',
        conclusion: 'cancelled',
        completedAt: run.updatedAt,
        steps,
      });
    }
    store.saveRun({
      ...run,
      status: 'completed',
      conclusion: 'cancelled',
      annotations: [...run.annotations, note],
    });
  }
}

/**
 * The folder of all jobs' folders. It is not in the data folder, which may lie in somebody's repository: git in a job
 * would take that for its own. One that a killed program left behind goes first, with what still runs in it.
 */
export function newWorkRoot(store: Store): string {
  const old = store.meta('work-root');
  if (old !== undefined && /playground-actions-\w+$/.test(old)) {
    killByVariable('RUNNER_TEMP', (folder) => folder.startsWith(old + sep));
    removeWorkspace(old);
  }
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'playground-actions-')));
  store.setMeta('work-root', root);
  return root;
}
