import { describe, expect, test } from "vitest";
import type { LakeEvents } from "#app/ports/lake-events.ts";
import type { Landing } from "#app/ports/landing.ts";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { adjustment, at, entry } from "../lake/entries.ts";

/** The landing, the engine that reads it, and what is found of one event: three ports of one store. */
export interface OpenedLake extends AsyncDisposable {
  readonly landing: Landing;
  readonly engine: QueryEngine;
  readonly lakeEvents: LakeEvents;
}

const landedAt = at("2026-11-20T10:30:00Z");

const rows = (...entries: readonly LedgerEntry[]) =>
  entries.map((one, i) => ({ entry: one, shard: "shard-1", sequence: String(i), importId: "" }));

const merge = (engine: QueryEngine) =>
  engine.run("merge_usage_events", {
    substitutions: {
      ...{ from_hour: "2026-11-20-00", first_day: "2026-11-01", last_day: "2026-11-30" },
      ...{ known_from: "2026-11-01", known_to: "2026-11-30" },
    },
  });

export const lakeContract = (name: string, open: () => Promise<OpenedLake>) =>
  describe(name, () => {
    test("what has landed is found once merged, as it was written", async () => {
      await using lake = await open();
      await lake.landing.write("one", landedAt, rows(entry({ id: "a", customer: "c-1" }), entry({ id: "b" })));
      expect(await lake.lakeEvents.find("app", "a")).toEqual([]);
      await merge(lake.engine);
      expect(await lake.lakeEvents.find("app", "a")).toEqual([entry({ id: "a", customer: "c-1" })]);
      expect(await lake.lakeEvents.find("another app", "a")).toEqual([]);
    });

    test("an event comes with its adjustments, a reversal before its rebooking", async () => {
      await using lake = await open();
      const original = entry({ id: "a" });
      const [reversal, rebooking] = adjustment(original, { cost: 9n }, "2026-11-20T10:00:00Z") as [
        LedgerEntry,
        LedgerEntry,
      ];
      await lake.landing.write("one", landedAt, rows(rebooking, reversal, original));
      await merge(lake.engine);
      expect(await lake.lakeEvents.find("app", "a")).toEqual([original, reversal, rebooking]);
    });

    test("the same name in the same hour replaces the file, in another hour it does not", async () => {
      await using lake = await open();
      await lake.landing.write("one", landedAt, rows(entry({ id: "a" })));
      await lake.landing.write("one", landedAt, rows(entry({ id: "b" })));
      await lake.landing.write("one", at("2026-11-20T11:00:00Z"), rows(entry({ id: "c" })));
      await merge(lake.engine);
      const found = await Promise.all(["a", "b", "c"].map((id) => lake.lakeEvents.find("app", id)));
      expect(found.map(({ length }) => length)).toEqual([0, 1, 1]);
    });

    test("decimals come as text, counts as whole numbers, days as text", async () => {
      await using lake = await open();
      const huge = 12_345_678_901_234_567_890_123_456_789n;
      await lake.landing.write("one", landedAt, rows(entry({ id: "a", cost: huge })));
      await merge(lake.engine);
      const dates = { substitutions: { dates: ["2026-11-20"] } };
      await lake.engine.run("merge_cost_daily", dates);
      expect(await lake.engine.run("read_cost_daily", dates)).toMatchObject([
        { usage_date: "2026-11-20", entries: "1", cost: "12345678901234567.890123456789", cache_read_tokens: "0" },
      ]);
    });

    test("only dates and hours can stand in the text of a statement", async () => {
      await using lake = await open();
      const run = (date: string) => lake.engine.run("read_cost_daily", { substitutions: { dates: [date] } });
      await expect(run("2026-11-20') or (1=1")).rejects.toThrow("must be dates, hours");
      await expect(lake.engine.run("read_cost_daily")).rejects.toThrow("nothing is given for {{dates}}");
      await expect(lake.engine.run("no_such_statement")).rejects.toThrow("there is no sql/no_such_statement.sql");
    });
  });
