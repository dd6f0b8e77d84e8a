import { describe, expect, test } from "vitest";
import type { SpendPosting, SpendStore } from "#app/ports/spend.ts";
import type { PicoUsd } from "#core/money.ts";
import { type CellSums, cellOf, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";
import { entryWith } from "./sample-entry.ts";

const day = (text: string) => text as UsageDate;
const mark = (place: number) => String(place).padStart(40, "0");

function cell(usageDate: string, team: string, sums: Partial<CellSums>): SpendCell {
  const { dimensions } = cellOf(entryWith({}));
  return {
    usageDate: day(usageDate),
    dimensions: { ...dimensions, team },
    sums: {
      cost: 0n as PicoUsd,
      listCost: 0n as PicoUsd,
      requests: 0n,
      entries: 0n,
      quantities: {},
      ...sums,
    },
  };
}

const posting = (changed: Partial<SpendPosting>): SpendPosting => ({
  shard: "shard-1",
  expectedMark: undefined,
  nextMark: mark(1),
  cells: [],
  touchedClosedDays: [],
  ...changed,
});

const byTeam = (cells: readonly SpendCell[]) =>
  [...cells].sort((a, b) => (a.usageDate + a.dimensions.team < b.usageDate + b.dimensions.team ? -1 : 1));

const usd = (picoUsd: bigint) => picoUsd as PicoUsd;

export const spendContract = (name: string, open: () => Promise<Opened<SpendStore>>) =>
  describe(name, () => {
    test("a cell reads as it was posted", async () => {
      await using opened = await open();
      const posted = cell("2026-11-23", 'a "quoted", [team]', {
        cost: usd(5n),
        listCost: usd(7n),
        requests: 3n,
        entries: 2n,
        quantities: { uncached_input_tokens: 11n, web_searches: 1n },
      });
      expect(await opened.port.post(posting({ cells: [posted] }))).toBe("posted");
      expect(await opened.port.read(day("2026-11-23"), day("2026-11-23"))).toEqual([posted]);
    });

    test("sums are added per day and combination of dimensions, also across shards", async () => {
      await using opened = await open();
      const a = cell("2026-11-23", "a", { cost: usd(5n), entries: 1n, quantities: { images: 2n } });
      const b = cell("2026-11-23", "b", { cost: usd(1n), entries: 1n });
      const early = cell("2026-11-22", "a", { cost: usd(9n), entries: 1n });
      await opened.port.post(posting({ cells: [a, b] }));
      await opened.port.post(posting({ shard: "shard-2", cells: [a, early] }));
      await opened.port.post(posting({ expectedMark: mark(1), nextMark: mark(2), cells: [a] }));
      expect(byTeam(await opened.port.read(day("2026-11-01"), day("2026-11-30")))).toEqual([
        early,
        cell("2026-11-23", "a", { cost: usd(15n), entries: 3n, quantities: { images: 6n } }),
        b,
      ]);
    });

    test("sums past 64 bits stay exact, and negative ones are taken off", async () => {
      await using opened = await open();
      const huge = 12_345_678_901_234_567_890_123_456_789_012_345_678n;
      const sums = { cost: usd(huge), listCost: usd(huge), requests: 2n ** 63n, entries: 2n ** 64n };
      await opened.port.post(
        posting({ cells: [cell("2026-11-23", "a", { ...sums, quantities: { images: 2n ** 63n } })] }),
      );
      const again = cell("2026-11-23", "a", { cost: usd(1n), listCost: usd(-huge), requests: 2n ** 63n, entries: 1n });
      await opened.port.post(posting({ expectedMark: mark(1), nextMark: mark(2), cells: [again] }));
      expect(await opened.port.read(day("2026-11-23"), day("2026-11-23"))).toEqual([
        cell("2026-11-23", "a", {
          cost: usd(12_345_678_901_234_567_890_123_456_789_012_345_679n),
          listCost: usd(0n),
          requests: 18_446_744_073_709_551_616n,
          entries: 18_446_744_073_709_551_617n,
          quantities: { images: 9_223_372_036_854_775_808n },
        }),
      ]);
    });

    test("a shard's mark moves with the sums", async () => {
      await using opened = await open();
      expect(await opened.port.mark("shard-1")).toBeUndefined();
      await opened.port.post(posting({ nextMark: mark(7) }));
      expect(await opened.port.mark("shard-1")).toBe(mark(7));
      expect(await opened.port.mark("shard-2")).toBeUndefined();
    });

    test.each([
      ["undefined", undefined],
      ["one that has moved on", mark(1)],
    ])("a posting that expects the mark to be %s is stale and changes nothing", async (_, expectedMark) => {
      await using opened = await open();
      await opened.port.post(posting({ nextMark: mark(2) }));
      const stale = posting({
        expectedMark,
        nextMark: mark(3),
        cells: [cell("2026-11-23", "a", { cost: usd(5n) })],
        touchedClosedDays: [day("2026-11-20")],
      });
      expect(await opened.port.post(stale)).toBe("stale");
      expect(await opened.port.read(day("2026-11-01"), day("2026-11-30"))).toEqual([]);
      expect((await opened.port.generations(day("2026-11-01"), day("2026-11-30"))).size).toBe(0);
      expect(await opened.port.mark("shard-1")).toBe(mark(2));
    });

    test("a posting that expects a mark where there is none is stale", async () => {
      await using opened = await open();
      expect(await opened.port.post(posting({ expectedMark: mark(1), nextMark: mark(2) }))).toBe("stale");
    });

    test("of two postings at once from the same mark one is posted", async () => {
      await using opened = await open();
      const cells = [cell("2026-11-23", "a", { cost: usd(5n) })];
      const results = await Promise.all([opened.port.post(posting({ cells })), opened.port.post(posting({ cells }))]);
      expect(results.toSorted()).toEqual(["posted", "stale"]);
      expect((await opened.port.read(day("2026-11-23"), day("2026-11-23")))[0]?.sums.cost).toBe(5n);
    });

    test("shards that post at once to the same cells and days lose nothing to each other", async () => {
      await using opened = await open();
      const cells = ["a", "b", "c"].map((team) => cell("2026-11-20", team, { cost: usd(1n), entries: 1n }));
      const touchedClosedDays = [day("2026-11-20")];
      const postTwice = async (shard: string): Promise<void> => {
        await opened.port.post(posting({ shard, cells, touchedClosedDays }));
        await opened.port.post(posting({ shard, expectedMark: mark(1), nextMark: mark(2), cells, touchedClosedDays }));
      };
      await Promise.all(Array.from({ length: 6 }, (_, i) => postTwice(`shard-${i}`)));
      const found = byTeam(await opened.port.read(day("2026-11-20"), day("2026-11-20")));
      expect(found).toEqual(["a", "b", "c"].map((team) => cell("2026-11-20", team, { cost: usd(12n), entries: 12n })));
      expect(await opened.port.generations(day("2026-11-20"), day("2026-11-20"))).toEqual(
        new Map([["2026-11-20", 12]]),
      );
    });

    test("a closed day that is touched gets the next generation", async () => {
      await using opened = await open();
      const touched = [day("2026-11-19"), day("2026-11-20")];
      await opened.port.post(posting({ touchedClosedDays: touched }));
      await opened.port.post(
        posting({ expectedMark: mark(1), nextMark: mark(2), touchedClosedDays: [day("2026-11-20")] }),
      );
      expect(await opened.port.generations(day("2026-11-01"), day("2026-11-30"))).toEqual(
        new Map([
          ["2026-11-19", 1],
          ["2026-11-20", 2],
        ]),
      );
      expect(await opened.port.generations(day("2026-11-20"), day("2026-11-20"))).toEqual(new Map([["2026-11-20", 2]]));
    });

    test("a posting has at most 99 cells and closed days", async () => {
      await using opened = await open();
      const cells = Array.from({ length: 98 }, (_, i) => cell("2026-11-20", `team-${i}`, { cost: usd(1n) }));
      const touchedClosedDays = [day("2026-11-20")];
      expect(await opened.port.post(posting({ cells, touchedClosedDays }))).toBe("posted");
      expect(await opened.port.read(day("2026-11-20"), day("2026-11-20"))).toHaveLength(98);
      const tooMany = [...cells, cell("2026-11-20", "one more", {})];
      await expect(
        opened.port.post(posting({ expectedMark: mark(1), nextMark: mark(2), cells: tooMany, touchedClosedDays })),
      ).rejects.toThrow("at most 99");
    });

    test("a mark never moves back", async () => {
      await using opened = await open();
      await opened.port.post(posting({ nextMark: mark(2) }));
      await expect(opened.port.post(posting({ expectedMark: mark(2), nextMark: mark(1) }))).rejects.toThrow("forward");
    });

    test("cells, marks and generations are there after a restart", async () => {
      await using opened = await open();
      const cells = [cell("2026-11-20", "a", { cost: usd(5n) })];
      await opened.port.post(posting({ cells, touchedClosedDays: [day("2026-11-20")] }));
      const spend = await opened.reopen();
      expect(await spend.mark("shard-1")).toBe(mark(1));
      expect(await spend.read(day("2026-11-20"), day("2026-11-20"))).toEqual(cells);
      expect((await spend.generations(day("2026-11-20"), day("2026-11-20"))).get(day("2026-11-20"))).toBe(1);
    });
  });
