/** Which names may exist: logins, repositories, branches. GitHub's rules, and those of git-check-ref-format(1). */
import { PlaygroundError } from './errors.ts';

export function isLogin(text: string): boolean {
  return /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i.test(text);
}

export function isRepositoryName(text: string): boolean {
  return /^[\w.-]{1,100}$/.test(text) && !/^\.{1,2}$|\.git$|\.wiki$/i.test(text);
}

/** A full ref name that git would accept (git-check-ref-format(1)), below `refs/`. */
export function isRefName(text: string): boolean {
  return (
    text.startsWith('refs/') &&
    text.split('/').length >= 3 &&
    text.length <= 255 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(text) &&
    text.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

/** A full commit id. Abbreviations are resolved by git where GitHub accepts them. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Takes `owner/name` apart. */
export function splitRepository(fullName: string): readonly [string, string] {
  const [owner = '', name = '', ...rest] = fullName.split('/');
  if (!isLogin(owner.replace(/\[bot\]$/, '')) || !isRepositoryName(name) || rest.length > 0) {
    throw new PlaygroundError(
      'invalid-name',
      `"${fullName}" is not the name of a repository; write owner/name.`,
    );
  }
  return [owner, name];
}
