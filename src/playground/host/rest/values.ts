/**
 * https://docs.github.com/rest/actions/secrets and /rest/actions/variables. Secrets arrive in a sealed box, for the key
 * that the repository or the environment publishes; they are listed by name and never given out.
 */
import {
  deleteValue,
  environmentByName,
  isValueName,
  REPOSITORY_WIDE,
  type StoredValue,
  setValue,
  valuesOf,
} from '../actions-settings.ts';
import { ApiError, notFound } from '../errors.ts';
import type { Repository } from '../repositories.ts';
import { openBox, secretKey } from '../sealed-boxes.ts';
import { countedList } from './pagination.ts';
import {
  get,
  type Json,
  knownViewer,
  needs,
  noContent,
  ok,
  patch,
  post,
  put,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toAdminister,
  toWrite,
} from './route.ts';

const REPOSITORY = '/repos/:owner/:repo/actions';
const ENVIRONMENT = '/repos/:owner/:repo/environments/:environment';

/** 0 for the repository's own values, else the environment's id. */
function scopeOf(request: RestRequest, repository: Repository): number {
  const name = request.param('environment');
  if (name === '') return REPOSITORY_WIDE;
  const environment = environmentByName(request.context, repository, name);
  if (!environment) throw notFound();
  return environment.id;
}

const times = ({ createdAt, updatedAt }: StoredValue) => ({ created_at: createdAt, updated_at: updatedAt });
const secretShape = (secret: StoredValue) => ({ name: secret.name, ...times(secret) });
const variableShape = (variable: StoredValue) => ({
  name: variable.name,
  value: variable.value,
  ...times(variable),
});

/** Reading needs push access, as variables and the names of secrets are not public. */
const reading = { ...toWrite(), level: 'read' } as const;

function valueFor(
  request: RestRequest,
  kind: 'secret' | 'variable',
  need: typeof toAdminister = toAdminister,
) {
  const repository = repositoryFor(request, need);
  const scope = scopeOf(request, repository);
  const name = request.param('name').toUpperCase();
  const found = valuesOf(request.context, kind, repository, scope).find((value) => value.name === name);
  return { repository, scope, name, found };
}

/** Bytes of a secret (https://docs.github.com/actions/reference/limits). */
const LONGEST_SECRET = 48 * 1024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a sealed box holds that was made for the key of this scope. @throws {ApiError} 422 */
function readSecret(
  { context }: RestRequest,
  repository: Repository,
  scope: number,
  secret: string,
  json: Json,
): string {
  const body = readBody('Secret', json);
  const sealed = body.required('encrypted_value');
  const keyId = body.required('key_id');
  if (!isValueName(secret)) body.fail('name', 'invalid');
  body.check();
  if (keyId !== secretKey(context, repository, scope).id) body.fail('key_id', 'invalid');
  body.check();
  const box = BASE64.test(sealed) ? Buffer.from(sealed, 'base64') : undefined;
  const value = box && openBox(context, repository, scope, box);
  if (value === undefined || Buffer.byteLength(value) > LONGEST_SECRET)
    body.fail('encrypted_value', 'invalid');
  body.check();
  return value ?? '';
}

function routes(prefix: string) {
  return [
    get(`${prefix}/secrets`, (request) => {
      const repository = repositoryFor(request, reading);
      const secrets = valuesOf(request.context, 'secret', repository, scopeOf(request, repository));
      return countedList(request, 'secrets', secrets, secretShape);
    }),
    get(`${prefix}/secrets/public-key`, (request) => {
      knownViewer(request);
      const repository = repositoryFor(request, needs('read', 'read'));
      const { id, publicKey } = secretKey(request.context, repository, scopeOf(request, repository));
      return ok({ key_id: id, key: publicKey });
    }),
    put(`${prefix}/secrets/:name`, async (request) => {
      const { repository, scope, name } = valueFor(request, 'secret');
      const value = readSecret(request, repository, scope, name, await request.json());
      const isNew = setValue(request.context, 'secret', repository, scope, name, value);
      return isNew ? { status: 201, body: {} } : noContent;
    }),
    get(`${prefix}/secrets/:name`, (request) => {
      const { found } = valueFor(request, 'secret', reading);
      if (!found) throw notFound();
      return ok(secretShape(found));
    }),
    remove(`${prefix}/secrets/:name`, (request) => {
      const { repository, scope, name } = valueFor(request, 'secret');
      if (!deleteValue(request.context, 'secret', repository, scope, name)) throw notFound();
      return noContent;
    }),
    get(`${prefix}/variables`, (request) => {
      const repository = repositoryFor(request, reading);
      const variables = valuesOf(request.context, 'variable', repository, scopeOf(request, repository));
      return countedList(request, 'variables', variables, variableShape);
    }),
    get(`${prefix}/variables/:name`, (request) => {
      const { found } = valueFor(request, 'variable', reading);
      if (!found) throw notFound();
      return ok(variableShape(found));
    }),
    post(`${prefix}/variables`, async (request) => {
      const repository = repositoryFor(request, toAdminister);
      const scope = scopeOf(request, repository);
      const body = readBody('Variable', await request.json());
      const name = body.required('name');
      const value = body.optional('value');
      if (value === undefined) body.fail('value', 'missing_field');
      if (!isValueName(name)) body.fail('name', 'invalid');
      body.check();
      if (
        valuesOf(request.context, 'variable', repository, scope).some(
          (old) => old.name === name.toUpperCase(),
        )
      ) {
        throw new ApiError(409, 'Already exists - Variable already exists');
      }
      setValue(request.context, 'variable', repository, scope, name, value ?? '');
      return { status: 201, body: {} };
    }),
    patch(`${prefix}/variables/:name`, async (request) => {
      const { repository, scope, name, found } = valueFor(request, 'variable');
      if (!found) throw notFound();
      const body = readBody('Variable', await request.json());
      const value = body.optional('value') ?? found.value;
      body.check();
      setValue(request.context, 'variable', repository, scope, name, value);
      return noContent;
    }),
    remove(`${prefix}/variables/:name`, (request) => {
      const { repository, scope, name } = valueFor(request, 'variable');
      if (!deleteValue(request.context, 'variable', repository, scope, name)) throw notFound();
      return noContent;
    }),
  ];
}

export const valueRoutes = [...routes(REPOSITORY), ...routes(ENVIRONMENT)];
