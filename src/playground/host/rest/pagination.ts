/** Pages of a list, with a `Link` header (https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api). */
import type { Answer, RestRequest } from './route.ts';

const DEFAULT_SIZE = 30;
const MAX_SIZE = 100;

export interface Page {
  readonly from: number;
  readonly to: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The slice of a list of `total` entries that the request asks for. */
export function pageOf(request: RestRequest, total: number): Page {
  const size = Math.min(positive(request.query('per_page')) ?? DEFAULT_SIZE, MAX_SIZE);
  const page = positive(request.query('page')) ?? 1;
  const last = Math.max(1, Math.ceil(total / size));
  const links = [
    ...(page > 1 ? [link(request, Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(request, page + 1, 'next'), link(request, last, 'last')] : []),
    ...(page > 1 ? [link(request, 1, 'first')] : []),
  ];
  return {
    from: (page - 1) * size,
    to: page * size,
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function link(request: RestRequest, page: number, relation: string): string {
  const url = new URL(request.url);
  url.searchParams.set('page', String(page));
  return `<${url.href}>; rel="${relation}"`;
}

/** Answers one page of a list. Only what is on the page is shaped. */
export async function list<Entry>(
  request: RestRequest,
  entries: readonly Entry[],
  shape: (entry: Entry) => unknown,
): Promise<Answer> {
  const page = pageOf(request, entries.length);
  const body = await Promise.all(entries.slice(page.from, page.to).map(shape));
  return { status: 200, body, headers: page.headers };
}

/** As {@link list}, in an object with `total_count`, as the newer lists of GitHub are. */
export async function countedList<Entry>(
  request: RestRequest,
  name: string,
  entries: readonly Entry[],
  shape: (entry: Entry) => unknown,
): Promise<Answer> {
  const { body, ...rest } = await list(request, entries, shape);
  return { ...rest, body: { total_count: entries.length, [name]: body } };
}
