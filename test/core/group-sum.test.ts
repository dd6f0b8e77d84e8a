import { expect, test } from "vitest";
import { groupSum, IS_UNALLOCATED } from "#core/group-sum.ts";
import { packDay } from "#core/pack.ts";
import type { CellDimensions, SpendCell } from "#core/spend-cell.ts";
import { cellOf } from "#core/spend-cell.ts";
import { entriesOf } from "../fakes/entries.ts";
import { event } from "../fakes/usage.ts";

const [whole] = (await entriesOf([event()])).map(cellOf) as [SpendCell];
const cell = (changes: Partial<CellDimensions>): SpendCell => ({
  ...whole,
  dimensions: { ...whole.dimensions, ...changes },
});

const cells = [
  cell({}),
  cell({ team: "unallocated" }),
  cell({ customer_tier: "unallocated" }),
  cell({ region: "unallocated", environment: "unallocated" }),
  cell({ feature: "unallocated", model: "other" }),
  cell({ model: "unallocated", team: "ads" }),
];

const add = {
  cells: (sum: ReturnType<typeof groupSum>) => sum.addCells("2026", cells),
  pack: (sum: ReturnType<typeof groupSum>) => sum.addPack("2026", packDay(cells)),
};

test.each(["cells", "pack"] as const)("%s: unallocated is told apart by the attribution dimensions alone", (way) => {
  const sum = groupSum({ groupBy: ["model", IS_UNALLOCATED], filters: {} });
  add[way](sum);
  expect(sum.rows().map(({ period, values, sums }) => [period, ...values, sums.entries])).toEqual([
    ["2026", "big", "no", 1n],
    ["2026", "big", "yes", 3n],
    ["2026", "other", "yes", 1n],
    ["2026", "unallocated", "no", 1n],
  ]);
});

test("what comes from packs and from cells is one group, of each period", () => {
  const sum = groupSum({ groupBy: [IS_UNALLOCATED], filters: { team: ["search", "unallocated"] } });
  sum.addPack("a", packDay(cells));
  sum.addCells("a", cells);
  sum.addCells("b", cells);
  expect(sum.rows().map(({ period, values, sums }) => [period, ...values, sums.cost])).toEqual([
    ["a", "no", 16_000_000_000n],
    ["a", "yes", 64_000_000_000n],
    ["b", "no", 8_000_000_000n],
    ["b", "yes", 32_000_000_000n],
  ]);
});

test("a row that is unallocated stays apart however many values the dimensions have", () => {
  const names = ["team", "feature", "region", "customer_tier", "provider", "model"] as const;
  const many = Array.from({ length: 60 }, (_, i) =>
    cell(Object.fromEntries(names.map((name) => [name, i === 7 && name === "team" ? "unallocated" : `${name}-${i}`]))),
  );
  const sum = groupSum({ groupBy: [...names, IS_UNALLOCATED], filters: {} });
  sum.addPack("2026", packDay(many));
  const rows = sum.rows();
  expect(rows).toHaveLength(60);
  expect(rows.filter(({ values }) => values.at(-1) === "yes").map(({ values }) => values[1])).toEqual(["feature-7"]);
});
