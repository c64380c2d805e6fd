/** What a key is wanted for, whichever of the ways to hold it is chosen. */
import type { Key } from '../../../tuf/key.ts';
import type { BrowserSigner } from '../../keys/signer.ts';

/** Opens the chosen key for one use. */
type OpenKey = <T>(use: (signer: BrowserSigner) => Promise<T>) => Promise<T>;

export interface KeyPurpose {
  /** What the button says. */
  readonly deed: string;
  /** Whether a key of this browser can do it. */
  readonly fits: (key: Key) => boolean;
  /** Whether a new key would do. */
  readonly mayCreate: boolean;
  readonly act: (open: OpenKey) => Promise<void>;
  /** What is shown for a key that stays somewhere else. */
  readonly elsewhere: () => HTMLElement;
}
