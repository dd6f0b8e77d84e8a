/**
 * Additions a second of one plain loop: what this machine gives a single core right now. Figures of two runs compare
 * only as far as their spin loops do.
 */
export function spinLoop(): number {
  const additions = 300_000_000;
  const startedAt = performance.now();
  let sum = 0;
  for (let i = 0; i < additions; i++) sum = (sum + i) | 0;
  const seconds = (performance.now() - startedAt) / 1000;
  if (sum === 1) throw new Error("the sum of the loop is another one");
  return additions / seconds;
}
