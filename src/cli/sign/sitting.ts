/**
 * A signer's sitting before an event, however the result travels: check, plan, show, ask. What is signed is what was
 * shown: the differences are computed here, from the bytes that the signatures cover, and nothing is signed before the
 * yes.
 */
import { type EventSides, type EventStatus, evaluateEvent } from '../../event/event.ts';
import { planSigning, type SigningPlan, stoppingErrors } from '../../event/signing.ts';
import type { Signer } from '../../signers/signer.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { describeKey } from '../../tuf/key.ts';
import { RefusedError } from '../failure.ts';
import { findingLines, type Say } from '../output.ts';
import { confirm } from '../prompt.ts';
import { findingsFor, question, sayPlan } from './plan-text.ts';

interface SittingSettings {
  readonly login: string;
  readonly now: Date;
  /** The answer is given already (`--yes`). */
  readonly yes: boolean;
  /** Throws where the event is not of the repository that the signer knows. */
  readonly checkFirstRoot: (sides: EventSides) => Promise<void>;
  readonly openSigner: () => Promise<Signer>;
}

export class Sitting {
  readonly settings: SittingSettings;
  #signer: Signer | undefined;
  #agreed: string | undefined;

  constructor(settings: SittingSettings) {
    this.settings = settings;
  }

  get login(): string {
    return this.settings.login;
  }

  /** Checks the event without the key. @throws {RefusedError} where it must not be signed as it is. */
  async check(sides: EventSides): Promise<EventStatus> {
    await this.settings.checkFirstRoot(sides);
    const status = await evaluateEvent(sides, this.settings.now);
    const errors = stoppingErrors(status, this.login);
    if (errors.length > 0)
      throw new RefusedError(`The event sign/${sides.name} is not valid. Nothing was signed.`, errors);
    return status;
  }

  /** What there is to do. From here on the key's public part is known, and its passphrase may have been asked for. */
  async plan(sides: EventSides, status: EventStatus): Promise<SigningPlan> {
    const { key } = await this.signer();
    return planSigning(sides, status, this.login, key, this.settings.now);
  }

  /** What was agreed to is done; what comes next is shown as something new. */
  nextRound(): void {
    this.#agreed = undefined;
  }

  async signer(): Promise<Signer> {
    this.#signer ??= await this.settings.openSigner();
    return this.#signer;
  }

  /**
   * Shows a plan and asks. Agreement to the same bytes holds when the event has moved on otherwise.
   * @throws {RefusedError} where the answer is no
   */
  async agree(plan: SigningPlan, sides: EventSides, status: EventStatus, say: Say): Promise<void> {
    const digest = planDigest(plan);
    if (this.#agreed === digest) return;
    if (this.#agreed !== undefined) say('The event changed meanwhile. This is what it is now:');
    sayPlan(say, plan, sides);
    for (const line of findingLines(findingsFor(plan, status.findings))) say(line);
    const { key } = await this.signer();
    if (!this.settings.yes && !(await confirm(`${question(plan)} with ${describeKey(key)}?`)))
      throw new RefusedError('Nothing was signed.');
    this.#agreed = digest;
  }
}

/** Whether a plan has nothing in it. */
export function isEmpty({ accepts, toSign }: SigningPlan): boolean {
  return accepts.length === 0 && toSign.length === 0;
}

/** Stands for everything that the signer agrees to. */
function planDigest({ accepts, toSign }: SigningPlan): string {
  return JSON.stringify([
    accepts,
    toSign.map(({ role, keyid, bytes }) => [role, keyid, hashHex('sha256', bytes)]),
  ]);
}
