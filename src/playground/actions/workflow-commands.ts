/**
 * Commands that a step prints: `::error file=a.ts,line=1::text`.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import type { Annotation } from '../contract.ts';

interface WorkflowCommand {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly message: string;
}

/** GitHub keeps this many annotations of each level for one step. */
const MOST_ANNOTATIONS = 10;

const LEVELS: ReadonlyMap<string, Annotation['level']> = new Map([
  ['error', 'failure'],
  ['warning', 'warning'],
  ['notice', 'notice'],
]);

/** Where the commands of a step go. */
export interface CommandTarget {
  write(line: string): void;
  annotate(annotation: Annotation): void;
  mask(value: string): void;
}

function parseCommand(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([^\s:,]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line);
  if (match === null) return undefined;
  const properties = (match[2] ?? '')
    .split(',')
    .map((property) => /^\s*([^=]+)=(.*)$/s.exec(property))
    .map((property) => [property?.[1] ?? '', unescapeProperty(property?.[2] ?? '')] as const);
  return {
    name: (match[1] ?? '').toLowerCase(),
    properties: new Map(properties),
    message: unescapeData(match[3] ?? ''),
  };
}

/** Reads what one step prints, line by line. */
export class CommandReader {
  readonly #target: CommandTarget;
  readonly #annotations = new Map<string, number>();
  /** Set while commands are stopped: the token that lets them go on. */
  #stoppedUntil: string | undefined;

  constructor(target: CommandTarget) {
    this.#target = target;
  }

  line(line: string): void {
    const command = parseCommand(line);
    if (this.#stoppedUntil !== undefined) {
      if (command?.name === this.#stoppedUntil.toLowerCase()) this.#stoppedUntil = undefined;
      this.#target.write(line);
      return;
    }
    if (command === undefined) this.#target.write(line);
    else this.#run(command, line);
  }

  #run(command: WorkflowCommand, line: string): void {
    const level = LEVELS.get(command.name);
    if (level !== undefined) {
      this.#annotate(level, command);
      this.#target.write(`##[${command.name}]${command.message}`);
      return;
    }
    switch (command.name) {
      case 'add-mask':
        this.#target.mask(command.message);
        this.#target.write('::add-mask::***');
        return;
      case 'group':
      case 'endgroup':
        this.#target.write(`##[${command.name}]${command.message}`);
        return;
      case 'debug':
        return;
      case 'stop-commands':
        this.#stoppedUntil = command.message === '' ? undefined : command.message;
        this.#target.write(line);
        return;
      default:
        this.#target.write(line);
    }
  }

  #annotate(level: Annotation['level'], { properties, message }: WorkflowCommand): void {
    const count = (this.#annotations.get(level) ?? 0) + 1;
    this.#annotations.set(level, count);
    if (count > MOST_ANNOTATIONS) return;
    const line = Number(properties.get('line'));
    const path = properties.get('file');
    this.#target.annotate({
      level,
      title: properties.get('title') ?? '',
      message,
      ...(path === undefined ? {} : { path }),
      ...(Number.isInteger(line) && properties.has('line') ? { line } : {}),
    });
  }
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}
