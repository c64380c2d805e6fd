/**
 * `playground import-signature`: records contributions that came as text, in a file or in comments, on the event's
 * branch. Each is judged as the signing action judges it, and counts or is refused for the same reasons.
 */
import type { Command } from 'commander';
import type { EventBranch } from '../event/branch.ts';
import { type EventSides, evaluateEvent } from '../event/event.ts';
import { headline, jsonReport } from '../event/report.ts';
import type { FileChanges } from '../repository/edit.ts';
import { checkTokenLogin, type Delivered, deliver, findDelivery, tellerFor } from './comment-delivery.ts';
import { checkedEvent } from './event-name.ts';
import { branchSource, pullNumber } from './event-source.ts';
import { RefusedError, UsageError } from './failure.ts';
import { fullNameOf, fullNameOption, hostingOf, openApi } from './hosting.ts';
import { type Found, fromFile, fromPull } from './import/found.ts';
import {
  commitText,
  counts,
  type Judged,
  judge,
  judgedJson,
  judgedLines,
  recorded,
} from './import/judged.ts';
import { printJson, type Say, style } from './output.ts';
import { confirm } from './prompt.ts';
import { sayHowToOpen } from './pull-request-link.ts';
import { checkPinnedFirstRoot } from './sign/first-root.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly comment?: boolean;
  readonly print?: boolean;
  readonly pull?: number;
  readonly repository?: string;
}

export function define(command: Command): void {
  eventOptions(
    command
      .argument('<event>', 'the signing event')
      .argument('[file]', 'text with contributions, such as a comment; - reads standard input'),
  )
    .option('--comment', 'post them as a comment instead of committing them')
    .option('--print', 'print that comment, even where a token is at hand')
    .option('--pull <number>', 'read the comments of this pull request instead of a file', pullNumber)
    .option(
      '--repository <owner/name>',
      'the repository on GitHub, where the remote does not say it',
      fullNameOption,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ playground import-signature init bob.txt                 a file of \`playground sign --bundle … --out bob.txt\`
  $ pbpaste | playground import-signature init - --yes       a comment that somebody sent
  $ playground import-signature init --pull 7                the owner of a fork, for pull request 7 of the parent
  $ playground import-signature init bob.txt --comment       without push access

A signature counts by what it signs and by its key, whoever brings it. An invitation that a file accepts has to be one
of your own login.
Exit code 0: all of them are in the event; 1: some do not count, and the reason is printed.`,
    )
    .action((event: string, file: string | undefined, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, file, options)),
    );
}

async function run(
  workspace: Workspace,
  name: string,
  file: string | undefined,
  options: Options,
): Promise<void> {
  if ((file === undefined) === (options.pull === undefined))
    throw new UsageError('Give a file with contributions (- for standard input), or --pull <number>.');
  const event = await workspace.event(checkedEvent(name));
  const { found, edited } =
    file === undefined
      ? await readPull(workspace, event, options.pull ?? 0)
      : { found: await fromFile(file, () => workspace.login()), edited: [] };
  const accepts = found.some(({ block }) => block.ok && block.contribution.type === 'accept');
  const repository = accepts ? await fullNameOf(workspace, options.repository) : '';
  const importer = new Importer(workspace, event, found, repository);
  const posting = options.comment || options.print;
  const say = posting ? await importer.post(options) : await importer.commit();
  for (const url of edited)
    say(`! Not read, since it was edited after it was posted: ${url}. Ask for a new comment.`);
  await importer.finish(say);
}

/** The comments of a pull request, which has to be the event's. */
async function readPull(workspace: Workspace, event: EventBranch, number: number) {
  const at = await hostingOf(workspace);
  if (!at)
    throw new UsageError(
      'The remote is none of a GitHub server; there are no comments to read. Name a file.',
    );
  const { pullRequest } = await import('../github/pull-requests.ts');
  const { github } = await openApi(at);
  const pull = await pullRequest(github, number);
  if (!pull) {
    throw new UsageError(
      `There is no pull request ${number} in ${github.fullName}. It is a number of the repository that the pull request goes into: name its remote with --remote.`,
    );
  }
  if (pull.headRef !== event.branch)
    throw new UsageError(
      `Pull request ${number} is of ${JSON.stringify(pull.headRef)}, not of ${event.branch}.`,
    );
  return fromPull(github, number);
}

/** One import: what was found, and what became of it. */
class Importer {
  readonly #workspace: Workspace;
  readonly #event: EventBranch;
  readonly #found: readonly Found[];
  readonly #repository: string;
  readonly #now = new Date();
  #judged: readonly Judged[] = [];
  #commit: string | undefined;
  #delivered: Delivered | undefined;
  #shown = '';

  constructor(workspace: Workspace, event: EventBranch, found: readonly Found[], repository: string) {
    this.#workspace = workspace;
    this.#event = event;
    this.#found = found;
    this.#repository = repository;
  }

  /** Commits what counts to the event's branch. */
  async commit(): Promise<Say> {
    const { say, options } = this.#workspace;
    let agreed = options.yes ?? false;
    this.#commit = await this.#event.contribute(async (sides) => {
      const files = await this.#judge(sides, say);
      if (files.size === 0) return undefined;
      agreed ||= await confirm(`Commit this to ${this.#event.branch}?`);
      if (!agreed) throw new RefusedError('Nothing was committed.');
      return { files, ...commitText(this.#judged) };
    });
    return say;
  }

  /** Posts what counts, and is not in the event yet, as a comment. */
  async post({ print }: Options): Promise<Say> {
    const source = branchSource(this.#event);
    const sides = await source.read();
    const delivery = await findDelivery(this.#workspace, source, sides.head, print ? { print } : {});
    const say = tellerFor(delivery, this.#workspace);
    await this.#judge(sides, say);
    const contributions = recorded(this.#judged);
    if (contributions.length === 0) return say;
    const accepted = contributions.find(({ type }) => type === 'accept');
    if (accepted?.type === 'accept') await checkTokenLogin(delivery, accepted.login);
    this.#delivered = await deliver(this.#workspace, delivery, { event: source.name, contributions }, say);
    return say;
  }

  async #judge(sides: EventSides, say: Say): Promise<FileChanges> {
    await checkPinnedFirstRoot(this.#workspace.repository, sides);
    const status = await evaluateEvent(sides, this.#now);
    const at = { repository: this.#repository, now: this.#now };
    const { files, judged } = await judge(this.#found, sides, status, at);
    this.#judged = judged;
    const lines = judged.flatMap(judgedLines).join('\n');
    if (lines !== this.#shown && lines !== '') say(lines);
    this.#shown = lines;
    return files;
  }

  /** Says what was done, and sets the exit code. */
  async finish(say: Say): Promise<void> {
    const status = await evaluateEvent(await this.#event.read(), this.#now);
    const ok = this.#judged.every(counts) && this.#delivered?.failure === undefined;
    if (this.#commit !== undefined) {
      say(
        `${style('green', '✓')} ${this.#event.branch} is at ${this.#commit.slice(0, 12)}. ${headline(status)}.`,
      );
      await sayHowToOpen(say, this.#event);
    } else if (this.#delivered === undefined) {
      say(`Nothing new for ${this.#event.branch}. ${headline(status)}.`);
    }
    if (!ok) process.exitCode = 1;
    if (!this.#workspace.options.json) return;
    printJson({
      ok,
      commit: this.#commit ?? null,
      contributions: this.#judged.map(judgedJson),
      ...(this.#delivered
        ? { blocks: this.#delivered.texts, comments: this.#delivered.posted.map(({ url }) => url) }
        : {}),
      event: jsonReport(status),
    });
  }
}
