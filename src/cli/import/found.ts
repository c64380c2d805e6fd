/** Contributions as they are found: in a file of comment text, or in the comments of a pull request. */
import { readFile, stat } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { type Block, findBlocks } from '../../event/comment-block.ts';
import { splitComments } from '../../event/contributions.ts';
import type { GitHubRepository } from '../../github/client.ts';
import { RefusedError, UsageError } from '../failure.ts';

/** A block, and who it is from. */
export interface Found {
  readonly block: Block;
  /** The login, with its `@`, that posted it, or that brings it here. */
  readonly by: string;
  /** For `Co-authored-by`, where it is known. */
  readonly author?: { readonly login: string; readonly id: number | undefined };
  /** The comment's page. */
  readonly url?: string;
}

/** Bytes of a file with contributions; sixty comments fit into it. */
const LARGEST_FILE = 4 * 1024 * 1024;

/**
 * The blocks of a file, or of standard input where it is `-`. Text around them is for people.
 * @param ownLogin whose acceptances the file can bring; asked for only where it has one
 */
export async function fromFile(file: string, ownLogin: () => Promise<string>): Promise<readonly Found[]> {
  const text = await readText(file);
  const blocks = splitComments(text).flatMap((comment) => findBlocks(comment));
  if (blocks.length === 0) {
    throw new RefusedError(
      `There is no contribution in ${file === '-' ? 'what was read' : file}. It is a block that begins with \`\`\`tuf-contribution-v1, as \`playground sign --comment\` and the signing page make it; bring all of it.`,
    );
  }
  const accepts = blocks.some((block) => block.ok && block.contribution.type === 'accept');
  const by = accepts ? await ownLogin() : '';
  return blocks.map((block) => ({ block, by }));
}

async function readText(file: string): Promise<string> {
  if (file === '-') return checked(await textOf(process.stdin));
  try {
    if ((await stat(file)).size > LARGEST_FILE) throw tooLarge();
    // Some editors begin a file with a byte order mark.
    return (await readFile(file, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? error}).`);
  }
}

function checked(text: string): string {
  if (text.length > LARGEST_FILE) throw tooLarge();
  return text.replace(/^\ufeff/, '');
}

function tooLarge(): UsageError {
  return new UsageError(`That is more than ${LARGEST_FILE} bytes; contributions are shorter.`);
}

/**
 * The blocks of all comments of a pull request that were never edited: whoever has write access can edit another's.
 * @returns also the pages of comments that were edited, and hold blocks
 */
export async function fromPull(
  github: GitHubRepository,
  pull: number,
): Promise<{ readonly found: readonly Found[]; readonly edited: readonly string[] }> {
  const { readDiscussion } = await import('../../github/discussion.ts');
  const comments = (await readDiscussion(github, pull))
    .filter(({ author }) => !author.bot)
    .map((comment) => ({ ...comment, blocks: findBlocks(comment.body) }))
    .filter(({ blocks }) => blocks.length > 0);
  return {
    found: comments
      .filter(({ edited }) => !edited)
      .flatMap(({ blocks, author, url }) =>
        blocks.map((block) => ({ block, by: `@${author.login}`, author, url })),
      ),
    edited: comments.filter(({ edited }) => edited).map(({ url }) => url),
  };
}
