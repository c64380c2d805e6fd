/**
 * What the page remembers between visits, none of it secret: who the signer is, and the first root of each repository.
 * Where the browser keeps nothing, the page works all the same.
 */

const PREFIX = 'signing-page';

export class Memory {
  readonly #storage: Storage | undefined;
  readonly #repository: string;

  constructor(repository: string, storage: Storage | undefined = browserStorage()) {
    this.#repository = repository.toLowerCase();
    this.#storage = storage;
  }

  /** The signer's login with its `@`. */
  get login(): string | undefined {
    return this.#read(`${PREFIX} login`);
  }

  set login(login: string) {
    this.#write(`${PREFIX} login`, login);
  }

  /** SHA-256 of the first root's file, hex. */
  get firstRoot(): string | undefined {
    return this.#read(`${PREFIX} first-root ${this.#repository}`);
  }

  set firstRoot(hash: string) {
    this.#write(`${PREFIX} first-root ${this.#repository}`, hash);
  }

  #read(name: string): string | undefined {
    try {
      return this.#storage?.getItem(name) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #write(name: string, value: string): void {
    try {
      this.#storage?.setItem(name, value);
    } catch {
      // Full, or forbidden: then it is asked again next time.
    }
  }
}

function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
