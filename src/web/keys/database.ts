/**
 * One object store in IndexedDB, and no more of its interface than the key store needs. The database is open only as
 * long as an operation takes, so that no tab ever waits for another.
 */
import { BrowserKeyError } from './signer.ts';

const VERSION = 1;
const STORE = 'keys';

export interface Database {
  all(): Promise<readonly unknown[]>;
  /** undefined where there is none. */
  get(id: string): Promise<unknown>;
  /** Never overwrites. Done when the browser says that it is on the disk. */
  add(record: { readonly id: string }): Promise<void>;
  remove(id: string): Promise<void>;
}

/** @throws BrowserKeyError where the browser stores nothing */
export async function openDatabase(name: string): Promise<Database> {
  // Opened once at the start, so that a page learns early that it cannot keep keys.
  (await open(name)).close();
  return {
    all: () => run(name, 'readonly', (store) => store.getAll()),
    get: (id) => run(name, 'readonly', (store) => store.get(id)),
    async add(record) {
      await run(name, 'readwrite', (store) => store.add(record));
    },
    async remove(id) {
      await run(name, 'readwrite', (store) => store.delete(id));
    },
  };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise<IDBDatabase>((resolve, reject) => {
    // Throws, or is not there at all, where the browser keeps pages from storing anything.
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }).catch((error: unknown) => {
    throw storageError(error);
  });
}

async function run<T>(
  name: string,
  mode: 'readonly' | 'readwrite',
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open(name);
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  } catch (error) {
    throw storageError(error);
  } finally {
    database.close();
  }
}

function storageError(cause: unknown): BrowserKeyError {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : 'unknown error';
  if (name === 'QuotaExceededError') {
    return new BrowserKeyError(
      'storage-full',
      'The browser has no room left to store the key. Make room on the device, or clear data of other pages.',
      { cause },
    );
  }
  return new BrowserKeyError(
    'storage-unavailable',
    `This browser does not let the page store keys (${name}). Leave private browsing, allow the page to store data, or sign with a PEM file.`,
    { cause },
  );
}
