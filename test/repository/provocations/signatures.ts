/** Flaws of signatures and of the chain of roots. */
import type { Metadata } from '../../../src/tuf/metadata.ts';
import { type Files, withFiles } from '../../support/memory-tree.ts';
import { alter, rewrite } from '../../support/signed-repository.ts';
import { nextRoot, type Provocation, type Provocations } from './provocation.ts';

/** The next version of a role with its signatures changed. */
async function signedOtherwise(
  files: Files,
  role: string,
  change: (signatures: Metadata['signatures']) => Metadata['signatures'],
): Promise<Files> {
  const renewed = await rewrite(files, role, (signed) => signed);
  return alter(renewed, role, (metadata) => ({ ...metadata, signatures: change(metadata.signatures) }));
}

function otherwise(
  where: string,
  role: string,
  change: Parameters<typeof signedOtherwise>[2],
  more: Partial<Provocation> = {},
): Provocation {
  return {
    where,
    make: async ({ offline }) => ({ proposed: { offline: await signedOtherwise(offline, role, change) } }),
    names: { role, path: `metadata/${role}.json` },
    ...more,
  };
}

function online(
  where: string,
  role: string,
  change: (signatures: Metadata['signatures']) => Metadata['signatures'],
  more: Partial<Provocation> = {},
): Provocation {
  return {
    where,
    make: (sound) => ({
      proposed: {
        ...sound,
        online: alter(sound.online, role, (metadata) => ({
          ...metadata,
          signatures: change(metadata.signatures),
        })),
      },
    }),
    names: { role, path: `metadata/${role}.json` },
    whenUnchanged: 'error',
    ...more,
  };
}

/** Signatures with one hex digit of the first one changed. */
function oneDigit([first, ...others]: Metadata['signatures']): Metadata['signatures'] {
  if (!first) throw new Error('there is no signature');
  const digit = first.sig.endsWith('0') ? '1' : '0';
  return [{ ...first, sig: first.sig.slice(0, -1) + digit }, ...others];
}

const HISTORY = (version: number) => ({ role: 'root', path: `metadata/root_history/${version}.root.json` });

function history(
  where: string,
  version: number,
  says: RegExp,
  change: (files: Files) => Changes | Promise<Changes>,
  whenUnchanged: 'error' | 'gone' = 'error',
): Provocation {
  return {
    where,
    make: async ({ offline }) => ({ proposed: { offline: withFiles(offline, await change(offline)) } }),
    names: HISTORY(version),
    says,
    whenUnchanged,
  };
}
type Changes = Readonly<Record<string, string | null>>;

export const SIGNATURE_PROVOCATIONS: Provocations<
  | 'threshold-not-met'
  | 'signature-invalid'
  | 'signature-unknown'
  | 'root-chain'
  | 'root-history'
  | 'root-versions'
  | 'consistent-snapshot'
