/** Reproducible chance: the same seed gives the same draws on every machine. */
export interface Chance {
  /** A whole number from 0 to `below` − 1. */
  below(below: number): number;
  /** True with this probability. */
  happens(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Another order of the same things. */
  shuffled<T>(from: readonly T[]): T[];
  /** A chance of its own, so that more draws here do not shift the draws there. */
  fork(): Chance;
}

/** xorshift128 (Marsaglia 2003), its state filled by splitmix32 from the seed. */
export function makeChance(seed: number): Chance {
  let mixed = seed | 0;
  const mix = () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [x, y, z, w] = [mix(), mix(), mix(), mix() | 1];
  const next = () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    happens: (probability) => next() / 2 ** 32 < probability,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
    shuffled: <T>(from: readonly T[]) => {
      const order = [...from];
      for (let i = order.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [order[i], order[j]] = [order[j] as T, order[i] as T];
      }
      return order;
    },
    fork: () => makeChance(next()),
  };
}
