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

/** @throws GitError `bad-name` */
export async function setConfig(place: Place, key: string, value: string): Promise<void> {
  if (value.includes('\0'))
    throw new GitError('bad-name', `The value for ${key} has a NUL in it. Leave it out.`);
  await git(place, ['config', '--local', '--replace-all', checkedKey(key), value]);
}

/** `section.name` or `section.any thing.name` */
function checkedKey(key: string): string {
  if (/^[a-z0-9][a-z0-9-]*\.(?:[^\n\0]+\.)?[a-z][a-z0-9-]*$/i.test(key)) return key;
  throw new GitError('bad-name', `${JSON.stringify(key)} is not a configuration key. Write section.name.`);
}
