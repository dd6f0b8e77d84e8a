import type { Expected } from "./forecast-daily.ts";

function scaledBy(expected: Expected, factor: number): Expected {
  return {
    mean: expected.mean * factor,
    p025: expected.p025 * factor,
    p10: expected.p10 * factor,
    p50: expected.p50 * factor,
    p90: expected.p90 * factor,
    p975: expected.p975 * factor,
  };
}

/**
 * The parts of one day (or of one total of days), moved in proportion so that their means add up to that of `total`.
 * The total's own forecast stands: it errs least, since what wanders in the parts evens out in it. Quantiles move with
 * their mean and do not add up: not all parts are high on the same day. Parts that expect nothing stay at nothing.
 */
export function agreeingParts(parts: readonly Expected[], total: Expected): readonly Expected[] {
  const sum = parts.reduce((means, { mean }) => means + mean, 0);
  return sum === 0 ? parts : parts.map((part) => scaledBy(part, total.mean / sum));
}
