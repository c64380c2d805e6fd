/** Numbers and lists from flags. */
import { normaliseLogin } from '../event/invitations.ts';
import { UsageError } from './failure.ts';

/** A whole number of days or signatures, at least `least`. */
export function wholeNumber(flag: string, least = 1): (text: string) => number {
  return (text) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least))
      throw new UsageError(`${flag} ${text}: a whole number of ${least} or more is needed.`);
    return number;
  };
}

/** A port of this machine. */
export function portNumber(flag: string): (text: string) => number {
  return (text) => {
    const port = wholeNumber(flag)(text);
    if (port > 65_535) throw new UsageError(`${flag} ${text}: ports end at 65535.`);
    return port;
  };
}

/** Logins from a list with commas, each with its `@`. */
export function loginList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const login = normaliseLogin(part);
      if (!login)
        throw new UsageError(`${JSON.stringify(part)} is no GitHub login. Write for example @alice,@bob.`);
      return login;
    });
}

/** The flags for expiry and signing periods that were given. */
export function givenPeriods(expiry: number | undefined, signing: number | undefined) {
  return {
    ...(expiry === undefined ? {} : { expiry }),
    ...(signing === undefined ? {} : { signing }),
  };
}
