import { medianOf } from "./order-statistics.ts";
import { weekdayFactors, withoutWeekdays } from "./weekday-shape.ts";

const daysAround = 14;
const deviationsMax = 8;
/** No scale of deviations is smaller: what is less than three times the median is no spike. */
const spreadFloor = 0.25;
const madToSigma = 1.4826;

/** Whether more than half of these are above: then their median is, and it costs no sorting to tell. */
function mostAreAbove(values: Float64Array, limit: number): boolean {
  let above = 0;
  for (const value of values) if (value > limit) above++;
  return above * 2 > values.length;
}

/**
 * The history with its spikes cut to what is far out but thinkable: 8 deviations above the median of the two weeks
 * on either side, three times that median at least. A runaway of one day, paid for and ended, would else be expected
 * again on each of its weekdays for a month. What lasts for a week is no spike: it moves the median.
 */
export function tameSpikes(days: Float64Array): Float64Array {
  const factors = weekdayFactors(days);
  const flat = withoutWeekdays(days, factors);
  return days.map((day, t) => {
    const around = flat.subarray(Math.max(0, t - daysAround), t + daysAround + 1);
    if (mostAreAbove(around, (flat[t] as number) / (1 + deviationsMax * spreadFloor))) return day;
    const median = medianOf(around);
    const mad = madToSigma * medianOf(around.map((each) => Math.abs(each - median)));
    const highest = median + deviationsMax * Math.max(mad, spreadFloor * median);
    return median > 0 && (flat[t] as number) > highest ? (day * highest) / (flat[t] as number) : day;
  });
}
