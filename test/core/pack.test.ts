import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { groupSum } from "#core/group-sum.ts";
import { METERS, type Meter } from "#core/meters.ts";
import type { PicoUsd } from "#core/money.ts";
import { packDay, unpackDay } from "#core/pack.ts";
import type { CellDimensions, SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";

const day = "2026-11-20" as UsageDate;

function cell(team: string, feature: string, cost: bigint, quantities: Partial<Record<Meter, bigint>> = {}): SpendCell {
  return {
    usageDate: day,
    dimensions: {
      team,
      feature,
      environment: "production",
      region: "emea",
      customer_tier: "pro",
      cost_class: "cogs",
      provider: "openai",
      model: "gpt-5.2",
      service_tier: "standard",
      price_status: "priced",
      policy_status: "ungoverned",
    },
    sums: { cost: cost as PicoUsd, listCost: (2n * cost) as PicoUsd, requests: 3n, entries: 2n, quantities },
  };
}

const anySum = fc.oneof(
  fc.bigInt({ min: -(2n ** 31n) - 2n, max: 2n ** 31n + 2n }),
  fc.bigInt({ min: -(2n ** 63n) - 2n, max: 2n ** 63n + 2n }),
  fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
);
const anyText = fc.oneof(fc.constantFrom("a", "b", "unallocated"), fc.string({ unit: "binary", maxLength: 5 }));
const anyCell: fc.Arbitrary<SpendCell> = fc.record({
  usageDate: fc.constant(day),
  dimensions: fc
    .tuple(...SPEND_DIMENSIONS.map(() => anyText))
    .map((values) => Object.fromEntries(SPEND_DIMENSIONS.map((name, i) => [name, values[i]])) as CellDimensions),
  sums: fc.record({
    cost: anySum as fc.Arbitrary<PicoUsd>,
    listCost: anySum as fc.Arbitrary<PicoUsd>,
    requests: anySum,
    entries: anySum,
    quantities: fc.dictionary(
      fc.constantFrom(...METERS),
      anySum.filter((sum) => sum !== 0n),
      { maxKeys: 4, noNullPrototype: true },
    ) as fc.Arbitrary<Partial<Record<Meter, bigint>>>,
  }),
});
const anyDay = fc.array(anyCell, { maxLength: 12 });

describe("a packed day", () => {
  test("gives back its cells, in order, whatever their names and however large their sums", () => {
    fc.assert(
      fc.property(anyDay, (cells) => {
        expect(unpackDay(packDay(cells))).toEqual(cells);
      }),
    );
  });

  test("takes about 55 bytes a row with two money columns, five meters and eleven dimensions", () => {
    const quantities = {
      uncached_input_tokens: 1n,
      cache_read_tokens: 2n,
      text_output_tokens: 3n,
      reasoning_tokens: 4n,
      images: 5n,
    };
    const cells = Array.from({ length: 100 }, (_, i) => cell(`team-${i % 10}`, "answers", 10n ** 12n, quantities));
    // 11 places of 1 byte, 2 × 8 bytes of money, 7 counts of 4 bytes.
    expect(packDay(cells).length - packDay([cell("team-0", "answers", 10n ** 12n, quantities)]).length).toBeLessThan(
      99 * 55 + 200,
    );
  });

  test("an amount beyond 64 bits is exact", () => {
    const cells = [cell("search", "answers", 12_345_678_901_234_567_890_123_456_789n), cell("ads", "answers", -1n)];
    expect(unpackDay(packDay(cells)).map(({ sums }) => sums.cost)).toEqual([
      12_345_678_901_234_567_890_123_456_789n,
      -1n,
    ]);
  });

  test("more than 256 and more than 65,536 values of a dimension are told apart", () => {
    const cells = Array.from({ length: 65_600 }, (_, i) => cell(`team-${i}`, `feature-${i % 300}`, 1n));
    const unpacked = unpackDay(packDay(cells));
    expect(unpacked[65_599]?.dimensions.team).toBe("team-65599");
    expect(unpacked[65_599]?.dimensions.feature).toBe("feature-199");
  });

  test("bytes of an unknown version, and cut ones, are refused", () => {
    const pack = packDay([cell("search", "answers", 5n)]);
    const other = pack.slice();
    other[0] = 2;
    expect(() => unpackDay(other)).toThrow("want version 1, found 2");
    expect(() => unpackDay(new Uint8Array())).toThrow("want version 1, found no bytes");
    expect(() => unpackDay(pack.subarray(0, pack.length - 1))).toThrow(/want \d+ bytes/);
  });

  test("cells of two days are refused", () => {
    const other = { ...cell("search", "answers", 5n), usageDate: "2026-11-21" as UsageDate };
    expect(() => packDay([cell("search", "answers", 5n), other])).toThrow("several days");
  });

  test("a pack written by the first version stays readable", () => {
    // One row of team "ä": 5 µUSD, list 2^40, 1 request, 1 entry, 7 images; every other dimension is "x".
    const dimensions = SPEND_DIMENSIONS.map(
      (name) => `{"name":"${name}","values":["${name === "team" ? "\\u00e4" : "x"}"]}`,
    );
    const header = `{"date":"2026-11-20","rows":1,"dimensions":[${dimensions}],"columns":[{"name":"cost","limbs":1},{"name":"listCost","limbs":2},{"name":"requests","limbs":1},{"name":"entries","limbs":1},{"name":"meter:images","limbs":1}]}`;
    const length = header.length;
    const bytes = [
      ...[1, length & 255, length >> 8, 0, 0],
      ...[...header].map((char) => char.charCodeAt(0)),
      ...SPEND_DIMENSIONS.map(() => 0),
      ...[0x40, 0x4b, 0x4c, 0],
      ...[0, 0, 0, 0, 0, 1, 0, 0],
      ...[1, 0, 0, 0],
      ...[1, 0, 0, 0],
      ...[7, 0, 0, 0],
    ];
    const [row] = unpackDay(Uint8Array.from(bytes));
    expect(row?.usageDate).toBe("2026-11-20");
    expect(row?.dimensions.team).toBe("ä");
    expect(row?.dimensions.model).toBe("x");
    expect(row?.sums).toEqual({
      cost: 5_000_000n,
      listCost: 1_099_511_627_776n,
      requests: 1n,
      entries: 1n,
      quantities: { images: 7n },
    });
  });
});

/** What a group sum must give, worked out cell by cell. */
function slowSums(
  cells: readonly SpendCell[],
  by: readonly SpendDimension[],
  only: Partial<Record<SpendDimension, readonly string[]>>,
) {
  const totals: Record<string, { cost: bigint; listCost: bigint; requests: bigint; entries: bigint; images: bigint }> =
    {};
  for (const { dimensions, sums } of cells) {
    if (!Object.entries(only).every(([name, wanted]) => wanted.includes(dimensions[name as SpendDimension]))) continue;
    const key = JSON.stringify(by.map((name) => dimensions[name]));
    totals[key] ??= { cost: 0n, listCost: 0n, requests: 0n, entries: 0n, images: 0n };
    totals[key].cost += sums.cost;
    totals[key].listCost += sums.listCost;
    totals[key].requests += sums.requests;
    totals[key].entries += sums.entries;
    totals[key].images += sums.quantities.images ?? 0n;
  }
  return totals;
}

describe("a group sum", () => {
  test("over packs and over cells is the sum of the cells", () => {
    const someDimensions = fc.uniqueArray(fc.constantFrom(...SPEND_DIMENSIONS), { maxLength: 11 });
    const filters = fc.dictionary(fc.constantFrom(...SPEND_DIMENSIONS), fc.array(anyText, { maxLength: 3 }), {
      maxKeys: 2,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(
        fc.array(anyDay, { maxLength: 4 }),
        anyDay,
        someDimensions,
        filters,
        (packed, open, groupBy, only) => {
          const sum = groupSum({ groupBy, filters: only });
          for (const cells of packed) sum.addPack("all", packDay(cells));
          sum.addCells("all", open);
          const rows = sum
            .rows()
            .map(({ values, sums: { quantities, ...sums } }) => [
              JSON.stringify(values),
              { ...sums, images: quantities.images ?? 0n },
            ]);
          expect(Object.fromEntries(rows)).toEqual(slowSums([...packed.flat(), ...open], groupBy, only));
        },
      ),
    );
  });

  test("keeps periods apart and puts the values in the order asked for", () => {
    const sum = groupSum({ groupBy: ["feature", "team"], filters: { team: ["search", "ads"] } });
    sum.addPack(
      "2026-11",
      packDay([cell("search", "answers", 5n), cell("ads", "bids", 7n), cell("hr", "letters", 1n)]),
    );
    sum.addPack("2026-12", packDay([cell("search", "answers", 11n, { images: 2n })]));
    sum.addCells("2026-12", [cell("search", "answers", -4n)]);
    expect(sum.rows().map(({ period, values, sums }) => [period, ...values, sums.cost, sums.quantities])).toEqual([
      ["2026-11", "answers", "search", 5n, {}],
      ["2026-11", "bids", "ads", 7n, {}],
      ["2026-12", "answers", "search", 7n, { images: 2n }],
    ]);
  });

  test("of negative and positive limbs, more than a million rows, is exact", () => {
    const cells = Array.from({ length: 60_000 }, (_, i) =>
      cell("search", "answers", i % 2 ? 2n ** 62n : -(2n ** 62n) - 1n),
    );
    const pack = packDay(cells);
    const sum = groupSum({ groupBy: [], filters: {} });
    for (let i = 0; i < 20; i++) sum.addPack("all", pack);
    expect(sum.rows()[0]?.sums.cost).toBe(-600_000n);
    expect(sum.rows()[0]?.sums.entries).toBe(2_400_000n);
  });
});
