/** One at a time: whatever moves refs waits for its turn, so that checks and their effect belong together. */

export interface Lock {
  /** Waits for the turn. Call the answer, once, when done. */
  acquire(): Promise<() => void>;
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createLock(): Lock {
  let last: Promise<void> = Promise.resolve();
  const acquire = async () => {
    const before = last;
    let release = () => {};
    last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  };
  return {
    acquire,
    async hold(work) {
      const release = await acquire();
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
