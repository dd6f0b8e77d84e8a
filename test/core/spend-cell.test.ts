import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { type LedgerEntry, paddedSequence } from "#core/ledger-entry.ts";
import type { PicoUsd } from "#core/money.ts";
import { addSums, type CellDimensions, cellKey, cellOf, cellsOf, dimensionsOf } from "#core/spend-cell.ts";
import { entriesOf } from "../fakes/entries.ts";
import { at, event } from "../fakes/usage.ts";

const [entry] = (await entriesOf([event({ requests: 3 })])) as [LedgerEntry];

const dimensions: CellDimensions = {
  team: "search",
  feature: "answers",
  environment: "production",
  region: "emea",
  customer_tier: "pro",
  cost_class: "cogs",
  provider: "openai",
  model: "big",
  service_tier: "standard",
  price_status: "priced",
  policy_status: "ungoverned",
};

describe("the cell of an entry", () => {
  test("has its day, its dimensions and its sums", () => {
    expect(dimensionsOf(entry)).toEqual(dimensions);
    const discounted = { ...entry, cost: 6_000_000_000n as PicoUsd };
    expect(cellOf(discounted)).toEqual({
      usageDate: "2026-11-20",
      dimensions,
      sums: {
        cost: 6_000_000_000n,
        listCost: 8_000_000_000n,
        requests: 3n,
        entries: 1n,
        quantities: { uncached_input_tokens: 1_000n, text_output_tokens: 200n },
      },
    });
  });

  test("of an unpriced entry costs nothing and still counts; meters of zero are left out", () => {
    const unpriced: LedgerEntry = {
      ...entry,
      cost: null,
      listCost: null,
      priceStatus: "unpriced",
      quantities: { images: 0, pages: 2 },
    };
    expect(cellOf(unpriced).sums).toEqual({
      cost: 0n,
      listCost: 0n,
      requests: 3n,
      entries: 1n,
      quantities: { pages: 2n },
    });
    expect(Object.keys(cellOf(unpriced).sums.quantities)).toEqual(["pages"]);
  });
});

describe("the key of a cell", () => {
  test("is what it is for ever: stored cells have it", () => {
    expect(cellKey(dimensions)).toBe(
      '["search","answers","production","emea","pro","cogs","openai","big","standard","priced","ungoverned"]',
    );
  });

  test.each(SPEND_DIMENSIONS)("differs when %s does", (name) => {
    expect(cellKey({ ...dimensions, [name]: "another" })).not.toBe(cellKey(dimensions));
  });

  test("is injective", () => {
    expect(cellKey({ ...dimensions, team: 'a","b', feature: "c" })).not.toBe(
      cellKey({ ...dimensions, team: "a", feature: 'b","c' }),
    );
    const text = fc.oneof(fc.string(), fc.constantFrom('"', '","', "\\", "a", "b"));
    const texts = Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, text]));
    const some = fc.record(texts as Record<keyof CellDimensions, typeof text>);
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(cellKey(a) === cellKey(b)).toBe(SPEND_DIMENSIONS.every((name) => a[name] === b[name]));
      }),
    );
  });
});

test("sums add up, meter by meter, and change neither of the two", () => {
  const a = {
    cost: 1n as PicoUsd,
    listCost: 2n as PicoUsd,
    requests: 3n,
    entries: 4n,
    quantities: { images: 5n, pages: 6n },
  };
  const b = {
    cost: 10n as PicoUsd,
    listCost: 20n as PicoUsd,
    requests: 30n,
    entries: 40n,
    quantities: { pages: 60n, search_units: 70n },
  };
  expect(addSums(a, b)).toEqual({
    cost: 11n,
    listCost: 22n,
    requests: 33n,
    entries: 44n,
    quantities: { images: 5n, pages: 66n, search_units: 70n },
  });
  expect(a.quantities).toEqual({ images: 5n, pages: 6n });
});

describe("cellsOf", () => {
  const call = (id: string, time: string, team: string) =>
    event({ id, time: at(time), claimed: { ...event().claimed, team } });

  test("one cell for each day and combination, in the order first met", async () => {
    const entries = await entriesOf([
      call("1", "2026-11-21T23:59:59Z", "b"),
      call("2", "2026-11-22T00:00:00Z", "b"),
      call("3", "2026-11-21T00:00:00Z", "a"),
      call("4", "2026-11-21T00:00:00Z", "b"),
    ]);
    expect(cellsOf(entries).map((cell) => [cell.usageDate, cell.dimensions.team, cell.sums.entries])).toEqual([
      ["2026-11-21", "b", 2n],
      ["2026-11-22", "b", 1n],
      ["2026-11-21", "a", 1n],
    ]);
    expect(cellsOf([])).toEqual([]);
  });

  test("sums to what the entries sum to, for every day and team", () => {
    const sketch = fc.record({
      day: fc.constantFrom("2026-11-20", "2026-11-21"),
      team: fc.constantFrom("a", "b", "c"),
      cost: fc.option(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), { nil: null }),
      requests: fc.integer({ min: -5, max: 5 }),
      pages: fc.integer({ min: -9, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(sketch, { maxLength: 30 }), (sketches) => {
        const cells = cellsOf(
          sketches.map(({ day, team, cost, requests, pages }) => ({
            ...entry,
            usageDate: day as LedgerEntry["usageDate"],
            attribution: { ...entry.attribution, team },
            cost: cost as PicoUsd | null,
            listCost: cost as PicoUsd | null,
            requests,
            quantities: { pages },
          })),
        );
        for (const day of ["2026-11-20", "2026-11-21"]) {
          for (const team of ["a", "b", "c"]) {
            const mine = sketches.filter((one) => one.day === day && one.team === team);
            const found = cells.filter((cell) => cell.usageDate === day && cell.dimensions.team === team);
            expect(found.length).toBe(mine.length > 0 ? 1 : 0);
            const sum = (of: (one: (typeof mine)[number]) => bigint) =>
              mine.reduce((total, one) => total + of(one), 0n);
            expect(found[0]?.sums.cost ?? 0n).toBe(sum(({ cost }) => cost ?? 0n));
            expect(found[0]?.sums.listCost ?? 0n).toBe(sum(({ cost }) => cost ?? 0n));
            expect(found[0]?.sums.requests ?? 0n).toBe(sum(({ requests }) => BigInt(requests)));
            expect(found[0]?.sums.entries ?? 0n).toBe(BigInt(mine.length));
            expect(found[0]?.sums.quantities.pages ?? 0n).toBe(sum(({ pages }) => BigInt(pages)));
          }
        }
      }),
    );
  });
});

test("sequences compare as text when padded", () => {
  expect(paddedSequence("12")).toBe("0000000000000000000000000000000000000012");
  expect(paddedSequence("9") < paddedSequence("10")).toBe(true);
});
