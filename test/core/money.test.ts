import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addUsd,
  costOf,
  divHalfEven,
  formatUnitPrice,
  formatUsd,
  negateUsd,
  type PicoUsd,
  parseGivenPrice,
  parseUnitPrice,
  parseUsd,
  type UnitPrice,
  zeroUsd,
} from "#core/money.ts";

const amount = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 20n });

/** The nearest whole number by trying both neighbours: no line of the code under test. */
function nearest(a: bigint, b: bigint): bigint {
  const below = a >= 0n ? a / b : -((-a + b - 1n) / b);
  const toBelow = a - below * b;
  const toAbove = (below + 1n) * b - a;
  if (toBelow === toAbove) return below % 2n === 0n ? below : below + 1n;
  return toBelow < toAbove ? below : below + 1n;
}

describe("divHalfEven", () => {
  test.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [1n, 2n, 0n],
    [-1n, 2n, 0n],
    [3n, 2n, 2n],
    [-3n, 2n, -2n],
    [10n, 4n, 2n],
    [11n, 4n, 3n],
    [9n, 4n, 2n],
    [-9n, 4n, -2n],
    [-11n, 4n, -3n],
    [8n, 4n, 2n],
    [-8n, 4n, -2n],
    [0n, 7n, 0n],
    [7n, 1n, 7n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [-2n, 3n, -1n],
  ])("%d ÷ %d is %d", (a, b, quotient) => expect(divHalfEven(a, b)).toBe(quotient));

  test("is the nearest whole number, a tie the even one", () => {
    fc.assert(
      fc.property(amount, positive, (a, b) => {
        expect(divHalfEven(a, b)).toBe(nearest(a, b));
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -50n, max: 50n }), fc.bigInt({ min: 1n, max: 8n }), (a, b) => {
        expect(divHalfEven(a, b)).toBe(nearest(a, b));
      }),
    );
  });

  test("rounds what is owed as it rounds what is taken back", () => {
    fc.assert(
      fc.property(amount, positive, (a, b) => {
        expect(divHalfEven(-a, b)).toBe(-divHalfEven(a, b));
      }),
    );
  });

  test.each([0n, -1n])("refuses the divisor %d", (b) => {
    expect(() => divHalfEven(1n, b)).toThrow(`divHalfEven: the divisor must be positive, got ${b}`);
  });
});

describe("costOf", () => {
  test("1,000 tokens at $2.50 per million cost $0.0025", () => {
    expect(costOf(1_000n, 2_500_000_000_000n as UnitPrice)).toBe(2_500_000_000n);
  });

  test("is rounded to the pico-dollar, half to even", () => {
    expect(costOf(1n, 500_000n as UnitPrice)).toBe(0n);
    expect(costOf(3n, 500_000n as UnitPrice)).toBe(2n);
    expect(costOf(5n, 500_000n as UnitPrice)).toBe(2n);
    expect(costOf(-3n, 500_000n as UnitPrice)).toBe(-2n);
    expect(costOf(1n, 500_001n as UnitPrice)).toBe(1n);
  });

  test("that DECIMAL(38, 12) cannot hold is refused, never wrapped", () => {
    const price = (10n ** 22n) as UnitPrice;
    expect(costOf(10n ** 22n - 1n, price)).toBe(99_999_999_999_999_999_999_990_000_000_000_000_000n);
    for (const quantity of [10n ** 22n, -(10n ** 22n)]) expect(() => costOf(quantity, price)).toThrow(/DECIMAL/);
  });
});

test("amounts add up and turn around", () => {
  expect(addUsd(3n as PicoUsd, -5n as PicoUsd)).toBe(-2n);
  expect(negateUsd(7n as PicoUsd)).toBe(-7n);
  expect(negateUsd(zeroUsd)).toBe(0n);
});

describe("USD as text", () => {
  test.each([
    ["0", 0n],
    ["1", 1_000_000_000_000n],
    ["-3", -3_000_000_000_000n],
    ["0.0052225", 5_222_500_000n],
    ["0.000000000001", 1n],
    ["-0.000000000001", -1n],
    ["12.5", 12_500_000_000_000n],
    ["100", 100_000_000_000_000n],
    ["1000000000000.000000000001", 1_000_000_000_000_000_000_000_001n],
  ])("%s is read and written alike", (text, value) => {
    expect(parseUsd(text)).toBe(value);
    expect(formatUsd(value as PicoUsd)).toBe(text);
  });

  test.each([
    ["007", 7_000_000_000_000n],
    ["1.500", 1_500_000_000_000n],
    ["-0", 0n],
    [`${"9".repeat(24)}`, 10n ** 36n - 10n ** 12n],
  ])("%s is read", (text, value) => expect(parseUsd(text)).toBe(value));

  test.each([
    "",
    " 1",
    "1 ",
    "+1",
    "1.",
    ".5",
    "1e3",
    "1,5",
    "1.0000000000001",
    "NaN",
    "--1",
    "0x10",
    "1\n",
    "9".repeat(25),
    "١",
  ])("%j is refused", (text) => {
    expect(parseUsd(text)).toBeUndefined();
    expect(parseUnitPrice(text)).toBeUndefined();
  });

  test("every amount survives being written and read", () => {
    const written = fc.bigInt({ min: -(10n ** 35n), max: 10n ** 35n });
    fc.assert(
      fc.property(written, (value) => {
        expect(parseUsd(formatUsd(value as PicoUsd))).toBe(value);
      }),
    );
  });
});

test("a unit price is not negative", () => {
  expect(parseUnitPrice("2.5")).toBe(2_500_000_000_000n);
  expect(parseUnitPrice("0")).toBe(0n);
  expect(parseUnitPrice("-0.000000000001")).toBeUndefined();
  expect(formatUnitPrice(2_500_000_000_000n as UnitPrice)).toBe("2.5");
});

test("a price that somebody gives is at most a billion dollars per million units", () => {
  expect(parseGivenPrice("1000000000")).toBe(1_000_000_000_000_000_000_000n);
  expect(parseGivenPrice("0.000000000001")).toBe(1n);
  for (const text of ["1000000000.000000000001", "999999999999999999999999", "-1", "x"]) {
    expect(parseGivenPrice(text)).toBeUndefined();
  }
});
