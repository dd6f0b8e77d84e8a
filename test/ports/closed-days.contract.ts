import { describe, expect, test } from "vitest";
import type { ClosedDays } from "#app/ports/closed-days.ts";
import type { PicoUsd } from "#core/money.ts";
import { unpackDay } from "#core/pack.ts";
import { cellOf, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";
import { entryWith } from "./sample-entry.ts";

const day = (text: string) => text as UsageDate;

function cells(usageDate: string, costPicoUsd: bigint): SpendCell[] {
  const cell = cellOf(entryWith({ quantities: { uncached_input_tokens: 5 } }));
  const cost = costPicoUsd as PicoUsd;
  return [{ ...cell, usageDate: day(usageDate), sums: { ...cell.sums, cost, listCost: cost } }];
}

const closed = (usageDate: string, generation: number, costPicoUsd: bigint) => ({
  usageDate: day(usageDate),
  generation,
  cells: cells(usageDate, costPicoUsd),
});

export const closedDaysContract = (name: string, open: () => Promise<Opened<ClosedDays>>) =>
  describe(name, () => {
    const readDays = async (days: ClosedDays, from: string, to: string) =>
      (await days.read(day(from), day(to)))
        .map(({ usageDate, generation, pack }) => ({ usageDate, generation, cells: unpackDay(pack) }))
        .sort((a, b) => (a.usageDate < b.usageDate ? -1 : 1));

    test("days read with the generation and the cells they were packed with", async () => {
      await using opened = await open();
      const huge = 12_345_678_901_234_567_890_123_456_789n;
      await opened.port.write([closed("2026-10-31", 0, 7n), closed("2026-11-01", 3, huge)]);
      expect(await readDays(opened.port, "2026-10-01", "2026-11-30")).toEqual([
        closed("2026-10-31", 0, 7n),
        closed("2026-11-01", 3, huge),
      ]);
    });

    test("only the days asked for come, both ends included", async () => {
      await using opened = await open();
      await opened.port.write([1, 2, 3, 4].map((n) => closed(`2026-11-0${n}`, 0, BigInt(n))));
      const days = await readDays(opened.port, "2026-11-02", "2026-11-03");
      expect(days.map(({ usageDate }) => usageDate)).toEqual(["2026-11-02", "2026-11-03"]);
    });

    test("a day written again is replaced, the others stay", async () => {
      await using opened = await open();
      await opened.port.write([closed("2026-11-01", 0, 1n), closed("2026-11-02", 0, 2n)]);
      await opened.port.write([closed("2026-11-01", 1, 9n)]);
      expect(await readDays(opened.port, "2026-11-01", "2026-11-30")).toEqual([
        closed("2026-11-01", 1, 9n),
        closed("2026-11-02", 0, 2n),
      ]);
    });

    test("a day without cells is packed as such", async () => {
      await using opened = await open();
      await opened.port.write([{ usageDate: day("2026-11-01"), generation: 0, cells: [] }]);
      expect(await readDays(opened.port, "2026-11-01", "2026-11-01")).toEqual([
        { usageDate: "2026-11-01", generation: 0, cells: [] },
      ]);
    });

    test("days are there after a restart", async () => {
      await using opened = await open();
      await opened.port.write([closed("2026-11-01", 2, 5n)]);
      expect(await readDays(await opened.reopen(), "2026-11-01", "2026-11-01")).toEqual([closed("2026-11-01", 2, 5n)]);
    });
  });
