import type { Instant } from "#core/time.ts";

/**
 * What `read` gives, kept for so long; asked at once by many, it is read once. `read` is given what it gave last. A
 * clock that was set back reads anew.
 */
export function cachedFor<T>(
  ttlMs: number,
  clock: () => Instant,
  read: (last: T | undefined) => Promise<T>,
): () => Promise<T> {
  let kept: { readonly value: T; readonly readAt: Instant } | undefined;
  let reading: Promise<T> | undefined;

  const readNow = async (): Promise<T> => {
    const readAt = clock();
    const value = await read(kept?.value);
    kept = { value, readAt };
    return value;
  };

  return async () => {
    const now = clock();
    if (kept && now >= kept.readAt && now - kept.readAt < ttlMs) return kept.value;
    reading ??= readNow().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
