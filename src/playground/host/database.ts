/** The state of the local GitHub: one SQLite database in the data folder, beside the bare repositories. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { PlaygroundError } from './errors.ts';
import { MIGRATIONS } from './schema.ts';

/**
 * Opens (and if need be makes) the database. One process at a time holds it.
 * @throws {PlaygroundError} `data-folder`
 */
export function openDatabase(dataDir: string): DatabaseSync {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (cause) {
    throw damaged(dataDir, 'could not be made', 'Choose a folder that you may write to.', cause);
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(dataDir, 'playground.sqlite'));
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec('BEGIN IMMEDIATE; COMMIT;');
    migrate(database, dataDir);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof PlaygroundError) throw cause;
    const locked = cause instanceof Error && /locked/.test(cause.message);
    throw locked
      ? damaged(
          dataDir,
          'is used by another process',
          'Stop the other local GitHub, or choose another folder.',
          cause,
        )
      : damaged(
          dataDir,
          'does not hold a readable database',
          'Choose another folder, or move playground.sqlite away to begin afresh.',
          cause,
        );
  }
}

function damaged(dataDir: string, what: string, next: string, cause?: unknown): PlaygroundError {
  return new PlaygroundError('data-folder', `The data folder ${dataDir} ${what}. ${next}`, { cause });
}

function migrate(database: DatabaseSync, dataDir: string): void {
  const version = Number(row<{ user_version: number }>(database, 'PRAGMA user_version')?.user_version ?? 0);
  if (version > MIGRATIONS.length) {
    throw damaged(
      dataDir,
      'was written by a newer version',
      'Update this program, or choose another folder.',
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    transaction(database, () => {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

/** All rows of a query. The type states what the query selects; the schema is ours. */
export function rows<Row>(
  database: DatabaseSync,
  sql: string,
  ...parameters: readonly SQLInputValue[]
): readonly Row[] {
  return database.prepare(sql).all(...parameters) as readonly unknown[] as readonly Row[];
}

/** The first row of a query, if there is one. */
export function row<Row>(
  database: DatabaseSync,
  sql: string,
  ...parameters: readonly SQLInputValue[]
): Row | undefined {
  return database.prepare(sql).get(...parameters) as unknown as Row | undefined;
}

/** Runs a statement. @returns the row id of an insertion and the number of changed rows */
export function run(
  database: DatabaseSync,
  sql: string,
  ...parameters: readonly SQLInputValue[]
): { readonly id: number; readonly changes: number } {
  const { lastInsertRowid, changes } = database.prepare(sql).run(...parameters);
  return { id: Number(lastInsertRowid), changes: Number(changes) };
}

/** Inserts one row, a value for each column. @returns its row id */
export function insert(
  database: DatabaseSync,
  table: string,
  values: Readonly<Record<string, SQLInputValue>>,
): number {
  const columns = Object.keys(values);
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  return run(database, sql, ...Object.values(values)).id;
}

/** Changes columns of the row with an id. */
export function update(
  database: DatabaseSync,
  table: string,
  id: number,
  values: Readonly<Record<string, SQLInputValue>>,
): void {
  const columns = Object.keys(values);
  if (columns.length === 0) return;
  const sql = `UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;
  run(database, sql, ...Object.values(values), id);
}

/** Does all of it or nothing. May be nested; the outermost decides. */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  if (database.isTransaction) return work();
  database.exec('BEGIN');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
