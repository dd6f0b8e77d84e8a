/** Tokens written to a cache by how long it keeps them. */
export interface CacheWrites {
  readonly fiveMinutes: number;
  readonly oneHour: number;
}

/**
 * Five minutes is the providers' default: what the split does not name, which is all where there is no split, was
 * written for that long.
 */
export function cacheWrites(total: number, fiveMinutes: number, oneHour: number): CacheWrites {
  return { fiveMinutes: Math.max(fiveMinutes, total - oneHour), oneHour };
}
