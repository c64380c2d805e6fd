/** https://docs.github.com/rest/pages/pages */
import { ApiError, notFound } from '../errors.ts';
import { enablePages, pagesOf, pagesUrlOf } from '../pages.ts';
import type { Repository } from '../repositories.ts';
import { repositoryApi } from '../shapes/repository.ts';
import {
  created,
  get,
  noContent,
  ok,
  post,
  put,
  type RestRequest,
  readBody,
  repositoryFor,
  toAdminister,
  toRead,
} from './route.ts';

const PAGES = '/repos/:owner/:repo/pages';

function shape(request: RestRequest, repository: Repository) {
  const pages = pagesOf(request.context, repository);
  if (!pages) throw notFound();
  return {
    url: `${repositoryApi(request.context, repository)}/pages`,
    status: pages.folder === null ? null : 'built',
    cname: null,
    custom_404: false,
    html_url: pagesUrlOf(request.context, repository),
    build_type: pages.buildType,
    source: { branch: repository.defaultBranch, path: '/' },
    public: true,
    https_enforced: false,
  };
}

async function readBuildType(request: RestRequest) {
  const json = await request.json();
  const body = readBody('Pages', json);
  const buildType = body.oneOf('build_type', ['legacy', 'workflow']);
  if (buildType === undefined && json.source === undefined) body.fail('source', 'missing_field');
  body.check();
  return buildType ?? 'legacy';
}

export const pagesRoutes = [
  get(PAGES, (request) => ok(shape(request, repositoryFor(request, toRead('pages'))))),
  post(PAGES, async (request) => {
    const repository = repositoryFor(request, toAdminister);
    if (pagesOf(request.context, repository)) throw new ApiError(409, 'GitHub Pages is already enabled.');
    enablePages(request.context, repository, await readBuildType(request));
    return created(shape(request, repository));
  }),
  put(PAGES, async (request) => {
    const repository = repositoryFor(request, toAdminister);
    if (!pagesOf(request.context, repository)) throw notFound();
    enablePages(request.context, repository, await readBuildType(request));
    return noContent;
  }),
];
