import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DimensionValue, explainExcess } from "#core/anomaly-explain.ts";
import type { PicoUsd } from "#core/money.ts";

const usd = (amount: number): PicoUsd => (BigInt(Math.round(amount * 1000)) * 10n ** 9n) as PicoUsd;
const value = (name: string, expected: number, actual: number): DimensionValue => ({
  value: name,
  expected: usd(expected),
  actual: usd(actual),
});

describe("an excess is explained by", () => {
  test("the dimension whose value takes more of the excess than of what is usual, the most telling first", () => {
    const explained = explainExcess(
      { expected: usd(100), actual: usd(200) },
      {
        environment: [value("production", 95, 193), value("development", 5, 7)],
        feature: [value("search", 10, 105), value("chat", 60, 62), value("summary", 30, 33)],
        model: [value("large", 50, 120), value("small", 50, 80)],
      },
    );
    expect(explained.map(({ dimension, contributors }) => [dimension, contributors.map((each) => each.value)])).toEqual(
      [
        ["feature", ["search"]],
        ["environment", ["production"]],
        ["model", ["large", "small"]],
      ],
    );
    expect(explained[0]).toMatchObject({ explained: usd(95), rest: usd(5) });
    expect(explained[0]?.contributors[0]).toEqual({ ...value("search", 10, 105), excess: usd(95) });
  });

  test("no more values than make up four fifths of it", () => {
    const teams = [value("a", 10, 60), value("b", 10, 41), value("c", 10, 21), value("d", 10, 18)];
    const [first] = explainExcess({ expected: usd(40), actual: usd(140) }, { team: teams });
    expect(first?.contributors.map((each) => each.value)).toEqual(["a", "b"]);
  });

  test("five values at most: an excess that all share is nobody's", () => {
    const customers = Array.from({ length: 50 }, (_, i) => value(`customer ${i}`, 1, 2));
    const [first] = explainExcess({ expected: usd(50), actual: usd(100) }, { customer: customers });
    expect(first?.contributors).toHaveLength(5);
    expect(first?.rest).toBe(usd(45));
  });

  test("values of the same excess in the order of their names", () => {
    const teams = [value("b", 0, 10), value("c", 0, 10), value("a", 0, 10)];
    const [first] = explainExcess({ expected: usd(0), actual: usd(30) }, { team: teams });
    expect(first?.contributors.map((each) => each.value)).toEqual(["a", "b", "c"]);
  });

  test("values that are new, and by more than all of it where others fell", () => {
    const [first] = explainExcess(
      { expected: usd(100), actual: usd(110) },
      { model: [value("old", 100, 0), value("new", 0, 110)] },
    );
    expect(first).toMatchObject({ explained: usd(110), rest: usd(-100) });
  });

  test("nothing, where nothing exceeds", () => {
    expect(explainExcess({ expected: usd(10), actual: usd(10) }, { team: [value("a", 4, 10)] })).toEqual([]);
    expect(explainExcess({ expected: usd(10), actual: usd(20) }, { team: [value("a", 10, 10)] })).toEqual([]);
  });

  test("parts that are the whole excess with their rest, to the pico-dollar, in any order of the values", () => {
    const amount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 26n }).map((pico) => pico as PicoUsd);
    const values = fc.uniqueArray(fc.record({ value: fc.string(), expected: amount, actual: amount }), {
      selector: (each) => each.value,
    });
    fc.assert(
      fc.property(amount, amount, values, (expected, actual, team) => {
        const [first] = explainExcess({ expected, actual }, { team });
        if (first === undefined) return;
        const sum = first.contributors.reduce((total, { excess }) => total + excess, 0n);
        expect([sum, sum + first.rest]).toEqual([first.explained, actual - expected]);
        expect(explainExcess({ expected, actual }, { team: team.toReversed() })).toEqual([first]);
      }),
      { numRuns: 100 },
    );
  });
});
