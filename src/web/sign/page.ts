/** The page as a whole: it reads, shows what there is, and keeps the parts in step with each other. */
import { type KeyStore, openKeyStore } from '../keys/store.ts';
import { PageProblem } from './problem.ts';
import { readAddress, type Settings } from './settings.ts';
import { partDigest, type SignerPart, signerPart } from './signer-part.ts';
import { changesView } from './view/changes-view.ts';
import type { PageContext } from './view/context.ts';
import { fill, h } from './view/dom.ts';
import { errorsView, eventHead, thresholdsView, trustView, warningsView } from './view/event-view.ts';
import { problemView } from './view/problem-view.ts';
import { signerView } from './view/signer-view.ts';
import { storedKeysView } from './view/stored-keys-view.ts';
import { type OpenedEvent, Visit } from './visit.ts';

export class Page {
  readonly #settings: Settings;
  /** Says what happens; it stays while all else is replaced, as screen readers need it. */
  readonly #live = h('p', { class: 'live', role: 'status' });
  readonly #content = h('div', {});
  #stopClock: () => void = () => undefined;
  #keys: Promise<KeyStore> | undefined;

  constructor(main: HTMLElement, settings: Settings) {
    this.#settings = settings;
    fill(main, this.#live, this.#content);
  }

  /** Opens the pull request that the address names. */
  async start(): Promise<void> {
    try {
      const address = readAddress(location.hash, this.#settings);
      await this.#read(new Visit(this.#settings, address, location.href));
    } catch (error) {
      this.#fail(error, undefined);
    }
  }

  async #read(visit: Visit, note = ''): Promise<void> {
    try {
      const opened = await visit.open((doing) => this.#say(doing));
      this.#show(visit, opened, note);
    } catch (error) {
      this.#fail(error, visit);
    }
  }

  #say(text: string): void {
    fill(this.#live, text);
  }

  #fail(error: unknown, visit: Visit | undefined): void {
    this.#stopClock();
    this.#say('');
    const again = () => (visit ? this.#read(visit) : this.start());
    const { view, stop } = problemView(error, {
      retry: () => void again(),
      useToken: (token) => {
        visit?.api.useToken(token);
        void again();
      },
      acceptFirstRoot: (hash) => {
        if (visit) visit.memory.firstRoot = hash;
        void again();
      },
    });
    this.#stopClock = stop;
    const wasHere = this.#content.contains(document.activeElement);
    fill(this.#content, view);
    if (wasHere) this.#focus();
  }

  #show(visit: Visit, opened: OpenedEvent, note: string): void {
    this.#stopClock();
    const yourPart = h('div', { class: 'card yours' });
    const showPart = (login: string | undefined) => fill(yourPart, signerView(context, login));
    const context: PageContext = {
      visit,
      opened,
      keys: () => this.#openKeys(),
      say: (text) => this.#say(text),
      setLogin: (login) => {
        if (login !== undefined) visit.memory.login = login;
        showPart(login);
        focusFirst(yourPart, 'h3', 'input', 'h2');
      },
      refresh: () => this.#read(visit, 'This is the event as it is now.'),
      show: (next, words) => this.#show(visit, next, words),
      unchanged: (part) => this.#unchanged(visit, opened, part),
    };
    showPart(visit.memory.login);
    const toYourPart = () => focusFirst(yourPart, 'h3', 'input', 'h2');
    const goOn = h('button', { type: 'button', class: 'link', onclick: toYourPart }, 'Go to your part');
    fill(
      this.#content,
      eventHead(context, goOn),
      errorsView(opened),
      changesView(opened),
      thresholdsView(opened),
      warningsView(opened),
      trustView(opened.trust),
      yourPart,
      storedKeysView(context),
    );
    this.#say(note);
    if (note !== '') this.#focus();
  }

  /** Looks whether somebody has changed what the signer is about to sign. */
  async #unchanged(visit: Visit, shown: OpenedEvent, part: SignerPart): Promise<OpenedEvent | undefined> {
    try {
      const pull = await visit.pullRequest();
      if (pull.head === shown.pull.head) return shown;
      const now = await visit.open(() => undefined);
      if (partDigest(signerPart(now.sides, now.status, part.login)) === partDigest(part)) return now;
      this.#show(
        visit,
        now,
        'Nothing was signed: the event has changed since you opened it. Read what it changes now, and go on from there.',
      );
    } catch (error) {
      // A signature is bound to what was shown, so it can do no harm where nobody can look again.
      if (error instanceof PageProblem && /^(?:rate-limited|unreachable|server-error)$/.test(error.code))
        return shown;
      this.#fail(error, visit);
    }
    return undefined;
  }

  #openKeys(): Promise<KeyStore> {
    this.#keys ??= openKeyStore(this.#settings.repository.toLowerCase());
    // Storage that was refused once may be there the next time.
    this.#keys.catch(() => {
      this.#keys = undefined;
    });
    return this.#keys;
  }

  #focus(): void {
    this.#content.querySelector('h1')?.focus();
  }
}

/** Puts the focus on the first thing that is there. */
function focusFirst(within: HTMLElement, ...selectors: readonly string[]): void {
  const found = selectors.map((selector) => within.querySelector<HTMLElement>(selector));
  found.find((element) => element !== null)?.focus();
}
