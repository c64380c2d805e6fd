/** Failures on purpose: a test says which requests shall be answered with what, and how often. */

export interface Fault {
  /** Default: any. */
  readonly method?: string;
  /** Held against the path below `/api/v3`, or `/graphql`. */
  readonly path: RegExp;
  readonly status: number;
  /** How many requests it meets; default 1. */
  readonly times?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** True: the request is carried out and only the answer is lost. */
  readonly afterEffect?: boolean;
}

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [403, 'Resource not accessible by integration'],
  [404, 'Not Found'],
  [422, 'Validation Failed'],
  [429, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'],
  [500, 'Server Error'],
  [502, 'Server Error'],
  [503, 'No server is currently available to service your request.'],
]);

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that meets this request; it counts as used. */
  take(method: string, path: string): Fault | undefined;
}

export function createFaults(): Faults {
  let faults: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      faults = [];
    },
    take(method, path) {
      const found = faults.find(
        ({ fault, left }) =>
          left > 0 &&
          fault.path.test(path) &&
          (fault.method === undefined || fault.method.toUpperCase() === method.toUpperCase()),
      );
      if (found) found.left -= 1;
      return found?.fault;
    },
  };
}

export const faultMessage = (fault: Fault) =>
  fault.message ?? MESSAGES.get(fault.status) ?? 'Failed on purpose';
