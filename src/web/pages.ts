/**
 * The pages that are published beside the metadata, ready to be served or written: they are built in advance
 * (`npm run build`), and whoever serves one fills in where it stands.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Where a page belongs: it works for this repository only, and talks to no other API. */
export interface PageSettings {
  /** The REST API, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  /** The server of the repository's pages, e.g. `https://github.com`. */
  readonly serverUrl: string;
  /** `owner/name` */
  readonly repository: string;
}

export interface PageFile {
  /** For the `content-type` header. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Settings that no page can be made for. */
class PageError extends Error {
  override readonly name = 'PageError';
  readonly code = 'bad-settings';
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['index.html', 'text/html; charset=utf-8'],
  ['app.js', 'text/javascript; charset=utf-8'],
  ['style.css', 'text/css; charset=utf-8'],
]);

/**
 * The signing page, by the names of its files (`index.html`, `app.js`, `style.css`), all in one folder. The page looks
 * for the repository's first root at `../metadata/1.root.json`, as it stands on the published site: whoever serves the
 * page from elsewhere serves that file too, or answers 404 where nothing has been published.
 * @param folder where the built page lies
 * @throws {PageError} where the settings are no URLs or no `owner/name`
 */
export async function signPage(
  settings: PageSettings,
  folder = pageFolder('sign-page'),
): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const [name, type] of TYPES) {
    const bytes = await readFile(new URL(name, folder));
    files.set(name, { type, bytes: name === 'index.html' ? fillIn(bytes, settings) : bytes });
  }
  return files;
}

/** What is published beside the metadata, by path in the site. @throws {PageError} as for {@link signPage} */
export async function sitePages(settings: PageSettings): Promise<ReadonlyMap<string, Uint8Array>> {
  const page = await signPage(settings);
  return new Map([...page].map(([name, { bytes }]) => [`sign/${name}`, bytes]));
}

/** The folder of a built page: beside the bundle, or seen from the sources. */
function pageFolder(name: string): URL {
  const beside = new URL(`./${name}/`, import.meta.url);
  return existsSync(beside) ? beside : new URL(`../../actions/dist/${name}/`, import.meta.url);
}

function fillIn(html: Buffer, settings: PageSettings): Uint8Array {
  const { repository } = settings;
  if (!/^[A-Za-z0-9-_.]+\/[A-Za-z0-9-_.]+$/.test(repository))
    throw new PageError(
      `The signing page belongs to one repository; ${JSON.stringify(repository)} is no owner/name.`,
    );
  const values: ReadonlyMap<string, string> = new Map([
    ['API_URL', webAddress(settings.apiUrl)],
    ['API_ORIGIN', new URL(webAddress(settings.apiUrl)).origin],
    ['SERVER_URL', webAddress(settings.serverUrl)],
    ['REPOSITORY', repository],
  ]);
  const text = html.toString('utf8').replace(/\{\{([A-Z_]+)\}\}/g, (placeholder, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the page asks for ${placeholder}, which is no setting`);
    return escapeHtml(value);
  });
  return Buffer.from(text);
}

/** An address as the page takes it, without a slash at its end. Nothing of it can end a directive of the page's policy. */
function webAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new PageError(
      `${JSON.stringify(text)} is no address of a server. Give one such as https://github.com.`,
    );
  return url.href.replace(/\/+$/, '');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
