import { divHalfEven, formatUsd, type PicoUsd } from "./money.ts";

const picoPerCent = 10n ** 10n;
const picoPerMicro = 10n ** 6n;

/** "1,234.57" of 1234.567891 USD, for people; below one dollar six decimals, since calls cost fractions of a cent. */
export function moneyText(exact: PicoUsd): string {
  const magnitude = exact < 0n ? -exact : exact;
  const step = magnitude >= 100n * picoPerCent ? picoPerCent : picoPerMicro;
  const rounded = formatUsd((divHalfEven(exact, step) * step) as PicoUsd);
  const [whole = "0", fraction = ""] = rounded.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction.padEnd(2, "0")}`;
}
