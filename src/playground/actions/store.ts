/** Runs, jobs and artifacts in SQLite tables of our own, logs and summaries beside them as files. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { HostEvent } from '../contract.ts';
import { type ArtifactRecord, type JobRecord, now, type RunRecord } from './records.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS actions_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS actions_workflows (
    id INTEGER PRIMARY KEY AUTOINCREMENT, repository TEXT NOT NULL, path TEXT NOT NULL, UNIQUE (repository, path)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS actions_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, repository TEXT NOT NULL, workflow_id INTEGER NOT NULL,
    run_number INTEGER NOT NULL, status TEXT NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS actions_runs_repository ON actions_runs (repository, id);
  CREATE TABLE IF NOT EXISTS actions_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL, attempt INTEGER NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS actions_jobs_run ON actions_jobs (run_id, attempt);
  CREATE TABLE IF NOT EXISTS actions_artifacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    UNIQUE (run_id, name)
  ) STRICT;
`;

const SCHEMA_VERSION = '1';

/** The data folder was written by another version of this program. */
class ActionsStoreError extends Error {
  override readonly name = 'ActionsStoreError';
  readonly code = 'unknown-schema';
}

type NewRun = Omit<RunRecord, 'id' | 'runNumber' | 'workflowId' | 'createdAt' | 'updatedAt'>;

export class Store {
  readonly #database: DatabaseSync;
  readonly #folder: string;

  /** @throws {ActionsStoreError} */
  constructor(database: DatabaseSync, dataDir: string) {
    this.#database = database;
    this.#folder = join(dataDir, 'actions');
    for (const folder of ['logs', 'summaries', 'artifacts']) {
      mkdirSync(join(this.#folder, folder), { recursive: true });
    }
    database.exec(SCHEMA);
    const version = this.meta('schema') ?? SCHEMA_VERSION;
    if (version !== SCHEMA_VERSION) {
      throw new ActionsStoreError(
        `The workflow runs in ${dataDir} have schema ${version}, this program knows ${SCHEMA_VERSION}. Use another data folder.`,
      );
    }
    this.setMeta('schema', SCHEMA_VERSION);
  }

  meta(key: string): string | undefined {
    const row = this.#database.prepare('SELECT value FROM actions_meta WHERE key = ?').get(key);
    return row === undefined ? undefined : String(row.value);
  }

  setMeta(key: string, value: string): void {
    this.#database.prepare('INSERT OR REPLACE INTO actions_meta (key, value) VALUES (?, ?)').run(key, value);
  }

  workflowId(repository: string, path: string): number {
    this.#database
      .prepare('INSERT OR IGNORE INTO actions_workflows (repository, path) VALUES (?, ?)')
      .run(repository, path);
    const row = this.#database
      .prepare('SELECT id FROM actions_workflows WHERE repository = ? AND path = ?')
      .get(repository, path);
    return Number(row?.id);
  }

  createRun(run: NewRun): RunRecord {
    const workflowId = this.workflowId(run.repository, run.workflowPath);
    const row = this.#database
      .prepare('SELECT COALESCE(MAX(run_number), 0) + 1 AS next FROM actions_runs WHERE workflow_id = ?')
      .get(workflowId);
    const runNumber = Number(row?.next);
    const { lastInsertRowid } = this.#database
      .prepare(
        'INSERT INTO actions_runs (repository, workflow_id, run_number, status, record) VALUES (?, ?, ?, ?, ?)',
      )
      .run(run.repository, workflowId, runNumber, run.status, '{}');
    const createdAt = now();
    const id = Number(lastInsertRowid);
    return this.saveRun({ ...run, id, workflowId, runNumber, createdAt, updatedAt: createdAt });
  }

  saveRun(run: RunRecord): RunRecord {
    this.#database
      .prepare('UPDATE actions_runs SET status = ?, record = ? WHERE id = ?')
      .run(run.status, JSON.stringify(run), run.id);
    return run;
  }

  run(id: number): RunRecord | undefined {
    const row = this.#database.prepare('SELECT record FROM actions_runs WHERE id = ?').get(id);
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as RunRecord);
  }

  /** Newest first. */
  runs(repository: string): readonly RunRecord[] {
    return this.#database
      .prepare('SELECT record FROM actions_runs WHERE repository = ? ORDER BY id DESC')
      .all(repository)
      .map((row) => JSON.parse(String(row.record)) as RunRecord);
  }

  unfinishedRuns(): readonly RunRecord[] {
    return this.#database
      .prepare("SELECT record FROM actions_runs WHERE status <> 'completed' ORDER BY id")
      .all()
      .map((row) => JSON.parse(String(row.record)) as RunRecord);
  }

  createJob(job: Omit<JobRecord, 'id'>): JobRecord {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO actions_jobs (run_id, attempt, record) VALUES (?, ?, ?)')
      .run(job.runId, job.attempt, '{}');
    return this.saveJob({ ...job, id: Number(lastInsertRowid) });
  }

  saveJob(job: JobRecord): JobRecord {
    this.#database
      .prepare('UPDATE actions_jobs SET record = ? WHERE id = ?')
      .run(JSON.stringify(job), job.id);
    return job;
  }

  jobs(runId: number, attempt: number): readonly JobRecord[] {
    return this.#database
      .prepare('SELECT record FROM actions_jobs WHERE run_id = ? AND attempt = ? ORDER BY id')
      .all(runId, attempt)
      .map((row) => JSON.parse(String(row.record)) as JobRecord);
  }

  /** Undefined if the run already has an artifact of this name, of whichever attempt. */
  createArtifact(runId: number, name: string, size: number): ArtifactRecord | undefined {
    const { changes, lastInsertRowid } = this.#database
      .prepare('INSERT OR IGNORE INTO actions_artifacts (run_id, name, size) VALUES (?, ?, ?)')
      .run(runId, name, size);
    return changes === 0 ? undefined : { id: Number(lastInsertRowid), runId, name, size };
  }

  deleteArtifact(id: number): void {
    this.#database.prepare('DELETE FROM actions_artifacts WHERE id = ?').run(id);
  }

  artifacts(runId: number): readonly ArtifactRecord[] {
    return this.#database
      .prepare('SELECT id, name, size FROM actions_artifacts WHERE run_id = ? ORDER BY id')
      .all(runId)
      .map((row) => ({ id: Number(row.id), runId, name: String(row.name), size: Number(row.size) }));
  }

  artifactFolder(id: number): string {
    return join(this.#folder, 'artifacts', String(id));
  }

  logFile(jobId: number): string {
    return join(this.#folder, 'logs', `${jobId}.txt`);
  }

  summaryFile(jobId: number): string {
    return join(this.#folder, 'summaries', `${jobId}.md`);
  }

  /** Empty where nothing was written. */
  text(file: string): string {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

/** How far down a chain of `workflow_run` events a run that this event starts would be. */
export function chainLength(store: Store, event: HostEvent): number {
  if (event.name !== 'workflow_run') return 0;
  const cause = (event.payload.workflow_run as { readonly id?: unknown } | undefined)?.id;
  const run = typeof cause === 'number' ? store.run(cause) : undefined;
  return (run?.chain ?? 0) + 1;
}
