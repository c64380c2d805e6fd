/** Reading the body of a request up to a limit, whether or not it says its length. */
import type { Context as HonoContext } from 'hono';
import { ApiError } from './errors.ts';

/**
 * The body as text.
 * @throws {ApiError} 413 beyond `maxBytes`, as soon as it is known
 */
export async function readText(c: HonoContext, maxBytes: number): Promise<string> {
  const tooLarge = () => new ApiError(413, 'Payload Too Large');
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
