/**
 * Who the signer is: login and key, from flags or from `git config playground.*` of the clone; asked for, and remembered
 * there, where neither says.
 */
import { normaliseLogin } from '../event/invitations.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Signer, SignerContext } from '../signers/signer.ts';
import { UsageError } from './failure.ts';
import { KeyRing } from './keys/ring.ts';
import { escapeLines, teller, warn } from './output.ts';
import { askSecret, askText, canAsk } from './prompt.ts';

interface IdentityOptions {
  readonly login?: string;
  /** The newest last. */
  readonly key?: readonly string[];
}

export class Identity {
  readonly #options: IdentityOptions;
  readonly #clone: GitRepository | undefined;
  readonly keys: KeyRing;

  /** @param clone where settings are kept; without one nothing is remembered */
  constructor(options: IdentityOptions, clone: GitRepository | undefined) {
    this.#options = options;
    this.#clone = clone;
    this.keys = new KeyRing({
      given: options.key,
      clone,
      login: () => this.login(),
      openSigner,
      choose: async () => (await import('./keys/choice.ts')).chooseKey(signerContext()),
    });
  }

  /** The login with its `@` where it is set; nobody is asked. */
  async knownLogin(): Promise<string | undefined> {
    const known = this.#options.login ?? (await this.#clone?.getConfig('playground.login'));
    return known === undefined ? undefined : this.login();
  }

  /** The signer's login with its `@`. */
  async login(): Promise<string> {
    const known = this.#options.login ?? (await this.#clone?.getConfig('playground.login'));
    const login =
      known ?? (await askText('Your GitHub login', '--login, or `git config playground.login <login>`'));
    const normal = normaliseLogin(login);
    if (!normal)
      throw new UsageError(
        `${JSON.stringify(login)} is no GitHub login. Set yours: git config playground.login <login>.`,
      );
    if (known === undefined) await this.#clone?.setConfig('playground.login', normal);
    return normal;
  }
}

/** Opens any signer by its URI. */
export async function openSigner(uri: string): Promise<Signer> {
  const registry = await import('../signers/registry.ts');
  return registry.openSigner(uri, signerContext());
}

/** What signers may use of this process: its environment, and the person at the terminal if there is one. */
export function signerContext(): SignerContext {
  return {
    environment: process.env,
    warn,
    ...(canAsk() ? { askSecret } : {}),
    // Whoever logs in does so in a browser or on another device, with or without a terminal.
    ...(process.env.CI ? {} : { tell: (message: string) => teller(true)(escapeLines(message)) }),
  };
}
