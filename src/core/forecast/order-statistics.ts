/** The value below which the share `p` (0 to 1) of these lies, between neighbours in proportion. `sorted` ascends and is not empty. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (place - below) * (high - low);
}

/** 0 for none. */
export function medianOf(values: ArrayLike<number>): number {
  if (values.length === 0) return 0;
  return quantileOfSorted(Float64Array.from(values).sort(), 0.5);
}

/** 0 for none. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length === 0 ? 0 : sum / values.length;
}
