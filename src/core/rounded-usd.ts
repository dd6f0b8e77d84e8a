import { divHalfEven, type PicoUsd } from "./money.ts";

const decimals = 12;
/** More than any call costs, and well within DECIMAL(38, 12). */
const digitsMax = 15;
const numberPattern = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;

/**
 * An amount that somebody else has worked out in floating point, to the nearest pico-dollar, half even. It is the
 * number's shortest decimal text that is rounded, which is what stood in the JSON: writers and JavaScript agree on it.
 * Undefined where it is no amount that money can hold.
 */
export function roundedUsd(amount: number): PicoUsd | undefined {
  const match = numberPattern.exec(String(amount));
  if (!match) return undefined;
  const [, sign, whole = "0", fraction = "", exponent = "0"] = match;
  const power = Number(exponent) - fraction.length + decimals;
  if (whole.length + Number(exponent) > digitsMax) return undefined;
  const digits = BigInt(whole + fraction);
  const magnitude = power >= 0 ? digits * 10n ** BigInt(power) : divHalfEven(digits, 10n ** BigInt(-power));
  return (sign === "-" ? -magnitude : magnitude) as PicoUsd;
}
