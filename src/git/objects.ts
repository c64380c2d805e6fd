/**
 * Objects, read through one `git cat-file --batch-command` that stays open: requests go in line by line, answers
 * come back in the same order (git-cat-file(1), "BATCH OUTPUT"), so thousands of files cost one process. An object
 * is read as it is stored: no attribute, filter or text conversion of a branch applies.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import { ended, errorOutput, startGit } from './command.ts';
import { commandError, GitError } from './errors.ts';
import { checkedOid, checkedRevision } from './names.ts';
import { type Place, placeOptions } from './place.ts';

export interface ObjectInfo {
  readonly oid: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  /** Bytes. */
  readonly size: number;
}

/** Objects up to this many bytes are read whole rather than by a process of their own. */
const SMALL = 1024 * 1024;

export class ObjectReader {
  readonly #place: Place;
  #batch: Batch | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** What an object name (`<oid>`, `refs/heads/main^{commit}`) stands for; undefined if there is no such object. */
  async info(name: string): Promise<ObjectInfo | undefined> {
    return (await this.#ask('info', name))?.info;
  }

  /**
   * The content of an object.
   *
   * @param maxBytes larger ones fail without being read
   * @throws GitError `no-such-revision`, `too-large`
   */
  async read(
    name: string,
    type: ObjectInfo['type'],
    maxBytes: number,
  ): Promise<{ oid: string; data: Buffer }> {
    const info = typed(name, type, await this.info(name));
    if (info.size > maxBytes) {
      const message = `The ${type} ${name} has ${info.size} bytes; at most ${maxBytes} are allowed here.`;
      throw new GitError('too-large', message);
    }
    const answer = await this.#ask('contents', info.oid);
    typed(name, type, answer?.info);
    return { oid: info.oid, data: answer?.data ?? Buffer.alloc(0) };
  }

  /**
   * A file's content piece by piece, for files of any size.
   *
   * @throws GitError `no-such-revision`
   */
  async *stream(oid: string): AsyncGenerator<Uint8Array, void, undefined> {
    const { size } = typed(oid, 'blob', await this.info(checkedOid(oid)));
    if (size <= SMALL) {
      yield (await this.read(oid, 'blob', SMALL)).data;
      return;
    }
    const child = startCatFile(this.#place, ['blob', oid]);
    const stderr = errorOutput(child);
    const end = ended(child, 'cat-file');
    // Its failure is looked at below, after the last piece.
    end.catch(() => undefined);
    try {
      yield* child.stdout;
      const status = await end;
      if (status !== 0) throw commandError('cat-file', status, stderr());
    } finally {
      // A consumer that stops early leaves the process writing into a closed pipe.
      child.kill();
    }
  }

  /** Ends the process. A later request starts a new one. */
  async close(): Promise<void> {
    const batch = this.#batch;
    this.#batch = undefined;
    await batch?.close();
  }

  async #ask(command: 'info' | 'contents', name: string): Promise<Answer | undefined> {
    checkedRevision(name);
    if (this.#batch === undefined || this.#batch.over) this.#batch = new Batch(this.#place);
    return await this.#batch.ask(command, name);
  }
}

function startCatFile(place: Place, args: readonly string[]): ChildProcessWithoutNullStreams {
  const options = [...placeOptions(place), 'cat-file', ...args];
  return startGit(place.topLevel ?? place.gitDir, options, { outerEnv: place.outerEnv });
}

function typed(name: string, type: ObjectInfo['type'], info: ObjectInfo | undefined): ObjectInfo {
  if (info?.type === type) return info;
  const found = info === undefined ? 'does not exist here' : `is a ${info.type}, not a ${type}`;
  throw new GitError('no-such-revision', `The ${type} ${name} ${found}. Fetch first, and check the name.`);
}

interface Answer {
  readonly info: ObjectInfo;
  readonly data: Buffer | undefined;
}

interface Request {
  readonly command: 'info' | 'contents';
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** One running `cat-file --batch-command`, and the requests that it has not answered yet. */
class Batch {
  over = false;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  readonly #waiting: Request[] = [];
  #unsent = '';
  #line: Buffer[] = [];
  /** The content that is being received: its place, and how much of it is still to come, with the newline after it. */
  #content: { info: ObjectInfo; data: Buffer; filled: number } | undefined;

  constructor(place: Place) {
    this.#child = startCatFile(place, ['--batch-command', '--buffer']);
    const stderr = errorOutput(this.#child);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#ended = ended(this.#child, 'cat-file').then(
      (status) => this.#finish(commandError('cat-file', status, stderr())),
      (error: unknown) => this.#finish(error),
    );
    this.#keepAlive(false);
  }

  ask(command: Request['command'], name: string): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      if (this.#waiting.length === 1) this.#keepAlive(true);
      if (this.#unsent === '') process.nextTick(() => this.#send());
      this.#unsent += `${command} ${name}\n`;
    });
  }

  /** Requests made in one go are sent and answered in one go, which for thousands of them is many times faster. */
  #send(): void {
    if (this.#unsent === '') return;
    this.#child.stdin.write(`${this.#unsent}flush\n`);
    this.#unsent = '';
  }

  async close(): Promise<void> {
    this.over = true;
    this.#keepAlive(true);
    this.#send();
    this.#child.stdin.end();
    await this.#ended;
  }

  /** Holds the program open while an answer is awaited, and only then. */
  #keepAlive(hold: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const thing of [this.#child, stdin, stdout, stderr]) {
      if (thing !== this.#child && !(thing instanceof Socket)) continue;
      if (hold) thing.ref();
      else thing.unref();
    }
  }

  #finish(error: unknown): void {
    this.over = true;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #receive(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      rest =
        this.#content === undefined ? this.#receiveLine(rest) : this.#receiveContent(this.#content, rest);
    }
  }

  #receiveLine(chunk: Buffer): Buffer {
    const end = chunk.indexOf('\n');
    if (end < 0) {
      this.#line.push(chunk);
      return chunk.subarray(chunk.length);
    }
    const line = Buffer.concat([...this.#line, chunk.subarray(0, end)]).toString();
    this.#line = [];
    const [, oid, type, size] = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? [];
    if (oid === undefined) {
      // "<name> missing" or "<name> ambiguous": the name does not stand for one object.
      this.#answer(undefined);
    } else {
      const info: ObjectInfo = { oid, type: type as ObjectInfo['type'], size: Number(size) };
      if (this.#waiting[0]?.command === 'info') this.#answer({ info, data: undefined });
      else this.#content = { info, data: Buffer.allocUnsafeSlow(info.size + 1), filled: 0 };
    }
    return chunk.subarray(end + 1);
  }

  #receiveContent(content: { info: ObjectInfo; data: Buffer; filled: number }, chunk: Buffer): Buffer {
    const taken = chunk.copy(content.data, content.filled);
    content.filled += taken;
    if (content.filled === content.data.length) {
      this.#content = undefined;
      this.#answer({ info: content.info, data: content.data.subarray(0, content.info.size) });
    }
    return chunk.subarray(taken);
  }

  #answer(answer: Answer | undefined): void {
    this.#waiting.shift()?.resolve(answer);
    if (this.#waiting.length === 0 && !this.over) this.#keepAlive(false);
  }
}
