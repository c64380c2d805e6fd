/**
 * A `Date` that starts at a given time. tuf-js takes the reference time of a run (specification, section 5.1) from
 * `new Date()` and offers no other way, so the client's thread replaces its global `Date` by this one.
 */

/**
 * A `Date` for which it is `start` now and whose time goes on from there; whatever names a time itself
 * (`new Date('2026-01-01')`, `Date.parse`, `Date.UTC`) is as ever. The real `Date` is left alone.
 */
export function dateStartingAt(start: Date, RealDate: DateConstructor = Date): DateConstructor {
  const ahead = start.getTime() - RealDate.now();
  const now = () => RealDate.now() + ahead;
  return new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
  });
}
