/**
 * Settings in a repository's own configuration (`.git/config`), which travels to no one (git-config(1)).
 */
import { GitError } from './errors.ts';
import { git, type Place } from './place.ts';

/** A value; undefined if it is not set. Of several the last counts. @throws GitError `bad-name` */
export async function getConfig(place: Place, key: string): Promise<string | undefined> {
  const { status, stdout } = await git(place, ['config', '--local', '-z', '--get', checkedKey(key)], {
    okStatuses: [0, 1],
  });
  return status === 0 ? stdout.toString().replace(/\0$/, '') : undefined;
}

/** All values, in the order in which they stand there. @throws GitError `bad-name` */
export async function getAllConfig(place: Place, key: string): Promise<readonly string[]> {
  const { status, stdout } = await git(place, ['config', '--local', '-z', '--get-all', checkedKey(key)], {
    okStatuses: [0, 1],
  });
  return status === 0 ? stdout.toString().split('\0').slice(0, -1) : [];
}

/** In place of all values that are there. @throws GitError `bad-name` */
export async function setConfig(place: Place, key: string, value: string): Promise<void> {
  await git(place, ['config', '--local', '--replace-all', checkedKey(key), checkedValue(key, value)]);
}

/** Beside the values that are there. @throws GitError `bad-name` */
export async function addConfig(place: Place, key: string, value: string): Promise<void> {
  await git(place, ['config', '--local', '--add', checkedKey(key), checkedValue(key, value)]);
}

function checkedValue(key: string, value: string): string {
  if (!value.includes('\0')) return value;
  throw new GitError('bad-name', `The value for ${key} has a NUL in it. Leave it out.`);
}

/** `section.name` or `section.any thing.name` */
function checkedKey(key: string): string {
  if (/^[a-z0-9][a-z0-9-]*\.(?:[^\n\0]+\.)?[a-z][a-z0-9-]*$/i.test(key)) return key;
  throw new GitError('bad-name', `${JSON.stringify(key)} is not a configuration key. Write section.name.`);
}
