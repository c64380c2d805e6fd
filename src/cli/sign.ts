/**
 * `playground sign`: accepts the signer's invitations and signs what waits for them, by a commit, by a comment, in a
 * file for a machine without a network, or on a page in the signer's browser.
 */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { eventArgument, eventFrom } from './event-name.ts';
import { branchSource, eventSource, pullNumber } from './event-source.ts';
import { UsageError } from './failure.ts';
import { fullNameOption } from './hosting.ts';
import { portNumber, wholeNumber } from './numbers.ts';
import { checkGivenFirstRoot, checkPinnedFirstRoot, firstRootOption } from './sign/first-root.ts';
import { Sitting } from './sign/sitting.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly comment?: boolean;
  readonly print?: boolean;
  readonly out?: string;
  readonly pull?: number;
  readonly repository?: string;
  readonly wait?: number | boolean;
  readonly bundle?: string;
  readonly firstRoot?: string;
  readonly attestation?: readonly string[];
  readonly web?: boolean;
  readonly port?: number;
  readonly open?: boolean;
}

/** Seconds in which the signing action has recorded a comment, if it is going to. */
const PATIENCE = 300;

const EXAMPLES = `
Examples:
  $ playground sign init
  $ playground sign init --login @bob --key file2:bob.pem --yes
  $ playground sign init --key hsm:1?label=old --key hsm:1?label=new   two tokens, the newest last
  $ playground sign init --comment                        posts the signature, or prints it where there is no token
  $ playground sign init --print | pbcopy                 to paste it into a comment on the pull request
  $ playground sign --pull 7                              an event from a fork
  $ playground sign --bundle init.bundle --out bob.txt    without a network; see \`playground export\`
  $ playground sign init --web                            the signing page, served by this machine

Without push access the signature goes into a comment by itself. A comment is posted with a token of yours
(GITHUB_TOKEN, GH_TOKEN, or that of the program gh).
Every key of yours that the event waits for signs in one run; the clone remembers which keys you have used. Where one of
them is on a token that is not plugged in, you are told which to insert.
The passphrase of a key file is asked for, or taken from PLAYGROUND_PASSPHRASE or PLAYGROUND_PASSPHRASE_FILE.
Exit code 0: everything that you can do is done; 1: the event is not valid.`;

export function define(command: Command): void {
  eventOptions(eventArgument(command))
    .option('--first-root <sha256>', 'what the first root has to be', firstRootOption)
    .option(
      '--attestation <file...>',
      'with an acceptance: certificates that say that the key was made inside a YubiKey, first its own',
    )
    .optionsGroup('By comment:')
    .option('--comment', 'contribute by a comment on the pull request instead of a commit')
    .option('--print', 'print the comment instead of posting it')
    .option('--out <file>', 'write it to a new file')
    .option('--pull <number>', 'the event of this pull request, also from a fork; by comment', pullNumber)
    .option(
      '--repository <owner/name>',
      'the repository on GitHub, where the remote does not say it',
      fullNameOption,
    )
    .option(
      '--wait <seconds>',
      `how long to wait until an acceptance is recorded, to sign then (default: ${PATIENCE})`,
      wholeNumber('--wait', 0),
    )
    .option('--no-wait', 'do not wait for that')
    .optionsGroup('Without a network:')
    .option('--bundle <file>', 'the event in this file of `playground export`; the result goes to --out')
    .optionsGroup('In the browser:')
    .option('--web', 'serve the signing page on this machine only')
    .addOption(new Option('--port <port>', 'port of the page').argParser(portNumber('--port')))
    .option('--no-open', 'do not open the browser')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(name: string | undefined, options: Options): Promise<void> {
  checkTogether(options);
  const { bundle } = options;
  if (bundle !== undefined) {
    const { signOffline } = await import('./sign/offline.ts');
    return signOffline({ ...options, bundle }, name);
  }
  return Workspace.use(options, async (workspace) => {
    if (!options.web) return sign(workspace, name, options);
    const { serveSigningPage } = await import('./sign/web.ts');
    return serveSigningPage(workspace, name, options);
  });
}

/** The files as one text. */
async function readAttestation(files: readonly string[]): Promise<string> {
  const texts = files.map((file) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new UsageError(`The attestation ${file} cannot be read. Check the path.`, { cause });
    }),
  );
  return (await Promise.all(texts)).map((text) => `${text.trim()}\n`).join('');
}

/** Flags of different ways to sign. */
function checkTogether(options: Options): void {
  const byComment = options.comment || options.print || options.out !== undefined;
  const ways = [
    ['--web', options.web],
    ['--bundle', options.bundle !== undefined],
    [options.comment ? '--comment' : '--print', options.comment || options.print],
  ].filter(([, wanted]) => wanted);
  if (ways.length > 1)
    throw new UsageError(
      `${ways.map(([flag]) => flag).join(' and ')} are different ways to sign. Choose one.`,
    );
  if (options.attestation && (byComment || options.pull !== undefined || ways.length > 0))
    throw new UsageError(
      '--attestation goes with a commit; in a comment or a file it has no place. Leave it out.',
    );
  if (options.bundle !== undefined && options.pull !== undefined)
    throw new UsageError('--bundle names the event already; --pull does not go with it.');
  if (options.push === false && (byComment || options.pull !== undefined) && options.bundle === undefined)
    throw new UsageError('--no-push is for commits; a comment is not pushed. Leave it out.');
}

async function sign(workspace: Workspace, name: string | undefined, options: Options): Promise<void> {
  const { repository } = workspace;
  const sitting = new Sitting({
    login: await workspace.login(),
    now: new Date(),
    yes: options.yes ?? false,
    checkFirstRoot: async (sides) => {
      await checkGivenFirstRoot(sides, options.firstRoot);
      await checkPinnedFirstRoot(repository, sides);
    },
    keys: workspace.keys,
    lookUp: (login) => workspace.publishedKeys(login),
  });
  const wait = options.wait === false ? false : typeof options.wait === 'number' ? options.wait : PATIENCE;
  const byComment = async (source: Awaited<ReturnType<typeof eventSource>>, notice?: string) => {
    const { signByComment } = await import('./sign/by-comment.ts');
    return signByComment(workspace, sitting, source, { ...options, wait }, notice);
  };
  if (options.comment || options.print || options.out !== undefined || options.pull !== undefined)
    return byComment(await eventSource(workspace, name, options.pull));

  const event = await workspace.event(await eventFrom(repository, name));
  const { signByCommit } = await import('./sign/by-commit.ts');
  const attestation = options.attestation && (await readAttestation(options.attestation));
  if (await signByCommit(workspace, sitting, event, attestation)) return;
  if (attestation !== undefined)
    throw new UsageError(
      'You have no push access, and an attestation does not go into a comment. Accept without --attestation, and give it to a maintainer.',
    );
  await byComment(
    branchSource(event),
    `You have no push access to ${event.settings.pushRemote}, so this goes into a comment (as with --comment).`,
  );
}
