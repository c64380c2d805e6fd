/**
 * What must not stand in a log: GitHub hides the secrets that it hands out, and knows nothing of those that an earlier
 * step fetched and put into the environment, nor of tokens that signers are given. Once it is told of a text, it shows
 * `***` in its place in everything that the job writes from then on.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log
 */
import * as core from '@actions/core';

type Environment = { readonly [name: string]: string | undefined };

/** A word of a variable's name that says that its value is secret. */
const SECRET = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSPHRASE|PASSWORD|PIN|PUK|PEM|CREDENTIALS?)(?:_|$)/i;
/** Ends of names whose values are about a secret, and are none. */
const NO_SECRET =
  /_(?:FILE|PATH|DIR|URL|URI|ID|NAME|TYPE)$|^GOOGLE_APPLICATION_CREDENTIALS$|^AZURE_TOKEN_CREDENTIALS$/i;

/** Shorter lines of longer texts, such as a brace in JSON, would be hidden all over the log. */
const SHORTEST_LINE = 8;
/** A PIN. */
const SHORTEST = 4;

/** The values of variables that hold secrets, as they may show in a log. `named` are variables that do, whatever their name. */
export function secretsIn(environment: Environment, named: readonly string[] = []): readonly string[] {
  const secrets = new Set<string>();
  for (const [name, value = ''] of Object.entries(environment)) {
    const isSecret = named.includes(name) || (SECRET.test(name) && !NO_SECRET.test(name));
    if (isSecret) for (const text of shownForms(value)) secrets.add(text);
  }
  return [...secrets];
}

/** A secret of one line as a whole; one of several, also where `\n` stands for the break, line by line. */
function shownForms(value: string): readonly string[] {
  const lines = value.split(/\r?\n|\\r|\\n/).map((line) => line.trim());
  const isOne = lines.filter((line) => line !== '').length === 1;
  return lines.filter((line) => line.length >= (isOne ? SHORTEST : SHORTEST_LINE) && !/^-----/.test(line));
}

/** Hides a secret that was obtained on the way. */
export function hide(secret: string): void {
  for (const text of shownForms(secret)) core.setSecret(text);
}

/** Hides what the environment holds. */
export function hideEnvironment(environment: Environment): void {
  for (const text of secretsIn(environment)) core.setSecret(text);
}

/** Hides the key that an `env:` signer reads, and its passphrase, before it is opened. */
export function hideKeyOf(uri: string, environment: Environment): void {
  const name = /^env:(.*)$/s.exec(uri)?.[1];
  if (name === undefined) return;
  for (const text of secretsIn(environment, [name, `${name}_PASSPHRASE`])) core.setSecret(text);
}
