/** A file for somebody else: written whole or not at all, and never in place of one that is there. */
import { randomUUID } from 'node:crypto';
import { access, constants, copyFile, link, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './failure.ts';

/** @throws {UsageError} where the file is there, or its folder is not. */
export async function checkNewFile(file: string, hint = 'Choose another name.'): Promise<void> {
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  if (await isThere(file)) throw new UsageError(`${file} exists already. ${hint}`);
  if (!(await isThere(dirname(resolve(file)))))
    throw new UsageError(`There is no folder ${dirname(resolve(file))} for ${file}.`);
}

/**
 * Makes a file by way of a temporary one beside it.
 * @param make writes the temporary file
 * @throws {UsageError} where the file is there by now, unless it may be replaced
 */
export async function makeNewFile(
  file: string,
  make: (temporary: string) => Promise<void>,
  { replace = false, hint = 'Choose another name.' } = {},
): Promise<void> {
  const temporary = join(dirname(resolve(file)), `.playground-${randomUUID()}`);
  try {
    await make(temporary);
    if (replace) await rename(temporary, file);
    else await place(temporary, file, hint);
  } finally {
    await rm(temporary, { force: true });
  }
}

export function writeNewFile(file: string, text: string): Promise<void> {
  return makeNewFile(file, (temporary) => writeFile(temporary, text));
}

async function place(temporary: string, file: string, hint: string): Promise<void> {
  try {
    await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
      // File systems of memory sticks have no links.
      if (error.code === 'EEXIST') throw error;
      return copyFile(temporary, file, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST'
        ? `${file} exists already. ${hint}`
        : `${file} cannot be written (${code}). Choose another place.`,
      { cause: error },
    );
  }
}
