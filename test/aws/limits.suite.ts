import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { dynamoClosedDays } from "#aws/dynamo-closed-days.ts";
import { dynamoLedger } from "#aws/dynamo-ledger.ts";
import { dynamoSpend } from "#aws/dynamo-spend.ts";
import type { PicoUsd } from "#core/money.ts";
import { unpackDay } from "#core/pack.ts";
import { cellOf, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import { entryWith } from "../ports/sample-entry.ts";
import { openTable, tableShapes } from "./tables.ts";

const today = "2026-11-23" as UsageDate;
const mark = (place: number) => String(place).padStart(40, "0");

function cell(team: string, costPicoUsd: bigint): SpendCell {
  const { dimensions, sums } = cellOf(entryWith({}));
  return { usageDate: today, dimensions: { ...dimensions, team }, sums: { ...sums, cost: costPicoUsd as PicoUsd } };
}

test("an entry larger than an item may be is unavailable, its neighbours are accepted", async () => {
  await using open = await openTable(tableShapes.ledger);
  const ledger = dynamoLedger({ ...open, newWriteId: randomUUID });
  const tooLarge = entryWith({ id: "2", tags: { note: "x".repeat(500_000) } });
  const outcomes = await ledger.append([entryWith({ id: "1" }), tooLarge, entryWith({ id: "3" })]);
  expect(outcomes.map(({ status }) => status)).toEqual(["accepted", "unavailable", "accepted"]);
});

test("a sum that would have more than 38 digits is refused with all of its posting, not rounded", async () => {
  await using open = await openTable(tableShapes.partitioned);
  const spend = dynamoSpend({ ...open, random: Math.random });
  const most = 10n ** 38n - 1n;
  const posting = { shard: "shard-1", expectedMark: undefined, nextMark: mark(1), touchedClosedDays: [] };
  await spend.post({ ...posting, cells: [cell("a", most)] });
  const more = { ...posting, expectedMark: mark(1), nextMark: mark(2), cells: [cell("b", 1n), cell("a", 2n)] };
  await expect(spend.post(more)).rejects.toThrow("38 digits");
  const cells = await spend.read(today, today);
  expect(cells.map(({ dimensions, sums }) => [dimensions.team, sums.cost])).toEqual([["a", most]]);
  expect(await spend.mark("shard-1")).toBe(mark(1));
});

test("cells whose dimensions do not fit a key are kept apart", async () => {
  await using open = await openTable(tableShapes.partitioned);
  const spend = dynamoSpend({ ...open, random: Math.random });
  const cells = ["a", "b"].map((end) => cell(`${"é".repeat(600)}${end}`, 5n));
  await spend.post({ shard: "s", expectedMark: undefined, nextMark: mark(1), cells, touchedClosedDays: [] });
  const found = await spend.read(today, today);
  expect(found.toSorted((a, b) => (a.dimensions.team < b.dimensions.team ? -1 : 1))).toEqual(cells);
});

test("a month of days that take more than a page and more than an item reads whole, also after they are replaced", async () => {
  await using open = await openTable(tableShapes.partitioned);
  const closedDays = dynamoClosedDays(open);
  const dayOf = (date: string, tag: string) => {
    const cells = Array.from({ length: 800 }, (_, i) => cell(`${tag}-${i}`.padEnd(1_000, "x"), BigInt(i)));
    return {
      usageDate: date as UsageDate,
      generation: 1,
      cells: cells.map((c) => ({ ...c, usageDate: date as UsageDate })),
    };
  };
  const dates = ["2026-11-01", "2026-11-02", "2026-11-03"];
  await closedDays.write(dates.map((date) => dayOf(date, "before")));
  await closedDays.write([dayOf("2026-11-02", "after")]);
  const days = await closedDays.read("2026-11-01" as UsageDate, "2026-11-30" as UsageDate);
  expect(days.map(({ usageDate, pack }) => [usageDate, unpackDay(pack)])).toEqual(
    dates.map((date) => [date, dayOf(date, date === "2026-11-02" ? "after" : "before").cells]),
  );
});
