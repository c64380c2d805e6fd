/** `playground key`: makes a signer's key, or shows the public part of one. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openRepository } from '../git/repository.ts';
import { generateKey, type NewKeyType, writePrivateKey } from '../signers/generate.ts';
import { computeKeyid, describeKey, type Key } from '../tuf/key.ts';
import { UsageError } from './failure.ts';
import { openSigner } from './identity.ts';
import { printJson, teller } from './output.ts';
import { askSecret, canAsk } from './prompt.ts';

const DEFAULT_FILE = join(homedir(), '.config', 'playground', 'key.pem');

interface GenerateOptions {
  readonly type: NewKeyType;
  readonly out?: string;
  readonly passphrase: boolean;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .command('generate')
    .description('make a key pair; the private key goes to a file that only you can read')
    .addOption(
      new Option('--type <type>', 'kind of key').choices(['ed25519', 'ecdsa-p256', 'rsa']).default('ed25519'),
    )
    .option('--out <file>', `where to write the private key (default: ${DEFAULT_FILE})`)
    .option('--no-passphrase', 'do not encrypt the key (for online keys that go into a secret)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ playground key generate\n  $ PLAYGROUND_PASSPHRASE=… playground key generate --type ecdsa-p256 --out alice.pem\n  $ playground key generate --no-passphrase --out online.pem',
    )
    .action(generate);
  command
    .command('show <uri>')
    .description('show the public part of a key, e.g. file2:alice.pem')
    .option('--json', 'print the result as JSON')
    .action(show);
}

async function generate(options: GenerateOptions): Promise<void> {
  const say = teller(options.json);
  const passphrase = options.passphrase ? await newPassphrase() : undefined;
  const { pem, key } = generateKey({
    type: options.type,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  const path = resolve(options.out ?? DEFAULT_FILE);
  await writePrivateKey(path, pem);
  const uri = `file2:${path}`;
  say(`Wrote ${describeKey(key)} to ${path}${passphrase === undefined ? ' (not encrypted)' : ''}.`);
  say('Keep a copy in a safe place: nobody can restore it.');
  if (passphrase !== undefined) {
    const inRepository = await openRepository(process.cwd()).then(
      (repository) => repository.close().then(() => true),
      () => false,
    );
    say(`To sign with it${inRepository ? '' : ', in your clone'}: git config playground.key ${uri}`);
  }
  if (options.json) printJson({ ok: true, uri, key, keyid: computeKeyid(key) });
}

async function newPassphrase(): Promise<string> {
  const given = process.env.PLAYGROUND_PASSPHRASE;
  if (given) return given;
  if (!canAsk())
    throw new UsageError(
      'A passphrase protects the key. Give it in PLAYGROUND_PASSPHRASE, or write the key unencrypted with --no-passphrase.',
    );
  const passphrase = await askSecret('Passphrase for the new key');
  if (passphrase === '') throw new UsageError('The passphrase is empty. Choose one, or use --no-passphrase.');
  if ((await askSecret('The same again')) !== passphrase)
    throw new UsageError('The two differ; nothing was written.');
  return passphrase;
}

async function show(uri: string, options: { readonly json?: boolean }): Promise<void> {
  const key: Key = (await openSigner(uri)).key;
  teller(options.json)(
    `${describeKey(key)}\nkeyid (without owner): ${computeKeyid(key)}\n${JSON.stringify(key, null, 2)}`,
  );
  if (options.json) printJson({ ok: true, uri, key, keyid: computeKeyid(key) });
}
