/** What goes wrong inside a step, said beside the button that was pressed. */
import { BrowserKeyError } from '../../keys/signer.ts';
import { UnfitKeyError } from '../contributions.ts';
import { PastedError } from '../elsewhere.ts';
import { PageProblem } from '../problem.ts';
import { fill, h, prose } from './dom.ts';

/** What happened, in a sentence or two. */
export function wordsFor(error: unknown): string {
  if (error instanceof PageProblem) return [error.message, ...error.next].join(' ');
  if (error instanceof BrowserKeyError || error instanceof UnfitKeyError || error instanceof PastedError)
    return error.message;
  console.error(error);
  const detail = error instanceof Error ? error.message : String(error);
  return `This page made a mistake (${detail}). Nothing was signed or sent. Reload it; if it happens again, report it.`;
}

/** A button that does something which takes a while, and a place for what went wrong. */
export interface Doing {
  readonly button: HTMLButtonElement;
  readonly problem: HTMLElement;
  /** Runs the work unless it runs already. */
  run(): void;
}

export function doing(label: string, busy: string, work: () => Promise<void>, kind = 'primary'): Doing {
  const problem = h('p', { class: 'error', role: 'alert' });
  const button = h('button', { type: 'submit', class: kind }, label);
  let running = false;
  const run = async () => {
    if (running) return;
    running = true;
    fill(problem);
    fill(button, busy);
    // Not `disabled`: that would take the focus away from whoever uses the keyboard.
    button.setAttribute('aria-disabled', 'true');
    try {
      await work();
    } catch (error) {
      fill(problem, prose(wordsFor(error)));
    } finally {
      running = false;
      fill(button, label);
      button.removeAttribute('aria-disabled');
    }
  };
  return { button, problem, run: () => void run() };
}
