/** A request for a page, as the functions that write pages see it. */
import type { KnownViewer } from '../access.ts';
import { maySee } from '../access.ts';
import type { Context } from '../context.ts';
import { notFound, requiresAuthentication } from '../errors.ts';
import { type Repository, repositoryByName } from '../repositories.ts';
import type { Session } from './session.ts';

export interface WebRequest {
  readonly context: Context;
  readonly session: Session;
  param(name: string): string;
  query(name: string): string;
  /** The repository that the path names. @throws {ApiError} 404 */
  repository(): Repository;
  /** Who acts. @throws {ApiError} 401 */
  actor(): KnownViewer;
}

export function webRequest(
  context: Context,
  session: Session,
  param: (name: string) => string,
  query: (name: string) => string,
): WebRequest {
  return {
    context,
    session,
    param,
    query,
    repository() {
      const found = repositoryByName(context, param('owner'), param('repo'));
      if (!found || !maySee(context, session.viewer, found)) throw notFound();
      return found;
    },
    actor() {
      if (session.viewer.kind === 'anonymous') throw requiresAuthentication();
      return session.viewer;
    },
  };
}
