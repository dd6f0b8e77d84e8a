import type { Instant } from "#core/time.ts";

interface Bucket {
  readonly tokens: number;
  readonly filledAt: Instant;
}

/**
 * A token bucket per key, in this process alone: it fills steadily, and holds what a second brings. No key is forgotten:
 * there are as many as keys with a limit.
 */
export const makeRateLimit = ({ clock }: { readonly clock: () => Instant }) => {
  const buckets = new Map<string, Bucket>();
  /** Takes one request; false when there is none to take: the next one comes within 1 / `requestsPerSecond`. */
  return (keyId: string, requestsPerSecond: number): boolean => {
    const now = clock();
    const { tokens: held, filledAt } = buckets.get(keyId) ?? { tokens: requestsPerSecond, filledAt: now };
    // A clock that was set back brings nothing, and takes nothing.
    const brought = (Math.max(0, now - filledAt) * requestsPerSecond) / 1_000;
    const tokens = Math.min(requestsPerSecond, held + brought);
    const isTaken = tokens >= 1;
    buckets.set(keyId, { tokens: isTaken ? tokens - 1 : tokens, filledAt: now });
    return isTaken;
  };
};
