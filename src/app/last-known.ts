import type { Instant } from "#core/time.ts";

/** What was read last, however long ago; undefined before the first time. */
export interface Reading<T> {
  readonly value: T | undefined;
  /** Since when reading has failed; null while it succeeds. */
  readonly failingSince: Instant | null;
}

export interface LastKnownOptions<T> {
  readonly read: (last: T | undefined) => Promise<T>;
  readonly clock: () => Instant;
  /** Older, it is read anew beside the request that finds it so. */
  readonly freshMs: number;
  /** Older, the request waits for the new reading. */
  readonly waitAfterMs: number;
}

const retryMs = 1_000;

/**
 * Keeps what `read` gave, for who must answer at once and whatever happens: while it fails nobody waits for it, and what
 * was read last is told with since when it cannot be read. A reading under another `key` is of no use and is waited for.
 * It never rejects: any failure counts as being unreachable.
 */
export function lastKnown<T>({ read, clock, freshMs, waitAfterMs }: LastKnownOptions<T>) {
  let value: T | undefined;
  let readAt: Instant | undefined;
  let readKey = "";
  let triedAt: Instant | undefined;
  let failingSince: Instant | null = null;
  let reading: Promise<void> | undefined;

  async function readNow(key: string): Promise<void> {
    const startedAt = clock();
    triedAt = startedAt;
    try {
      value = await read(value);
      readAt = startedAt;
      readKey = key;
      failingSince = null;
    } catch {
      failingSince ??= startedAt;
    }
  }

  function refresh(key: string): Promise<void> {
    reading ??= readNow(key).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  /** A clock that was set back makes nothing younger than it is. */
  const ageMs = (since: Instant | undefined, now: Instant) =>
    since === undefined || now < since ? Number.POSITIVE_INFINITY : now - since;

  return async (key = ""): Promise<Reading<T>> => {
    const now = clock();
    const age = key === readKey ? ageMs(readAt, now) : Number.POSITIVE_INFINITY;
    if (failingSince !== null) {
      if (ageMs(triedAt, now) >= retryMs) void refresh(key);
    } else if (age >= waitAfterMs) {
      await refresh(key);
      // Somebody's reading under another key was under way.
      if (readKey !== key && failingSince === null) await refresh(key);
    } else if (age >= freshMs) void refresh(key);
    return { value, failingSince };
  };
}
