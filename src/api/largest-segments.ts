/** In a reply, each by itself; what is less is one row. */
const shownMax = 50;

/** The segments of the largest amounts, in their order, and the others, which a reply has as one row. */
export function largestSegments<T>(segments: readonly T[], amountOf: (segment: T) => bigint) {
  const amounts = new Map(segments.map((segment) => [segment, amountOf(segment)]));
  const byAmount = segments.toSorted((a, b) => ((amounts.get(a) ?? 0n) < (amounts.get(b) ?? 0n) ? 1 : -1));
  const rest = new Set(byAmount.slice(shownMax));
  return { shown: segments.filter((segment) => !rest.has(segment)), rest: [...rest] };
}
