/** Questions to a person. Where nobody is there to ask, the flag that answers is named instead. */
import { UsageError } from './failure.ts';

/** Whether a person can be asked. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY) && !process.env.CI;
}

async function prompts() {
  return import('@clack/prompts');
}

async function answered<T>(answer: Promise<T>): Promise<Exclude<T, symbol>> {
  const value = await answer;
  if (typeof value === 'symbol') throw new UsageError('Cancelled; nothing was changed.');
  return value as Exclude<T, symbol>;
}

/** Asks for a line of text. */
export async function askText(message: string, flag: string, initialValue = ''): Promise<string> {
  if (!canAsk()) throw new UsageError(`${message}? Give ${flag}.`);
  const { text } = await prompts();
  const options = {
    message,
    initialValue,
    output: process.stderr,
    validate: (value: string | undefined) => (value?.trim() ? undefined : 'An answer is needed.'),
  };
  return (await answered(text(options))).trim();
}

/** Lets a person choose; only where one can be asked. */
export async function askChoice<Value extends string>(
  message: string,
  choices: readonly { readonly value: Value; readonly label: string; readonly hint?: string }[],
): Promise<Value> {
  const { select } = await prompts();
  const options = choices.map(({ value, label, hint }) => ({
    value: value as string,
    label,
    ...(hint ? { hint } : {}),
  }));
  return (await answered(select<string>({ message, options, output: process.stderr }))) as Value;
}

/** Asks for a yes. */
export async function confirm(message: string, flag = '--yes'): Promise<boolean> {
  if (!canAsk()) throw new UsageError(`${message} Nobody is here to answer: give ${flag} to agree.`);
  const { confirm: ask } = await prompts();
  return answered(ask({ message, initialValue: false, output: process.stderr }));
}

/** Asks for a secret, which is not shown. */
export async function askSecret(message: string): Promise<string> {
  const { password } = await prompts();
  return answered(password({ message, output: process.stderr }));
}
