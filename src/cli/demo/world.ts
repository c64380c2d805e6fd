/** The world of a demonstration: the local GitHub with its people, their clones, and the commands that they type. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GitHubRepository } from '../../github/client.ts';
import type { Playground } from '../../playground/playground.ts';
import { type DataFolder, PEOPLE, type Person } from './data-folder.ts';

export const PROGRAM = fileURLToPath(new URL('../../../bin/playground.mjs', import.meta.url));

/** The passphrase of every key in a playground. These keys protect nothing. */
export const PASSPHRASE = 'playground';

export const OWNER = 'alice';
const NAME = 'repository';
export const REPOSITORY = `${OWNER}/${NAME}`;

const run = promisify(execFile);

export class World {
  readonly data: DataFolder;
  readonly playground: Playground;

  constructor(data: DataFolder, playground: Playground) {
    this.data = data;
    this.playground = playground;
  }

  get pagesUrl(): string {
    return `${this.playground.pagesUrl}/${REPOSITORY}/`;
  }

  /** Runs a command of ours as a person, in their clone. @returns what it printed */
  async run(person: Person, ...args: string[]): Promise<string> {
    const token = await this.data.readToken(person);
    const onlineKey = await readFile(join(this.data.keys, 'online.pem'), 'utf8').catch(() => '');
    return this.#command(process.execPath, [PROGRAM, ...args], this.data.clone(person), {
      ...this.environment(),
      GITHUB_TOKEN: token,
      ONLINE_KEY: onlineKey,
    });
  }

  /** Runs git as a person. */
  async git(directory: string, ...args: string[]): Promise<string> {
    return this.#command('git', args, directory, {});
  }

  /** The repository's API, as a person. */
  async api(person: Person): Promise<GitHubRepository> {
    return new GitHubRepository(
      { apiUrl: this.playground.apiUrl, owner: OWNER, repo: NAME },
      await this.data.readToken(person),
    );
  }

  /** The variables that make a shell talk to this GitHub. */
  environment(): { readonly [name: string]: string } {
    return {
      GITHUB_SERVER_URL: this.playground.url,
      GITHUB_API_URL: this.playground.apiUrl,
      PLAYGROUND_PASSPHRASE: PASSPHRASE,
    };
  }

  /** The address of the repository for a person's git, with their token. */
  async cloneUrl(person: Person): Promise<string> {
    const url = new URL(`${this.playground.url}/${REPOSITORY}.git`);
    url.username = person;
    url.password = await this.data.readToken(person);
    return url.href;
  }

  /** Points all clones at where the local GitHub listens now. */
  async refreshRemotes(): Promise<void> {
    for (const person of PEOPLE) {
      await this.git(this.data.clone(person), 'remote', 'set-url', 'origin', await this.cloneUrl(person));
    }
  }

  async #command(
    program: string,
    args: readonly string[],
    cwd: string,
    environment: NodeJS.ProcessEnv,
  ): Promise<string> {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', ...environment };
    return (await run(program, args, { cwd, env, maxBuffer: 16 * 1024 * 1024 })).stdout;
  }
}
