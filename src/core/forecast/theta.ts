import { meanOf } from "./order-statistics.ts";

const smoothings = Array.from({ length: 19 }, (_, i) => 0.05 * (i + 1));

/** Exponential smoothing with the weight that would have foretold each next day best, by its squared errors. */
function smooth(days: Float64Array): { level: number; weight: number } {
  const start = meanOf(days.subarray(0, 7));
  let best = { level: start, weight: 1, squares: Number.POSITIVE_INFINITY };
  for (const weight of smoothings) {
    let level = start;
    let squares = 0;
    for (let t = 0; t < days.length; t++) {
      const error = (days[t] as number) - level;
      squares += error * error;
      level += weight * error;
    }
    if (squares < best.squares) best = { level, weight, squares };
  }
  return best;
}

function slopeOf(days: Float64Array): number {
  const middle = (days.length - 1) / 2;
  const mean = meanOf(days);
  let cross = 0;
  let squares = 0;
  for (let t = 0; t < days.length; t++) {
    cross += (t - middle) * ((days[t] as number) - mean);
    squares += (t - middle) ** 2;
  }
  return squares === 0 ? 0 : cross / squares;
}

/**
 * The Theta method (Assimakopoulos and Nikolopoulos 2000, in the form of Hyndman and Billah 2003): exponential smoothing
 * with half of the slope of the straight line through the series. `days` are without their weekdays.
 */
export function theta(days: Float64Array, horizonDays: number): Float64Array {
  const { level, weight } = smooth(days);
  const drift = slopeOf(days) / 2;
  const lag = (1 - (1 - weight) ** days.length) / weight;
  return Float64Array.from({ length: horizonDays }, (_, ahead) => level + drift * (ahead + lag));
}
