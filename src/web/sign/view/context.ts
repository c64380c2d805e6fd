/** What every part of the page is given. */
import type { KeyStore } from '../../keys/store.ts';
import type { SignerPart } from '../signer-part.ts';
import type { OpenedEvent, Visit } from '../visit.ts';

export interface PageContext {
  readonly visit: Visit;
  /** The event as it is shown. */
  readonly opened: OpenedEvent;
  /** The keys in this browser for this repository. */
  keys(): Promise<KeyStore>;
  /** Says what happens, for eyes and for screen readers. */
  say(text: string): void;
  /** Remembers who the signer is and shows their part. Undefined: asks again. */
  setLogin(login: string | undefined): void;
  /** Reads the event anew and shows it. */
  refresh(): Promise<void>;
  /** Shows an event that was just read. @param note what to say about it */
  show(opened: OpenedEvent, note: string): void;
  /**
   * The event as it is now, if everything that the signer was asked to sign is still the same. Where it is not, the page
   * shows what it is now, and the answer is undefined.
   */
  unchanged(part: SignerPart): Promise<OpenedEvent | undefined>;
}
