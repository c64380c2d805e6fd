/** One route of the REST API: a method, a path, and a function from the request to the answer. */
import type { PermissionName } from '../../contract.ts';
import { demand, type KnownViewer, maySee, type Need, type Role, type Viewer } from '../access.ts';
import type { Context } from '../context.ts';
import {
  ApiError,
  type FieldError,
  notForIntegrations,
  notFound,
  requiresAuthentication,
} from '../errors.ts';
import { type Repository, repositoryByName } from '../repositories.ts';
import type { RateLimit } from './rate-limit.ts';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Json = Readonly<Record<string, unknown>>;

export interface RestRequest {
  readonly context: Context;
  readonly viewer: Viewer;
  /** A part of the path; an empty text if the route has none of that name. */
  param(name: string): string;
  query(name: string): string | undefined;
  /** Whether the raw bytes are wanted (`application/vnd.github.raw+json`). */
  readonly wantsRaw: boolean;
  /** How many requests the viewer has left. */
  rateLimit(resource: 'core' | 'graphql'): RateLimit;
  /** The URL as it was asked, for links to other pages of a list. */
  readonly url: URL;
  /** The body as a JSON object; an empty one if there is no body. @throws {ApiError} 400 */
  json(): Promise<Json>;
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly answer: (request: RestRequest) => Promise<Answer> | Answer;
}

type Handler = Route['answer'];
export const get = (path: string, answer: Handler): Route => ({ method: 'get', path, answer });
export const post = (path: string, answer: Handler): Route => ({ method: 'post', path, answer });
export const put = (path: string, answer: Handler): Route => ({ method: 'put', path, answer });
export const patch = (path: string, answer: Handler): Route => ({ method: 'patch', path, answer });
export const remove = (path: string, answer: Handler): Route => ({ method: 'delete', path, answer });

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

/** What reading needs: anyone in a public repository, else one of these permissions for jobs. */
export const toRead = (...permissions: readonly PermissionName[]): Need => ({
  role: 'read',
  permissions,
  level: 'read',
});
export const toWrite = (...permissions: readonly PermissionName[]): Need => ({
  role: 'write',
  permissions,
  level: 'write',
});
/** For what a person with a role may do, jobs with one of these permissions, and nobody unknown. */
export const needs = (role: Role, level: Need['level'], ...permissions: readonly PermissionName[]): Need => ({
  role,
  permissions,
  level,
});
/** For owners and administrators; never for jobs. */
export const toAdminister: Need = { role: 'admin', permissions: [], level: 'write' };

/** The repository that the path names, if the viewer may do what `need` says. @throws {ApiError} */
export function repositoryFor(request: RestRequest, need: Need): Repository {
  const repository = visibleRepository(request);
  demand(request.context, request.viewer, repository, need);
  return repository;
}

/** The repository that the path names, if the viewer may know of it. @throws {ApiError} 404 */
export function visibleRepository(request: RestRequest): Repository {
  const { context, viewer } = request;
  const repository = repositoryByName(context, request.param('owner'), request.param('repo'));
  if (!repository || !maySee(context, viewer, repository)) throw notFound();
  return repository;
}

/** @throws {ApiError} 401 */
export function knownViewer(request: RestRequest): KnownViewer {
  if (request.viewer.kind === 'anonymous') throw requiresAuthentication();
  return request.viewer;
}

/** A person, where a job's token cannot act. @throws {ApiError} 401, 403 */
export function person(request: RestRequest) {
  const viewer = knownViewer(request);
  if (viewer.kind === 'job') throw notForIntegrations();
  return viewer.user;
}

/** A number in the path. @throws {ApiError} 404 */
export function numberParam(request: RestRequest, name: string): number {
  const text = request.param(name);
  if (!/^[1-9]\d{0,14}$/.test(text)) throw notFound();
  return Number(text);
}

/** Reads fields of a body and gathers what is wrong with them, for one answer 422. */
export function readBody(resource: string, body: Json) {
  const errors: FieldError[] = [];
  const value = (field: string) => (Object.hasOwn(body, field) ? body[field] : undefined);
  return {
    /** A text that must be there and not blank. */
    required(field: string): string {
      const text = value(field);
      if (typeof text === 'string' && text.trim() !== '') return text;
      const code = text === undefined || text === null || text === '' ? 'missing_field' : 'invalid';
      errors.push({ resource, field, code });
      return '';
    },
    optional(field: string): string | undefined {
      const text = value(field);
      if (text === undefined || text === null) return undefined;
      if (typeof text === 'string') return text;
      errors.push({ resource, field, code: 'invalid' });
      return undefined;
    },
    flag(field: string): boolean | undefined {
      const flag = value(field);
      if (flag === undefined || flag === null) return undefined;
      if (typeof flag === 'boolean') return flag;
      errors.push({ resource, field, code: 'invalid' });
      return undefined;
    },
    oneOf<Choice extends string>(field: string, choices: readonly Choice[]): Choice | undefined {
      const text = value(field);
      if (text === undefined || text === null) return undefined;
      const found = choices.find((choice) => choice === text);
      if (found === undefined) errors.push({ resource, field, code: 'invalid' });
      return found;
    },
    /** Names, as plain texts or as objects with a `name`. */
    names(field: string): readonly string[] | undefined {
      const list = value(field);
      if (list === undefined || list === null) return undefined;
      const names = Array.isArray(list)
        ? list.map((entry) => (typeof entry === 'string' ? entry : (entry as Json | null)?.name))
        : [undefined];
      if (names.every((name) => typeof name === 'string' && name !== '')) return names as string[];
      errors.push({ resource, field, code: 'invalid' });
      return undefined;
    },
    fail(field: string, code: FieldError['code'], message?: string): void {
      errors.push({ resource, field, code, ...(message === undefined ? {} : { message }) });
    },
    /** @throws {ApiError} 422 if anything was wrong */
    check(): void {
      if (errors.length > 0) throw new ApiError(422, 'Validation Failed', errors);
    },
  };
}

/** GitHub refuses texts beyond this. */
export const MAX_TEXT = 65_536;
