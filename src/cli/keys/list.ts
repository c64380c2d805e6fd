/**
 * `playground key list`: the keys of this person. Those that are here (remembered by the clone, on tokens, in the
 * ssh-agent), and those that the repository names under their login, wherever they are kept: one in a browser is named
 * like every other. Nothing is unlocked for it.
 */
import { judgesOf } from '../../repository/delegators.ts';
import { type RepositoryState, targetsRoles } from '../../repository/state.ts';
import { listTokens } from '../../signers/pkcs11/list.ts';
import { type SignerContext, SignerError } from '../../signers/signer.ts';
import { listAgentKeys } from '../../signers/ssh/agent.ts';
import { keyOwner } from '../../tuf/custom-fields.ts';
import { describeKey, fingerprintOf, type Key } from '../../tuf/key.ts';
import { own } from '../../tuf/shape.ts';
import type { KeyRing } from './ring.ts';

/** A key that can be reached from here. */
export interface KeyHere {
  readonly uri?: string;
  /** What the place says of it: a label, a comment. */
  readonly name: string;
  readonly key?: Key;
  /** Of the public key; absent where it is not known without opening it. */
  readonly fingerprint?: string;
  /** Why it cannot sign. */
  readonly problem?: string;
}

export interface Place {
  readonly place: string;
  readonly keys: readonly KeyHere[];
  /** Why there is nothing to see, or not all. */
  readonly problems: readonly string[];
}

/** A key that the repository names under the person's login. */
export interface KeyThere {
  readonly key: Key;
  readonly keyid: string;
  /** Those that have it now; none where only the root before has it. */
  readonly roles: readonly string[];
  /** Where it is here; none for one that is kept elsewhere. */
  readonly uris: readonly string[];
}

/** What the clone remembers, what is plugged in, and what the ssh-agent holds. */
export async function keysHere(ring: KeyRing | undefined, context: SignerContext): Promise<readonly Place[]> {
  return [
    ...(ring ? [{ place: 'This clone knows', keys: await remembered(ring), problems: [] }] : []),
    ...(await tokens(context)),
    await reading('The ssh-agent', async () =>
      (await listAgentKeys(context)).map(({ type, comment, ...rest }) => ({
        ...rest,
        name: `${type} ${comment}`.trim(),
        ...fingerprint(rest.key),
      })),
    ),
  ];
}

async function remembered(ring: KeyRing): Promise<readonly KeyHere[]> {
  const keys: KeyHere[] = [];
  for (const uri of await ring.uris()) {
    const known = await ring.fingerprint(uri);
    keys.push({ uri, name: '', ...(known === undefined ? {} : { fingerprint: known }) });
  }
  return keys;
}

async function tokens(context: SignerContext): Promise<readonly Place[]> {
  try {
    const list = await listTokens(context);
    const places = list.tokens.map(({ label, serial, pinState, keys, problem }): Place => {
      const pin = pinState === 'good' ? '' : `, PIN ${pinState}`;
      return {
        place: `Token ${JSON.stringify(label)} (serial number ${JSON.stringify(serial)}${pin})`,
        keys: keys.map(({ label: name, ...rest }) => ({ ...rest, name, ...fingerprint(rest.key) })),
        problems: problem === undefined ? [] : [problem],
      };
    });
    if (places.length > 0 && list.problems.length === 0) return places;
    const none = list.tokens.length === 0 ? ['none is plugged in'] : [];
    return [...places, { place: 'Tokens', keys: [], problems: [...none, ...list.problems] }];
  } catch (error) {
    return [failed('Tokens', error)];
  }
}

async function reading(place: string, read: () => Promise<readonly KeyHere[]>): Promise<Place> {
  try {
    return { place, keys: await read(), problems: [] };
  } catch (error) {
    return failed(place, error);
  }
}

function failed(place: string, error: unknown): Place {
  if (!(error instanceof SignerError)) throw error;
  return { place, keys: [], problems: [error.message] };
}

const fingerprint = (key: Key | undefined) => (key ? { fingerprint: fingerprintOf(key) } : {});

/** The keys that a state names under a login, for one role or for all; those of the root before as well. */
export function keysThere(
  state: RepositoryState,
  login: string,
  places: readonly Place[],
  only?: string,
): readonly KeyThere[] {
  const found = new Map<string, { key: Key; roles: Set<string> }>();
  const roles = ['root', ...targetsRoles(state)].filter((role) => only === undefined || role === only);
  for (const role of roles) {
    for (const { by, role: entry, keys } of judgesOf(state, role)) {
      for (const keyid of entry.keyids) {
        const key = own(keys, keyid);
        if (!key || keyOwner(key)?.toLowerCase() !== login.toLowerCase()) continue;
        const known = found.get(keyid) ?? { key, roles: new Set<string>() };
        found.set(keyid, known);
        if (by !== 'previous-root') known.roles.add(role);
      }
    }
  }
  const here = places.flatMap(({ keys }) => keys);
  return [...found].map(([keyid, { key, roles: signs }]) => {
    const wanted = fingerprintOf(key);
    const uris = here.flatMap((one) =>
      one.fingerprint === wanted && one.uri !== undefined ? [one.uri] : [],
    );
    return { key, keyid, roles: [...signs], uris: [...new Set(uris)] };
  });
}

/** A key of a place as a line. */
export function lineOf({ uri, name, key, problem, fingerprint: known }: KeyHere): string {
  const what = key
    ? describeKey(key)
    : known === undefined
      ? 'not opened yet'
      : `public key ${known.slice(0, 8)}…`;
  const label = name === '' ? '' : ` ${JSON.stringify(name)}`;
  return `${uri ?? 'unreadable'}${label}: ${problem === undefined ? what : `cannot sign: ${problem}`}`;
}
