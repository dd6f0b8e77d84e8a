/** Money: an exact whole number of pico-dollars, 1 USD = 10^12. It is never a floating point number. */
export type PicoUsd = bigint & { readonly unit: "pico-usd" };

/**
 * A price: USD per million units with 12 decimals, as a whole number of 10^-12 USD per million units
 * (10^-18 USD per unit). Any percentage discount with up to 6 decimals on a list price of 6 decimals stays exact.
 */
export type UnitPrice = bigint & { readonly unit: "pico-usd-per-million" };

export const zeroUsd = 0n as PicoUsd;

const decimalsMax = 12;
const scale = 10n ** BigInt(decimalsMax);
const unitsPerPrice = 1_000_000n;
/** What DECIMAL(38, 12), the column of every amount, holds in pico-dollars. */
const picoUsdLimit = 10n ** 38n;
/** A billion dollars per million units: with it, no event costs more than an amount can hold. */
const givenPriceMax = 10n ** 9n * scale;
const decimalPattern = /^(-?)(\d{1,24})(?:\.(\d{1,12}))?$/;

/** a ÷ b to the nearest whole number, a tie to the even one (IEEE 754 roundTiesToEven). `b` must be positive. */
export function divHalfEven(a: bigint, b: bigint): bigint {
  if (b <= 0n) throw new RangeError(`divHalfEven: the divisor must be positive, got ${b}`);
  let quotient = a / b;
  let remainder = a % b;
  if (remainder < 0n) {
    quotient -= 1n;
    remainder += b;
  }
  const twice = remainder * 2n;
  if (twice > b || (twice === b && (quotient & 1n) === 1n)) quotient += 1n;
  return quotient;
}

/** Whether it has a place in an amount's column. */
export function isAmount(picoUsd: bigint): boolean {
  return picoUsd < picoUsdLimit && picoUsd > -picoUsdLimit;
}

/** quantity × price, rounded once, half even, to the pico-dollar. */
export function costOf(quantity: bigint, price: UnitPrice): PicoUsd {
  const cost = divHalfEven(quantity * price, unitsPerPrice);
  if (!isAmount(cost)) {
    throw new RangeError(`costOf: ${quantity} × ${price} does not fit DECIMAL(38, 12)`);
  }
  return cost as PicoUsd;
}

export function addUsd(a: PicoUsd, b: PicoUsd): PicoUsd {
  return (a + b) as PicoUsd;
}

export function negateUsd(a: PicoUsd): PicoUsd {
  return -a as PicoUsd;
}

function parseScaled(text: string): bigint | undefined {
  const match = decimalPattern.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "0", fraction = ""] = match;
  const value = BigInt(whole) * scale + BigInt(fraction.padEnd(decimalsMax, "0"));
  return sign === "-" ? -value : value;
}

function formatScaled(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % scale).toString().padStart(decimalsMax, "0").replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${magnitude / scale}${fraction && `.${fraction}`}`;
}

/** A decimal string of USD with at most 12 decimals, no exponent; undefined when it is anything else. */
export function parseUsd(text: string): PicoUsd | undefined {
  return parseScaled(text) as PicoUsd | undefined;
}

/** The shortest decimal string that is exactly this amount: "0.0052225", "-3", "0". */
export function formatUsd(amount: PicoUsd): string {
  return formatScaled(amount);
}

/** A decimal string of USD per million units, not negative; undefined when it is anything else. */
export function parseUnitPrice(text: string): UnitPrice | undefined {
  const value = parseScaled(text);
  return value === undefined || value < 0n ? undefined : (value as UnitPrice);
}

/** As `parseUnitPrice`, of a price that somebody gives: at most a billion dollars per million units. */
export function parseGivenPrice(text: string): UnitPrice | undefined {
  const price = parseUnitPrice(text);
  return price !== undefined && price <= givenPriceMax ? price : undefined;
}

export function formatUnitPrice(price: UnitPrice): string {
  return formatScaled(price);
}
