/** Answers of the API, from `unknown` to the few values that are used. A value that is not there is named. */
import { PageProblem } from './problem.ts';

/** One answer, or a part of it. */
export class Answer {
  readonly #value: unknown;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    this.#value = value;
    this.#where = where;
  }

  at(name: string): Answer {
    const value = this.#value;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const member = isObject && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return new Answer(member, `${this.#where}.${name}`);
  }

  /** Null and nothing are the same to a reader. */
  get isNothing(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  text(): string {
    return typeof this.#value === 'string' ? this.#value : this.#fail('a text');
  }

  number(): number {
    return typeof this.#value === 'number' && Number.isSafeInteger(this.#value)
      ? this.#value
      : this.#fail('a whole number');
  }

  flag(): boolean {
    return typeof this.#value === 'boolean' ? this.#value : this.#fail('true or false');
  }

  list(): readonly Answer[] {
    return Array.isArray(this.#value)
      ? this.#value.map((item, index) => new Answer(item, `${this.#where}[${index}]`))
      : this.#fail('a list');
  }

  /** The id of a git object. */
  oid(): string {
    const text = this.text();
    return /^[0-9a-f]{40}$/.test(text) ? text : this.#fail('the id of a git object');
  }

  #fail(wanted: string): never {
    throw new PageProblem('wrong-content', `GitHub’s answer holds no ${this.#where}: expected ${wanted}.`, {
      next: ['Reload the page. If it stays like this, sign with `playground sign` and report the problem.'],
    });
  }
}
