/** As many lines ask Stripe at once: each makes several requests, and Stripe refuses what is too many a second. */
const AT_ONCE = 4;

/** Does something about each item, a few at once, and returns the results in the order of the items. */
export async function someAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return results;
}
