import { meanOf, quantileOfSorted } from "./order-statistics.ts";
import { type PastErrors, pastErrors, spreadAt } from "./past-errors.ts";

/** Half the width of the 80 % and the 95 % interval, relative to what is expected. */
export interface Margin {
  readonly of80: number;
  readonly of95: number;
}

export interface ErrorMargins {
  /** Of the day so many days ahead (0: the next). */
  day(daysAhead: number): Margin;
  /** Of the total of the days up to and with that one. */
  total(daysAhead: number): Margin;
}

const z80 = 1.2815515655446004;
const z95 = 1.959963984540054;
/** Before a series has a past to try: what days of spend vary by, worth as much as four days seen. */
const priorSpread = 0.5;
const priorDays = 4;
/** The errors of one week are one trial: its days and its forecasts share one level. */
const daysPerTrial = 7;
/** Errors of totals over 0.6 to 1.6 times as many days are taken together: one number of days has 14 errors at most. */
const poolFrom = 0.6;
const poolTo = 1.6;

/** Student's t over the normal quantile (expansion of Cornish and Fisher): few trials say little of the tails. */
function smallSample(z: number, trials: number): number {
  const degrees = Math.max(2, trials);
  const first = (z ** 3 + z) / (4 * degrees);
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees * degrees);
  return (z + first + second) / z;
}

function marginOf(sorted: Float64Array, trials: number, spread: number): Margin {
  if (sorted.length === 0) return { of80: 0, of95: 0 };
  return {
    of80: quantileOfSorted(sorted, 0.8) * smallSample(z80, trials) * spread,
    of95: quantileOfSorted(sorted, 0.95) * smallSample(z95, trials) * spread,
  };
}

function fromPrior(days: Float64Array): ErrorMargins {
  const mean = meanOf(days);
  const squares = days.reduce((sum, day) => sum + (mean > 0 ? (day / mean - 1) ** 2 : 0), 0);
  const spread = Math.sqrt((priorDays * priorSpread ** 2 + squares) / (priorDays + days.length));
  const at = (daysAhead: number): Margin => ({
    of80: z80 * smallSample(z80, priorDays) * spread * spreadAt(daysAhead),
    of95: z95 * smallSample(z95, priorDays) * spread * spreadAt(daysAhead),
  });
  // Of totals too: with so little history, the level itself is the error, and all days share it.
  return { day: at, total: at };
}

/** For each number of days that was tried: the errors of totals of about as many, ascending. */
function pooledTotals({ ofTotals }: PastErrors): readonly Float64Array[] {
  const tried = ofTotals.findLastIndex((errors) => errors.length > 0) + 1;
  return Array.from({ length: tried }, (_, ahead) => {
    const from = Math.ceil((ahead + 1) * poolFrom) - 1;
    const to = Math.floor((ahead + 1) * poolTo);
    return Float64Array.from(ofTotals.slice(from, to).flat()).sort();
  });
}

function totalMargin(pools: readonly Float64Array[], spanDays: number, daysAhead: number): Margin {
  const nearest = Math.min(daysAhead + 1, pools.length);
  // Totals that share more than half of their days say the same thing twice.
  const trials = Math.min(spanDays / daysPerTrial, (2 * spanDays) / nearest);
  return marginOf(pools[nearest - 1] ?? new Float64Array(), trials, spreadAt(daysAhead + 1 - nearest));
}

/**
 * Conformal: the intervals are as wide as this series' own forecasts of its past would have had to be. Errors are taken
 * relative to what was expected (spend that doubles errs twice as much), without their sign (there are too few to
 * know the two tails apart), those of all days ahead together, and widened by Student's t for the few times that the
 * past could be tried. Below three weeks: a spread of one half, corrected by the days seen.
 */
export function errorMargins(days: Float64Array, tamed: Float64Array): ErrorMargins {
  const errors = pastErrors(days, tamed);
  if (errors.origins === 0) return fromPrior(days);
  const pools = pooledTotals(errors);
  return {
    day: (daysAhead) => marginOf(errors.ofDays, errors.spanDays / daysPerTrial, spreadAt(daysAhead)),
    total: (daysAhead) => totalMargin(pools, errors.spanDays, daysAhead),
  };
}
