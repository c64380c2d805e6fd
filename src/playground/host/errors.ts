/** What can go wrong in the local GitHub: when it starts, and as an answer to a request. */

export type PlaygroundErrorCode =
  | 'data-folder'
  | 'port-in-use'
  | 'git-failed'
  | 'not-found'
  | 'already-exists'
  | 'invalid-name';

/** A failure of the local GitHub itself, told to the person who started it. */
export class PlaygroundError extends Error {
  override readonly name = 'PlaygroundError';
  readonly code: PlaygroundErrorCode;

  constructor(code: PlaygroundErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One entry of `errors` in GitHub's answer 422 (docs.github.com: Troubleshooting the REST API, Validation failed). */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  readonly message?: string;
}

export type ApiErrorCode = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 501 | 502 | 503;

/** An answer that says no. The status and message are GitHub's. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly errors: readonly (FieldError | string)[] | undefined;

  constructor(code: ApiErrorCode, message: string, errors?: readonly (FieldError | string)[]) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}

export const notFound = () => new ApiError(404, 'Not Found');
export const notForIntegrations = () => new ApiError(403, 'Resource not accessible by integration');
export const requiresAuthentication = () => new ApiError(401, 'Requires authentication');

export function invalid(
  resource: string,
  field: string,
  code: FieldError['code'] = 'invalid',
  message?: string,
) {
  return new ApiError(422, 'Validation Failed', [
    { resource, field, code, ...(message === undefined ? {} : { message }) },
  ]);
}
