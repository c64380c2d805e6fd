/**
 * One visit to one pull request: reads the event, decides what to trust, and reads again when asked. Whatever is read
 * is kept, so that a second reading costs only what has changed.
 */
import { type EventSides, type EventStatus, evaluateEvent } from '../../event/event.ts';
import { Blobs } from './blobs.ts';
import { GitHubApi } from './github-api.ts';
import { Memory } from './memory.ts';
import { type PullRequest, readPullRequest } from './pull-request.ts';
import { readSides } from './read-event.ts';
import type { Address, Settings } from './settings.ts';
import { Site } from './site.ts';
import { checkTrust, type Trust } from './trust.ts';

/** The event at one moment. */
export interface OpenedEvent {
  readonly pull: PullRequest;
  readonly sides: EventSides;
  readonly status: EventStatus;
  readonly trust: Trust;
  readonly readAt: Date;
}

export class Visit {
  readonly settings: Settings;
  readonly address: Address;
  readonly api: GitHubApi;
  readonly memory: Memory;
  readonly #site: Site;
  readonly #blobs: Blobs;

  constructor(settings: Settings, address: Address, page: string) {
    this.settings = settings;
    this.address = address;
    this.api = new GitHubApi(settings);
    this.memory = new Memory(settings.repository);
    this.#site = new Site(page);
    this.#blobs = new Blobs(this.api, this.#site);
  }

  /**
   * Reads and judges the event.
   * @param progress told what is being done, in a few words
   * @throws {PageProblem}
   */
  async open(progress: (doing: string) => void): Promise<OpenedEvent> {
    progress('Reading the first root of this site…');
    const siteRoot = await this.#site.firstRoot();
    progress('Reading the pull request…');
    const pull = await this.pullRequest();
    progress('Reading what it changes…');
    const sides = await readSides(this.api, this.#blobs, pull);
    progress('Checking signatures…');
    const trust = await checkTrust(siteRoot, sides, this.memory);
    const readAt = new Date();
    return { pull, sides, status: await evaluateEvent(sides, readAt), trust, readAt };
  }

  /** The pull request as it stands now. */
  pullRequest(): Promise<PullRequest> {
    return readPullRequest(this.api, this.settings, this.address);
  }
}
