/** https://docs.github.com/rest/users/users and the small things that belong to nobody. */

import { maySee } from '../access.ts';
import { userByLogin } from '../accounts.ts';
import { notFound } from '../errors.ts';
import { allRepositories } from '../repositories.ts';
import { minimalRepositoryShape, repositoryShape } from '../shapes/repository.ts';
import { publicUserShape } from '../shapes/user.ts';
import { list } from './pagination.ts';
import { RATE_LIMIT_PATH } from './rate-limit.ts';
import { get, ok, person, type RestRequest } from './route.ts';

const visible = (request: RestRequest) =>
  allRepositories(request.context).filter((repository) =>
    maySee(request.context, request.viewer, repository),
  );

export const userRoutes = [
  get('/user', (request) => {
    const user = person(request);
    const own = visible(request).filter((repository) => repository.ownerId === user.id);
    return ok(publicUserShape(request.context, user, own.length));
  }),
  get('/user/repos', (request) => {
    const user = person(request);
    const own = visible(request).filter((repository) => repository.ownerId === user.id);
    return list(request, own, (repository) => repositoryShape(request.context, repository));
  }),
  get('/users/:username', (request) => {
    const user = userByLogin(request.context, request.param('username'));
    if (!user) throw notFound();
    const own = visible(request).filter(
      (repository) => repository.ownerId === user.id && !repository.private,
    );
    return ok(publicUserShape(request.context, user, own.length));
  }),
  get('/users/:username/repos', (request) => {
    const user = userByLogin(request.context, request.param('username'));
    if (!user) throw notFound();
    const own = visible(request).filter((repository) => repository.ownerId === user.id);
    return list(request, own, (repository) => minimalRepositoryShape(request.context, repository));
  }),
  get(RATE_LIMIT_PATH, (request) => {
    const rate = request.rateLimit('core');
    return ok({ resources: { core: rate, search: rate, graphql: request.rateLimit('graphql') }, rate });
  }),
  get('/zen', () => ({
    status: 200,
    body: 'Keep it logically awesome.',
    headers: { 'content-type': 'text/plain' },
  })),
];