> = {
  'threshold-not-met': [
    otherwise('nobody has signed a delegated role', 'team', () => [], {
      says: /^team has 0 of the 1 signatures that it needs by targets$/,
    }),
    otherwise('a signature is still to come', 'team', (all) => all.map((one) => ({ ...one, sig: '' }))),
    otherwise('nobody has signed targets, published or not', 'targets', () => [], {
      says: /^targets has 0 of the 1 signatures that it needs$/,
      whenUnchanged: 'error',
    }),
    otherwise('one of three has signed root, published or not', 'root', (all) => all.slice(0, 1), {
      says: /^root has 1 of the 2 signatures of its own that it needs$/m,
      whenUnchanged: 'error',
    }),
    {
      where: 'the signers of the root before have not signed the new one',
      make: async ({ offline }) => ({
        proposed: {
          offline: await nextRoot(offline, (root) => ({
            ...root,
            roles: { ...root.roles, root: root.roles.targets },
          })).then((files) =>
            alter(files, 'root', (metadata) => ({
              ...metadata,
              signatures: metadata.signatures.filter(({ keyid }) => keyid === metadata.signatures[0]?.keyid),
            })),
          ),
        },
      }),
      names: { role: 'root', path: 'metadata/root.json' },
      says: /^root has 1 of the 2 signatures of the root version before it that it needs$/,
      whenUnchanged: 'error',
    },
    online('nobody has signed the snapshot', 'snapshot', () => []),
    online('nobody has signed the timestamp', 'timestamp', () => []),
  ],
  'signature-invalid': [
    otherwise('one digit of a signature is another, though enough others are there', 'team', oneDigit),
    online('one digit of the signature of timestamp is another', 'timestamp', oneDigit, {
      also: ['threshold-not-met'],
    }),
    otherwise('a signature is no hex', 'team', ([first, ...others]) => [
      { keyid: first?.keyid ?? '', sig: 'zz' },
      ...others,
    ]),
  ],
  'signature-unknown': [
    otherwise('somebody signed who is no signer', 'team', (all) => [
      ...all,
      { keyid: 'cd'.repeat(32), sig: '00'.repeat(64) },
    ]),
  ],
  'root-chain': [
    {
      where: 'nobody has signed an older root',
      make: ({ offline }) => ({ proposed: { offline: unsignedSecondRoot(offline) }, knownGood: null }),
      names: HISTORY(2),
    },
    {
      where: 'the signers of the first root have not signed the second',
      make: ({ offline }) => {
        const alone = unsignedSecondRoot(offline, 1);
        return { proposed: { offline: alone }, knownGood: null };
      },
      names: HISTORY(2),
    },
  ],
  'root-history': [
    history('a version is missing', 2, /is missing$/m, () => ({ [HISTORY(2).path]: null })),
    history(
      'an old version is stored in another form',
      1,
      /differs from the known good copy$/,
      (files) => ({ [HISTORY(1).path]: `${files.get(HISTORY(1).path)}\n` }),
      'gone',
    ),
    history('the newest version differs from root.json', 3, /is not the same file as/, (files) => ({
      [HISTORY(3).path]: `${files.get(HISTORY(3).path)}\n`,
    })),
    history('a version is newer than root.json', 4, /^\S+ is newer than \S+, version 3$/, async (files) => ({
      [HISTORY(4).path]: String((await nextRoot(files, (root) => root)).get(HISTORY(4).path)),
    })),
    history('a version stands under another number', 2, /has version 1$/m, (files) => ({
      [HISTORY(2).path]: String(files.get(HISTORY(1).path)),
    })),
  ],
  'root-versions': [
    {
      where: 'a client that has the first root would have to follow 257 steps',
      make: async ({ offline }) => ({ proposed: { offline: await withRoots(offline, 258) } }),
      names: { role: 'root', path: 'metadata/root.json' },
    },
  ],
  'consistent-snapshot': [
    {
      where: 'root gives up versioned file names',
      make: async ({ offline }) => ({
        proposed: { offline: await nextRoot(offline, (root) => ({ ...root, consistent_snapshot: false })) },
      }),
      says: /^root has consistent_snapshot false$/,
      names: { role: 'root', path: 'metadata/root.json' },
    },
  ],
};

/** The repository with only some of the signatures of its second root. */
function unsignedSecondRoot(files: Files, signatures = 0): Files {
  const { path } = HISTORY(2);
  const metadata = JSON.parse(String(files.get(path))) as Metadata;
  const fewer = { ...metadata, signatures: metadata.signatures.slice(0, signatures) };
  return withFiles(files, { [path]: JSON.stringify(fewer, null, 1) });
}

/** The repository with root in so high a version. */
async function withRoots(files: Files, versions: number): Promise<Files> {
  const made = new Map(files);
  let newest: Files = new Map([['metadata/root.json', files.get('metadata/root.json') ?? '']]);
  for (let version = 4; version <= versions; version++) {
    newest = await rewrite(withFiles(newest, { [HISTORY(version - 2).path]: null }), 'root', (root) => root);
    for (const [path, content] of newest) made.set(path, content);
  }
  return made;
}
