/**
 * How often `work` runs a second: the best of several rounds, since on a shared machine the slower ones measure the
 * neighbours.
 */
export function perSecond(work: () => void, options: { readonly roundMs: number; readonly rounds: number }): number {
  work();
  let best = 0;
  for (let round = 0; round < options.rounds; round++) {
    const startedAt = performance.now();
    let times = 0;
    let elapsedMs = 0;
    do {
      work();
      times++;
      elapsedMs = performance.now() - startedAt;
    } while (elapsedMs < options.roundMs);
    best = Math.max(best, (times / elapsedMs) * 1000);
  }
  return best;
}
