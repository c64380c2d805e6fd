/**
 * A signer's sitting before an event, however the result travels: check, plan, show, ask, sign. What is signed is what
 * was shown: the differences are computed here, from the bytes that the signatures cover, and nothing is signed before
 * the yes.
 */
import { type EventSides, type EventStatus, evaluateEvent } from '../../event/event.ts';
import { invitedRoles } from '../../event/invitations.ts';
import { planSigning, type Signing, type SigningPlan, stoppingErrors } from '../../event/signing.ts';
import { SignerError } from '../../signers/signer.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { fingerprintOf, type Key, samePublicKey } from '../../tuf/key.ts';
import { RefusedError } from '../failure.ts';
import { checkKey, type LookUp, sayAboutKey } from '../keys/enrolment.ts';
import type { KeyRing } from '../keys/ring.ts';
import { escapeLines, findingLines, type Say, warn } from '../output.ts';
import { confirm } from '../prompt.ts';
import { findingsFor, keysText, question, sayKeys, sayPlan } from './plan-text.ts';
import { keysInOrder, signWithAll } from './several-keys.ts';

interface SittingSettings {
  readonly login: string;
  readonly now: Date;
  /** The answer is given already (`--yes`). */
  readonly yes: boolean;
  /** Throws where the event is not of the repository that the signer knows. */
  readonly checkFirstRoot: (sides: EventSides) => Promise<void>;
  readonly keys: KeyRing;
  /** Finds the SSH keys that the login publishes; absent without a network. */
  readonly lookUp?: LookUp;
}

export class Sitting {
  readonly settings: SittingSettings;
  #agreed: string | undefined;
  /** Keys that could not be opened, by URI: nobody is asked for them again. */
  readonly #unusable = new Map<string, SignerError>();

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

  /**
   * What there is to do with all keys of the person. A key is opened where its public part is not known yet: to accept
   * an invitation, and where something waits for a key that none of the known ones is.
   * @throws {SignerError} where the only key cannot be opened
   */
  async plan(sides: EventSides, status: EventStatus): Promise<SigningPlan> {
    const { keys, login, now } = this.settings;
    const accepts = invitedRoles(status.invitations, login).length > 0;
    const newest = accepts ? (await keys.newest()).key : undefined;
    for (;;) {
      const held = new Set<string>();
      for (const uri of await keys.uris()) {
        const fingerprint = await keys.fingerprint(uri);
        if (fingerprint !== undefined) held.add(fingerprint);
      }
      const isAtHand = (key: Key) => held.has(fingerprintOf(key));
      const plan = await planSigning(sides, status, login, newest, now, isAtHand);
      const nothing = plan.toSign.length === 0 && plan.accepts.length === 0;
      if (plan.missing.length === 0 || !(await this.#openNext(nothing))) return plan;
    }
  }

  /**
   * Opens one more key whose public part is not known. @returns false where there is none
   * @param all also one whose public part is remembered: a file may hold another key by now, and who logs in be another
   */
  async #openNext(all: boolean): Promise<boolean> {
    const { keys } = this.settings;
    const uris = await keys.uris();
    if (uris.length === 0) {
      await keys.newest();
      return true;
    }
    const further = all ? uris.filter((uri) => !keys.isOpen(uri)).reverse() : [];
    const next = [...(await keys.unknown()), ...further].find((uri) => !this.#unusable.has(uri));
    if (next === undefined) return false;
    try {
      await keys.open(next);
    } catch (error) {
      if (!(error instanceof SignerError) || uris.length === 1) throw error;
      this.#unusable.set(next, error);
      warn(error.message);
    }
    return true;
  }

  /** What was agreed to is done; what comes next is shown as something new. */
  nextRound(): void {
    this.#agreed = undefined;
  }

  /**
   * Shows a plan and asks. Agreement to the same bytes holds when the event has moved on otherwise.
   * @throws {RefusedError} where the answer is no, or no client would accept the key
   */
  async agree(plan: SigningPlan, sides: EventSides, status: EventStatus, say: Say): Promise<void> {
    const digest = planDigest(plan);
    if (this.#agreed === digest) return;
    if (this.#agreed !== undefined) say('The event changed meanwhile. This is what it is now:');
    sayPlan(say, plan, sides);
    for (const line of findingLines(findingsFor(plan, status.findings))) say(line);
    if (plan.acceptsWith)
      await sayAboutKey(say, await this.settings.keys.newest(), this.login, this.settings.lookUp);
    const held = await keysInOrder(plan, this.settings.keys);
    sayKeys(say, held);
    if (!this.settings.yes && !(await confirm(`${question(plan)} with ${keysText(held)}?`)))
      throw new RefusedError('Nothing was signed.');
    this.#agreed = digest;
  }

  /**
   * Signs with one key after the other, and checks a key that accepts and signs nothing yet. Where one of several cannot
   * sign, the rest of the plan is carried out.
   * @param acceptance whether the acceptance itself is going to be signed, as in comments
   * @throws {SignerError} where nothing could be signed
   */
  async sign(
    plan: SigningPlan,
    say: Say,
    acceptance: 'signed' | 'committed',
  ): Promise<{ readonly plan: SigningPlan; readonly signing: Signing }> {
    const { keys } = this.settings;
    const { acceptsWith } = plan;
    if (acceptsWith) {
      const newest = await keys.newest();
      const signs = acceptance === 'signed' || plan.toSign.some(({ key }) => samePublicKey(key, acceptsWith));
      if (!signs) await checkKey(newest);
      await keys.rememberNewest(newest.uri);
    }
    const { signatures, failed } = await signWithAll(plan, await keysInOrder(plan, keys), keys, (line) =>
      say(escapeLines(line)),
    );
    const left = plan.toSign.filter(({ keyid }) => failed.has(keyid));
    if (left.length > 0) process.exitCode = 2;
    const carriedOut = {
      ...plan,
      toSign: plan.toSign.filter(({ keyid }) => !failed.has(keyid)),
      missing: [...plan.missing, ...left.map(({ role, key }) => ({ role, key }))],
    };
    const signing: Signing = async (key, message) =>
      signatures.get(hashHex('sha256', message))?.get(fingerprintOf(key)) ??
      (await keys.openHolder(key)).sign(message);
    return { plan: carriedOut, signing };
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
