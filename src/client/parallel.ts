/** A modest number of things at once: a published repository is often a free static site. */

const AT_ONCE = 4;

/** Runs `work` for every item, a few at a time, and gives the answers in the order of the items. */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  // The workers share one iterator, so each item is taken once.
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}
