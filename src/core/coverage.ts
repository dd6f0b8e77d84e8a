import { divHalfEven, type PicoUsd } from "./money.ts";

/** Spend, and the part of it whose attribution is complete. What is unpriced has no cost, and is in neither. */
export interface Covered {
  readonly total: PicoUsd;
  readonly allocated: PicoUsd;
}

/** As many millionths of the whole are one step of a percentage with four decimals. */
const steps = 1_000_000n;
const decimals = 4;

/**
 * Allocated ÷ total in percent with four decimals, "97.5000"; null where nothing was spent. Rounded down: what is not
 * wholly allocated is never 100.0000.
 */
export function coveragePercent({ total, allocated }: Covered): string | null {
  if (total <= 0n) return null;
  const share = allocated < 0n ? 0n : (allocated * steps) / total;
  const digits = share.toString().padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Part ÷ whole in percent with four decimals, rounded half even; null where the whole is nothing. */
export function sharePercent(part: PicoUsd, whole: PicoUsd): string | null {
  if (whole <= 0n || part < 0n) return null;
  const digits = divHalfEven(part * steps, whole)
    .toString()
    .padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Exact, whatever is shown. Where nothing was spent nothing is amiss. */
export function meetsTarget({ total, allocated }: Covered, targetPercent: string): boolean {
  const [whole = "0", fraction = ""] = targetPercent.split(".");
  const target = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0"));
  return total <= 0n || allocated * 10_000n >= target * total;
}
