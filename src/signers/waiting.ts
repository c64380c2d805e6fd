/** Waiting for a person or a device: a reminder after a moment, so that nobody wonders why nothing happens. */

const REMIND_AFTER = 2_000;

/** Calls `remind` once where `work` takes longer than two seconds. */
export async function withReminder<T>(work: Promise<T>, remind: () => void): Promise<T> {
  const timer = setTimeout(remind, REMIND_AFTER);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
