/**
 * Where a published repository is read from: a directory on this machine, or a URL. Both hold `metadata/` and
 * `targets/`, as a static site does.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClientError } from './error.ts';

export type Source =
  | { readonly kind: 'directory'; readonly directory: string }
  /** `url` ends in `/`. */
  | { readonly kind: 'url'; readonly url: string };

/**
 * Reads what a person wrote as the place of a repository.
 *
 * Plain `http:` is for this machine only, unless `allowHttp` is set: TUF protects what is downloaded, but the
 * first root of a run without a trusted one is only as good as the transport.
 *
 * @throws ClientError `bad-source` or `insecure-source`
 */
export async function parseSource(source: string | URL, allowHttp = false): Promise<Source> {
  const text = source.toString();
  // Two letters at least, so that C:\site stays a directory.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return { kind: 'url', url: checkedUrl(text, allowHttp) };
  if (scheme === 'file' || scheme === undefined) return directory(scheme ? fromFileUrl(text) : text);
  // A directory may have a colon in its name; what has slashes after it is meant as a URL.
  if (!text.startsWith(`${scheme}://`)) return directory(text);
  throw new ClientError(
    'bad-source',
    `${text}: ${scheme}: URLs cannot be read. Give an https URL or a directory.`,
  );
}

async function directory(path: string): Promise<Source> {
  const full = resolve(path);
  const entry = await stat(full).catch((cause: unknown) => {
    throw new ClientError('bad-source', `${full} cannot be read. Give the directory of a published tree.`, {
      cause,
    });
  });
  if (!entry.isDirectory()) {
    throw new ClientError(
      'bad-source',
      `${full} is a file. Give the directory that holds metadata/ and targets/.`,
    );
  }
  return { kind: 'directory', directory: full };
}

function fromFileUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new ClientError('bad-source', `${text} is not a file URL of this machine. Give a directory.`, {
      cause,
    });
  }
}

function checkedUrl(text: string, allowHttp: boolean): string {
  if (!URL.canParse(text)) {
    throw new ClientError(
      'bad-source',
      `${text} is not a URL. Give one such as https://example.org/repository.`,
    );
  }
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw new ClientError(
      'bad-source',
      `${url.origin}${url.pathname}: the URL of a repository has no user, query or fragment, since file names are added to it. Leave them out.`,
    );
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    throw new ClientError(
      'insecure-source',
      `${url.href} is plain http to another machine, where anyone on the way can change the first root. Use https, or allow http explicitly.`,
    );
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function isLoopback(hostname: string): boolean {
  // WHATWG URLs write every IPv4 spelling as four decimal numbers, so a prefix is enough.
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
