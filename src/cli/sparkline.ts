const bars = [..."▁▂▃▄▅▆▇█"];

/** A bar for each value, from 0 to the largest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values.map((value) => bars[most === 0 ? 0 : Math.round((value / most) * (bars.length - 1))]).join("");
}
