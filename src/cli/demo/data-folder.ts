/** The folder in which a playground lives: the shared repository, a clone for each person, keys, the site. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../failure.ts';

const MARK = 'playground.json';
const FORMAT = 1;

/** Who has a clone and a key in a playground. */
export const PEOPLE = ['alice', 'bob', 'you'] as const;

export interface DataFolder {
  readonly directory: string;
  /** The bare repository that stands for the one on GitHub. */
  readonly repository: string;
  readonly site: string;
  /** What an independent client remembers of the last publication. */
  readonly clientState: string;
  readonly keys: string;
  /** A person's clone. */
  clone(person: string): string;
  /** Whether the first event has been played to its end. */
  isPlayed(): Promise<boolean>;
  markPlayed(): Promise<void>;
  /** Deletes what an interrupted or earlier run left. */
  clear(): Promise<void>;
}

/**
 * Opens the folder, or makes it.
 * @throws {UsageError} where it holds something else, or is damaged.
 */
export async function openDataFolder(directory: string, fresh: boolean): Promise<DataFolder> {
  const mark = join(directory, MARK);
  const names: readonly string[] = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(
      `The data folder ${directory} cannot be used (${error.code}). Choose another one with --data.`,
    );
  });
  const readMark = async (): Promise<{ readonly played: boolean }> => {
    try {
      const value: unknown = JSON.parse(await readFile(mark, 'utf8'));
      const { format, played } = value as { format?: unknown; played?: unknown };
      if (format !== FORMAT || typeof played !== 'boolean') throw new Error('unknown format');
      return { played };
    } catch (error) {
      throw new UsageError(
        `The data folder ${directory} is damaged: ${mark} cannot be read (${(error as Error).message}). Start over with --fresh, which deletes it, or choose another folder with --data.`,
      );
    }
  };
  const writeMark = (played: boolean) => writeFile(mark, `${JSON.stringify({ format: FORMAT, played })}\n`);

  if (names.length > 0 && !names.includes(MARK)) {
    throw new UsageError(
      `The folder ${directory} holds other files and no playground. Choose an empty one with --data.`,
    );
  }
  const folder: DataFolder = {
    directory,
    repository: join(directory, 'repository.git'),
    site: join(directory, 'site'),
    clientState: join(directory, 'client-state'),
    keys: join(directory, 'keys'),
    clone: (person) => join(directory, person),
    isPlayed: async () => (await readMark()).played,
    markPlayed: () => writeMark(true),
    clear: async () => {
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory, { recursive: true });
      await writeMark(false);
    },
  };
  if (fresh || names.length === 0) await folder.clear();
  else if (await folder.isPlayed()) await checkWhole(folder);
  return folder;
}

/** A finished playground has its parts. */
async function checkWhole({ directory, repository, site, keys, clone }: DataFolder): Promise<void> {
  const parts = [
    join(repository, 'HEAD'),
    join(site, 'metadata', 'timestamp.json'),
    ...PEOPLE.map((person) => join(clone(person), '.git', 'HEAD')),
    ...[...PEOPLE, 'online'].map((name) => join(keys, `${name}.pem`)),
  ];
  for (const path of parts) {
    await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        `The data folder ${directory} is damaged: ${path} is missing (${error.code}). Start over with --fresh, or choose another folder with --data.`,
      );
    });
  }
}
