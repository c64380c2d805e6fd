/** Where no key is set: the ways to hold one in plain words, and what each finds on this machine. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { listTokens } from '../../signers/pkcs11/list.ts';
import { type SignerContext, SignerError } from '../../signers/signer.ts';
import { listAgentKeys } from '../../signers/ssh/agent.ts';
import { describeKey, type Key } from '../../tuf/key.ts';
import { UsageError } from '../failure.ts';
import { escapeControls } from '../output.ts';
import { askChoice, askText, canAsk } from '../prompt.ts';

const FLAG =
  '--key, or `git config playground.key <uri>`; `playground key generate` makes one, `playground key list` shows those that are there';

type Way = 'file' | 'token' | 'agent' | 'login' | 'uri';

/** Lets the person choose a way and a key. @returns a signer URI @throws {UsageError} where nobody is there */
export async function chooseKey(context: SignerContext): Promise<string> {
  if (!canAsk()) throw new UsageError(`Your signing key (a URI such as file2:~/keys/me.pem)? Give ${FLAG}.`);
  for (;;) {
    const uri = await byWay(await askWay(), context);
    if (uri !== undefined) return uri;
  }
}

function askWay(): Promise<Way> {
  return askChoice<Way>('Where is your signing key?', [
    { value: 'token', label: 'On a security token', hint: 'YubiKey, smart card, HSM' },
    { value: 'file', label: 'In a file', hint: 'of `playground key generate`, openssl or ssh-keygen' },
    { value: 'agent', label: 'In my ssh-agent' },
    { value: 'login', label: 'Nowhere: I log in for each signature', hint: 'Sigstore; few clients follow' },
    { value: 'uri', label: 'Elsewhere', hint: 'a cloud service or Vault, by its URI' },
  ]);
}

async function byWay(way: Way, context: SignerContext): Promise<string | undefined> {
  switch (way) {
    case 'file': {
      const initial = join(homedir(), '.config', 'playground', 'key.pem');
      return `file2:${(await askText('Path of the file', FLAG, initial)).replace(/^file2:/, '')}`;
    }
    case 'token':
      return pick(context, 'Which key on the token?', async () =>
        (await listTokens(context)).tokens.flatMap(({ label, serial, keys }) =>
          keys.map((key) => ({ ...key, what: `${key.label || 'key'} on ${label || 'the token'} ${serial}` })),
        ),
      );
    case 'agent':
      return pick(context, 'Which key of the ssh-agent?', async () =>
        (await listAgentKeys(context)).map((key) => ({ ...key, what: `${key.type} ${key.comment}` })),
      );
    case 'login':
      return 'sigstore:?ambient=false';
    case 'uri':
      return askText('Its URI, such as awskms:alias/me or hv:me/1', FLAG);
  }
}

interface Candidate {
  readonly uri?: string;
  readonly what: string;
  readonly key?: Key;
}

/** Undefined, with the reason said, where there is none to pick. */
async function pick(
  context: SignerContext,
  question: string,
  find: () => Promise<readonly Candidate[]>,
): Promise<string | undefined> {
  try {
    const options = (await find()).flatMap(({ uri, key, what }) =>
      uri !== undefined && key ? [{ value: uri, label: escapeControls(what), hint: describeKey(key) }] : [],
    );
    if (options.length > 0) return await askChoice(question, options);
    context.warn('There is no key in it that could sign. `playground key list` says more.');
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
    context.warn(error.message);
  }
  return undefined;
}
