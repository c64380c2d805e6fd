/**
 * Where the page stands and what it was opened for: the settings that whoever serves it has filled in, and the pull
 * request that the address names after its `#` (`#owner/name/12`), which is sent to no server.
 */
import { PageProblem } from './problem.ts';

export interface Settings {
  /** Without a slash at the end, as the server's. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** `owner/name` of the one repository that this page works for. */
  readonly repository: string;
}

export interface Address {
  readonly repository: string;
  readonly pull: number;
}

/** The settings in the page's `<meta>` tags. */
export function readSettings(page: Document): Settings {
  const setting = (name: string): string => {
    const content = page.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
    if (content === '' || content.includes('{{'))
      throw new Error(`this page was published without its setting ${name}`);
    return content.replace(/\/+$/, '');
  };
  return {
    apiUrl: setting('api-url'),
    serverUrl: setting('server-url'),
    repository: setting('repository'),
  };
}

/**
 * The pull request that the page was opened for.
 * @throws {PageProblem} where the address names none, or one of another repository
 */
export function readAddress(hash: string, { repository, serverUrl }: Settings): Address {
  const [, owner, name, number] =
    /^#\/?([\w.-]{1,100})\/([\w.-]{1,100})\/([1-9]\d{0,9})\/?$/.exec(hash) ?? [];
  if (owner === undefined || name === undefined || number === undefined) {
    throw new PageProblem('no-address', 'This address names no pull request.', {
      next: ['Open the link “signing page” in the report of the pull request that you want to sign.'],
      link: { href: `${serverUrl}/${repository}/pulls`, text: `Pull requests of ${repository}` },
    });
  }
  const asked = `${owner}/${name}`;
  if (asked.toLowerCase() !== repository.toLowerCase()) {
    throw new PageProblem(
      'other-repository',
      `This page signs for ${repository} and for no other repository.`,
      {
        next: [
          `The address asks for ${asked}. If you did not expect that, do nothing: somebody may want you to sign something else than you think.`,
          `To sign for ${asked}, begin at its own pull request, and use the link in the report there.`,
        ],
        link: { href: `${serverUrl}/${asked}`, text: `Repository ${asked}` },
      },
    );
  }
  return { repository, pull: Number(number) };
}

/** The pull request's page. */
export function pullUrl({ serverUrl, repository }: Settings, pull: number): string {
  return `${serverUrl}/${repository}/pull/${pull}`;
}
