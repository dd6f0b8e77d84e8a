/** One line of a benchmark: what, how much, and what was wanted of it. */
export function figure(what: string, value: number, unit: string, wanted = ""): void {
  const digits = value >= 100 ? 0 : 2;
  const amount = value.toLocaleString("en-US", { maximumFractionDigits: digits });
  console.log(`${what.padEnd(56)} ${amount.padStart(12)} ${unit}${wanted && `   (wanted: ${wanted})`}`);
}
