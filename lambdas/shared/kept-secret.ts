import type { Instant } from "#core/time.ts";

const ttlMs = 300_000;

/** A secret, kept for five minutes; `renew` reads it at once, for who was told that the kept one is no good. */
export function keptSecret(read: () => Promise<string>, clock: () => Instant) {
  let kept: { readonly text: string; readonly readAt: Instant } | undefined;
  const renew = async (): Promise<string> => {
    const readAt = clock();
    kept = { text: await read(), readAt };
    return kept.text;
  };
  const get = async () => (kept && clock() - kept.readAt < ttlMs ? kept.text : await renew());
  return { get, renew };
}
