/** The command line: one table of commands, each loaded only when it is called. */
import { Command } from 'commander';
import { reportFailure } from './failure.ts';

/** What a command's file exports: it describes itself and says what to do. */
interface CommandModule {
  define(command: Command): void;
}

const COMMANDS: readonly {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}[] = [
  {
    name: 'start',
    summary: 'play the first signing event on this machine',
    load: () => import('./start.ts'),
  },
  { name: 'key', summary: 'make a signing key, or show one', load: () => import('./key.ts') },
  { name: 'init', summary: 'start a new repository, in a signing event', load: () => import('./init.ts') },
  {
    name: 'delegate',
    summary: 'change who signs a role, or add a role',
    load: () => import('./delegate.ts'),
  },
  {
    name: 'update-targets',
    summary: 'bring metadata in step with the artifacts',
    load: () => import('./update-targets.ts'),
  },
  { name: 'sign', summary: 'accept invitations and sign an event', load: () => import('./sign.ts') },
  {
    name: 'export',
    summary: 'write an event to a file, to be signed without a network',
    load: () => import('./export.ts'),
  },
  {
    name: 'import-signature',
    summary: 'record signatures that came as text or in comments',
    load: () => import('./import-signature.ts'),
  },
  {
    name: 'status',
    summary: 'show what an event changes and who has to sign',
    load: () => import('./status.ts'),
  },
  {
    name: 'online-sign',
    summary: 'sign snapshot and timestamp with the online key',
    load: () => import('./online-sign.ts'),
  },
  { name: 'build', summary: 'build the site that clients download from', load: () => import('./build.ts') },
  {
    name: 'verify',
    summary: 'check a published site with an independent client',
    load: () => import('./verify.ts'),
  },
];

const EXAMPLES = `
A first repository, with two signers:
  $ playground key generate                       each signer, once
  $ playground init --signers @alice,@bob --threshold 2
  $ playground sign init                          bob accepts and signs, then alice signs
  (merge the event into main)
  $ playground online-sign --first
  $ playground build site
  $ playground verify site

Exit codes: 0 done; 1 the repository says no (invalid, or not yet complete); 2 could not run.
\`playground <command> --help\` has examples of each.`;

async function main(args: readonly string[]): Promise<void> {
  const program = new Command('playground')
    .description('A TUF repository in git: make it, sign it, publish it.')
    .version('0.1.0')
    .addHelpText('after', EXAMPLES)
    .configureOutput({ writeErr: (text) => void process.stderr.write(text) })
    .exitOverride((error) => {
      // Commander has said what is wrong already; asking for help is no failure.
      process.exit(error.exitCode === 0 ? 0 : 2);
    });
  const [first, second] = args.filter((argument) => !argument.startsWith('-'));
  const wanted = first === 'help' ? second : first;
  for (const { name, summary, load } of COMMANDS) {
    const command = program.command(name).summary(summary).description(summary);
    command.copyInheritedSettings(program);
    if (name === wanted) (await load()).define(command);
  }
  await program.parseAsync(args, { from: 'user' });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes('--json'));
}
