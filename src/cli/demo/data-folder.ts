/** The folder in which a playground lives: the local GitHub's own data, a clone for each person, keys. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../failure.ts';

const MARK = 'playground.json';
const FORMAT = 2;

/** Who has an account, a clone and a key in a playground. */
export const PEOPLE = ['alice', 'bob', 'you'] as const;
export type Person = (typeof PEOPLE)[number];

/** What has to be known to start again. */
interface Mark {
  /** Whether the demonstration has been played to its end. */
  readonly played: boolean;
  /** Addresses stand in clones and in what is published, so they are kept. */
  readonly port?: number;
  readonly pagesPort?: number;
}

export interface DataFolder {
  readonly directory: string;
  /** The local GitHub's database and repositories. */
  readonly github: string;
  /** What an independent client remembers of the last publication. */
  readonly clientState: string;
  readonly keys: string;
  clone(person: Person): string;
  /** A person's token, for git and the API. */
  readToken(person: Person): Promise<string>;
  writeToken(person: Person, token: string): Promise<void>;
  readMark(): Promise<Mark>;
  writeMark(mark: Mark): Promise<void>;
}

/**
 * Opens the folder, or makes it. What an interrupted demonstration left is deleted: it is played from the beginning.
 * @throws {UsageError} where it holds something else, or is damaged.
 */
export async function openDataFolder(directory: string, fresh: boolean): Promise<DataFolder> {
  const names: readonly string[] = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(
      `The data folder ${directory} cannot be used (${error.code}). Choose another one with --data.`,
    );
  });
  if (names.length > 0 && !names.includes(MARK)) {
    throw new UsageError(
      `The folder ${directory} holds other files and no playground. Choose an empty one with --data.`,
    );
  }
  const folder = dataFolder(directory);
  if (fresh || names.length === 0 || !(await folder.readMark()).played) {
    await rm(directory, { recursive: true, force: true });
    await mkdir(folder.keys, { recursive: true, mode: 0o700 });
    await folder.writeMark({ played: false });
  } else await checkWhole(folder);
  return folder;
}

function dataFolder(directory: string): DataFolder {
  const mark = join(directory, MARK);
  const keys = join(directory, 'keys');
  const token = (person: Person) => join(keys, `${person}.token`);
  return {
    directory,
    github: join(directory, 'github'),
    clientState: join(directory, 'client-state'),
    keys,
    clone: (person) => join(directory, person),
    readToken: async (person) => (await readFile(token(person), 'utf8')).trim(),
    writeToken: (person, text) => writeFile(token(person), `${text}\n`, { mode: 0o600 }),
    async readMark() {
      try {
        const { format, ...rest } = JSON.parse(await readFile(mark, 'utf8')) as Mark & {
          readonly format?: unknown;
        };
        if (format !== FORMAT || typeof rest.played !== 'boolean') throw new Error('unknown format');
        return rest;
      } catch (error) {
        throw damaged(directory, `${mark} cannot be read (${(error as Error).message})`);
      }
    },
    writeMark: (value) => writeFile(mark, `${JSON.stringify({ format: FORMAT, ...value })}\n`),
  };
}

/** A finished playground has its parts. */
async function checkWhole({ directory, github, keys, clone }: DataFolder): Promise<void> {
  const there = await readdir(github).catch(() => []);
  if (there.length === 0) throw damaged(directory, `${github} is missing or empty`);
  const parts = [
    ...PEOPLE.flatMap((person) => [
      join(clone(person), '.git', 'HEAD'),
      join(keys, `${person}.pem`),
      join(keys, `${person}.token`),
    ]),
    join(keys, 'online.pem'),
  ];
  for (const path of parts) {
    await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw damaged(directory, `${path} is missing (${error.code})`);
    });
  }
}

function damaged(directory: string, what: string): UsageError {
  return new UsageError(
    `The data folder ${directory} is damaged: ${what}. Start over with --fresh, which deletes it, or choose another folder with --data.`,
  );
}
