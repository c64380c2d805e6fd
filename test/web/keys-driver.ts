/** Runs in the browser: what the tests of the browser's keys ask of the page, with plain data in and out. */
import { withPem } from '../../src/web/keys/pem.ts';
import { BrowserKeyError } from '../../src/web/keys/signer.ts';
import {
  type KeySecret,
  type NewStoredKey,
  openKeyStore,
  passkeysAvailable,
} from '../../src/web/keys/store.ts';

type Value = Record<string, unknown>;

const encoder = new TextEncoder();
const databaseName = (namespace: string) => `repository-playground keys ${namespace}`;

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The object store, as any page of the origin can open it. */
async function withStore<T>(namespace: string, use: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await answer(indexedDB.open(databaseName(namespace)));
  try {
    return await use(database.transaction('keys', 'readwrite').objectStore('keys'));
  } finally {
    database.close();
  }
}

/** The object that holds the member which `path` names, such as `protection.rounds`, and the member's name. */
function place(record: Value, path: string): readonly [holder: Value, member: string] {
  const names = path.split('.');
  const member = names.pop() ?? '';
  return [names.reduce((value, name) => value[name] as Value, record), member];
}

function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

const deeds = {
  available: () => passkeysAvailable(),

  list: async (namespace: string) => (await openKeyStore(namespace)).list(),

  damaged: async (namespace: string) => (await openKeyStore(namespace)).damaged(),

  persistent: async (namespace: string) => (await openKeyStore(namespace)).persistent(),

  create: async (namespace: string, wanted: NewStoredKey) => (await openKeyStore(namespace)).create(wanted),

  createMany: async (namespace: string, wanted: NewStoredKey, count: number) => {
    const store = await openKeyStore(namespace);
    return Promise.all(Array.from({ length: count }, () => store.create(wanted)));
  },

  remove: async (namespace: string, id: string) => (await openKeyStore(namespace)).remove(id),

  sign: async (namespace: string, id: string, secret: KeySecret, text: string) =>
    (await openKeyStore(namespace)).withKey(id, secret, async (signer) => ({
      key: signer.key,
      sig: await signer.sign(bytesOf(text)),
    })),

  exportPem: async (namespace: string, id: string, secret: KeySecret, passphrase: string) =>
    (await openKeyStore(namespace)).exportPem(id, secret, passphrase),

  signWithPem: (pem: string, passphrase: string | undefined, text: string) =>
    withPem(pem, passphrase, async (signer) => ({ key: signer.key, sig: await signer.sign(bytesOf(text)) })),

  /** Keeps the signer beyond its use, as only a faulty page would, and signs with it. */
  signLater: async (namespace: string, id: string, secret: KeySecret) => {
    const signer = await (await openKeyStore(namespace)).withKey(id, secret, async (open) => open);
    return signer.sign(bytesOf('too late'));
  },

  /** Starts to sign and does not wait for it. */
  signWithoutWaiting: async (namespace: string, id: string, secret: KeySecret) => {
    const store = await openKeyStore(namespace);
    let signature: Promise<string> | undefined;
    await store.withKey(id, secret, async (signer) => {
      signature = signer.sign(bytesOf('not waited for'));
      signature.catch(() => undefined);
    });
    return signature;
  },

  failWithin: async (namespace: string, id: string, secret: KeySecret) =>
    (await openKeyStore(namespace)).withKey(id, secret, async () => {
      throw new RangeError('the page failed');
    }),

  /** All that is stored, as text: bytes as hex. */
  dump: (namespace: string) =>
    withStore(namespace, async (store) =>
      JSON.stringify(await answer(store.getAll()), (_, value: unknown) =>
        value instanceof Uint8Array
          ? Array.from(value, (b) => b.toString(16).padStart(2, '0')).join('')
          : value,
      ),
    ),

  /** Changes a member of a record as a hostile page could. */
  change: (namespace: string, id: string, path: string, value: unknown) =>
    withStore(namespace, async (store) => {
      const record = (await answer(store.get(id))) as Value;
      const [holder, member] = place(record, path);
      holder[member] = value;
      await answer(store.put(record));
    }),

  /** Flips the last bit of a member that is bytes. */
  flip: (namespace: string, id: string, path: string) =>
    withStore(namespace, async (store) => {
      const record = (await answer(store.get(id))) as Value;
      const [holder, member] = place(record, path);
      const bytes = holder[member] as Uint8Array;
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await answer(store.put(record));
    }),

  /** Swaps members between two records. */
  swap: (namespace: string, a: string, b: string, paths: readonly string[]) =>
    withStore(namespace, async (store) => {
      const first = (await answer(store.get(a))) as Value;
      const second = (await answer(store.get(b))) as Value;
      for (const path of paths) {
        const [one, member] = place(first, path);
        const [other] = place(second, path);
        [one[member], other[member]] = [other[member], one[member]];
      }
      await answer(store.put(first));
      await answer(store.put(second));
    }),

  /** Copies a record into the database of another namespace. */
  copy: async (from: string, id: string, to: string) => {
    const record = await withStore(from, (store) => answer(store.get(id)));
    await openKeyStore(to);
    await withStore(to, (store) => answer(store.put(record)));
  },

  put: async (namespace: string, value: unknown) => {
    await openKeyStore(namespace);
    await withStore(namespace, (store) => answer(store.put(value)));
  },
};

type Deeds = typeof deeds;
export type Deed = keyof Deeds;
export type Arguments<D extends Deed> = Parameters<Deeds[D]>;
export type Result<D extends Deed> = Awaited<ReturnType<Deeds[D]>>;
export type Outcome<T> = { readonly value: T } | { readonly code: string; readonly message: string };

/** What came out, or the code and the message of what went wrong. */
async function perform(deed: Deed, args: readonly unknown[]): Promise<Outcome<unknown>> {
  try {
    return { value: await (deeds[deed] as (...all: readonly unknown[]) => Promise<unknown>)(...args) };
  } catch (error) {
    if (error instanceof BrowserKeyError) return { code: error.code, message: error.message };
    return { code: 'other', message: String(error) };
  }
}

Object.assign(globalThis, { perform });
