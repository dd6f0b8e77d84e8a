/** `work` on every item, at most `limit` at a time; results in the order of the items. Rejects with the first error. */
export async function mapBounded<T, Result>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const places = items.entries();
  const worker = async (): Promise<void> => {
    for (const [place, item] of places) results[place] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Cut in order into pieces of at most `size`. */
export function piecesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
