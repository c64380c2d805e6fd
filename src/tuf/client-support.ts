/**
 * What stock clients do with each kind of key that may be enrolled, read from their sources. It matters before a key is
 * chosen: some clients refuse a whole file for one key that they do not know, also where others have met its threshold.
 *
 * The clients are those that a repository of this format serves. rust-tuf and php-tuf are not among them whatever the
 * kind: they take no keys with fields beyond those of the specification.
 */
import { classifyKey, type Key } from './key.ts';

export const CLIENTS = ['tuf-js', 'python-tuf', 'go-tuf', 'tough'] as const;
export type Client = (typeof CLIENTS)[number];

/** What a client does with a key. */
export type Reaction =
  /** Checks its signatures; from a certain version on, where one is named. */
  | { readonly does: 'verify'; readonly from?: string }
  /** Takes the file, and never counts the key. */
  | { readonly does: 'skip' }
  /** Refuses every role for which the key may sign, whoever else has signed it. */
  | { readonly does: 'refuse-role' }
  /** Refuses the file that holds the key: root, or the role that delegates to it. */
  | { readonly does: 'refuse-file' };

type Reactions = { readonly [client in Client]: Reaction };

const VERIFY: Reaction = { does: 'verify' };

const ML_DSA_REACTIONS: Reactions = {
  'tuf-js': { does: 'skip' },
  'python-tuf': { does: 'verify', from: 'with securesystemslib 1.6 and cryptography 48' },
  'go-tuf': { does: 'verify', from: 'of September 2026' },
  tough: { does: 'refuse-file' },
};

const SIGSTORE_REACTIONS: Reactions = {
  'tuf-js': { does: 'skip' },
  'python-tuf': { does: 'refuse-file' },
  'go-tuf': { does: 'refuse-role' },
  tough: { does: 'refuse-file' },
};

/** The reactions to keys that not every client verifies. */
function reactionsTo(key: Key): Reactions | undefined {
  const support = classifyKey(key);
  if (support.status !== 'supported') return undefined;
  if (support.algorithm === 'sigstore') return SIGSTORE_REACTIONS;
  return support.algorithm.startsWith('ml-dsa-') ? ML_DSA_REACTIONS : undefined;
}

/** What a client does with a key of a kind that may be enrolled. */
export function clientReaction(client: Client, key: Key): Reaction {
  return reactionsTo(key)?.[client] ?? VERIFY;
}

/** Whether all of these clients, in any version that is in use, verify the key. */
export function isForEveryClient(key: Key): boolean {
  return reactionsTo(key) === undefined;
}

/**
 * Which clients follow a repository that has such a key and which do not, in words that follow its name; undefined
 * where all do.
 */
export function clientsInWords(key: Key): string | undefined {
  const reactions = reactionsTo(key);
  if (!reactions) return undefined;
  const those = (does: Reaction['does']) =>
    CLIENTS.filter((client) => reactions[client].does === does).map((client) => {
      const reaction = reactions[client];
      return reaction.does === 'verify' && reaction.from ? `${client} (${reaction.from} or later)` : client;
    });
  const parts = (
    [
      ['verify', 'is verified by', ''],
      ['skip', 'counts for nothing in', ''],
      ['refuse-role', 'makes', ' refuse the roles that it signs'],
      ['refuse-file', 'makes', ' refuse the whole file that names it'],
    ] as const
  ).flatMap(([does, before, after]) => {
    const clients = those(does);
    return clients.length > 0 ? [`${before} ${clients.join(' and ')}${after}`] : [];
  });
  return parts.join(', ');
}
