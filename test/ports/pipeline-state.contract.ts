import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PipelineState, RunRecord } from "#app/ports/pipeline-state.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const at = (ms: number) => ms as Instant;

const run = (id: string, changed: Partial<RunRecord> = {}): RunRecord => ({
  id,
  startedAt: at(1_000),
  finishedAt: at(2_000),
  status: "succeeded",
  days: ["2026-11-22" as UsageDate],
  differences: [
    {
      usageDate: "2026-11-22" as UsageDate,
      cells_usd: "1.5",
      cost_daily_usd: "1.25",
      combinations: 3,
      standing: true,
    },
  ],
  repairs: [{ usageDate: "2026-11-22" as UsageDate, cells: 3, cost_usd: "0.25", entries: 2 }],
  ...changed,
});

/** Who has the lease, as one would keep it on paper. */
function leaseModel() {
  let held: { readonly by: string; readonly until: number } | undefined;
  return {
    take(by: string, now: number, ttlMs: number): boolean {
      if (held !== undefined && held.by !== by && now < held.until) return false;
      held = { by, until: now + ttlMs };
      return true;
    },
    release(by: string): void {
      if (held?.by === by) held = undefined;
    },
  };
}

export const pipelineStateContract = (name: string, open: () => Promise<Opened<PipelineState>>) =>
  describe(name, () => {
    test("one holder has the lease until it gives it back", async () => {
      await using opened = await open();
      expect(await opened.port.takeLease("a", at(0), 1_000)).toBe(true);
      expect(await opened.port.takeLease("b", at(999), 1_000)).toBe(false);
      await opened.port.releaseLease("b");
      expect(await opened.port.takeLease("b", at(999), 1_000)).toBe(false);
      await opened.port.releaseLease("a");
      expect(await opened.port.takeLease("b", at(999), 1_000)).toBe(true);
    });

    test("the holder may take its lease again, which makes it last longer", async () => {
      await using opened = await open();
      await opened.port.takeLease("a", at(0), 1_000);
      expect(await opened.port.takeLease("a", at(500), 1_000)).toBe(true);
      expect(await opened.port.takeLease("b", at(1_499), 1_000)).toBe(false);
    });

    test("an expired lease is free", async () => {
      await using opened = await open();
      await opened.port.takeLease("a", at(0), 1_000);
      expect(await opened.port.takeLease("b", at(1_000), 1_000)).toBe(true);
      expect(await opened.port.takeLease("a", at(1_001), 1_000)).toBe(false);
    });

    test("of takers at the same moment one has the lease", async () => {
      await using opened = await open();
      const holders = ["a", "b", "c", "d"];
      const taken = await Promise.all(holders.map((holder) => opened.port.takeLease(holder, at(0), 1_000)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      const again = await Promise.all(holders.map((holder) => opened.port.takeLease(holder, at(1_000), 1_000)));
      expect(again.filter(Boolean)).toHaveLength(1);
    });

    test("however holders take, lose and give back, at most one has the lease", async () => {
      await using opened = await open();
      const holder = fc.constantFrom("a", "b", "c");
      const step = fc.record({ holder, passesMs: fc.integer({ min: 0, max: 700 }), gives: fc.boolean() });
      let now = 0;
      const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const model = leaseModel();
        now += 10_000;
        for (const { holder, passesMs, gives } of steps) {
          now += passesMs;
          if (gives) {
            await opened.port.releaseLease(holder);
            model.release(holder);
          } else expect(await opened.port.takeLease(holder, at(now), 1_000)).toBe(model.take(holder, now, 1_000));
        }
      });
      await fc.assert(property, { numRuns: 30 });
    });

    test("who has lost its lease gives back nothing of another's", async () => {
      await using opened = await open();
      await opened.port.takeLease("a", at(0), 1_000);
      await opened.port.takeLease("b", at(1_000), 1_000);
      await opened.port.releaseLease("a");
      expect(await opened.port.takeLease("c", at(1_999), 1_000)).toBe(false);
    });

    test("a lease that nobody has is given back without harm", async () => {
      await using opened = await open();
      await opened.port.releaseLease("a");
      expect(await opened.port.takeLease("a", at(0), 1_000)).toBe(true);
    });

    test("the lease tells who has taken it last and until when, until it is given back", async () => {
      await using opened = await open();
      expect(await opened.port.lease()).toBeUndefined();
      await opened.port.takeLease("a", at(0), 1_000);
      await opened.port.takeLease("b", at(999), 1_000);
      expect(await opened.port.lease()).toEqual({ holder: "a", expiresAt: 1_000 });
      await opened.port.releaseLease("a");
      expect(await opened.port.lease()).toBeUndefined();
    });

    test("a run that says no watermark leaves the old one", async () => {
      await using opened = await open();
      expect(await opened.port.watermark()).toBeUndefined();
      await opened.port.finish(run("1"), at(5_000));
      await opened.port.finish(run("2", { status: "failed", error: "step merge: no space" }), undefined);
      expect(await opened.port.watermark()).toBe(5_000);
      await opened.port.finish(run("3"), at(6_000));
      expect(await opened.port.watermark()).toBe(6_000);
    });

    test("the last runs come newest first, as they were recorded", async () => {
      await using opened = await open();
      const failed = run("2", { status: "failed", error: "step merge: no space", days: [], differences: [] });
      await opened.port.finish(run("1"), undefined);
      await opened.port.finish(failed, undefined);
      const { repairs: _, ...skipped } = run("3", { status: "skipped" });
      await opened.port.finish(skipped, undefined);
      expect(await opened.port.lastRuns(2)).toEqual([skipped, failed]);
      expect(await opened.port.lastRuns(10)).toHaveLength(3);
    });

    test("runs are in the order in which they were recorded, whatever their ids and clocks say", async () => {
      await using opened = await open();
      expect(await opened.port.lastRuns(1)).toEqual([]);
      await opened.port.finish(run("z", { finishedAt: at(9_000) }), undefined);
      await opened.port.finish(run("a", { finishedAt: at(3_000) }), undefined);
      await opened.port.finish(run("m", { finishedAt: at(6_000) }), undefined);
      expect((await opened.port.lastRuns(10)).map(({ id }) => id)).toEqual(["m", "a", "z"]);
    });

    test("a run recorded again is recorded once, as it was told last", async () => {
      await using opened = await open();
      await opened.port.finish(run("1"), at(5_000));
      await opened.port.finish(run("2", { days: [] }), at(6_000));
      await opened.port.finish(run("2"), at(6_000));
      expect(await opened.port.lastRuns(10)).toEqual([run("2"), run("1")]);
      expect(await opened.port.watermark()).toBe(6_000);
    });

    test("the last 1,000 runs are kept", async () => {
      await using opened = await open();
      for (let i = 1; i <= 1_002; i++)
        await opened.port.finish(run(String(i), { days: [], differences: [] }), undefined);
      const kept = await opened.port.lastRuns(2_000);
      expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([1_000, "1002", "3"]);
    });

    test("lease, watermark and runs are there after a restart", async () => {
      await using opened = await open();
      await opened.port.takeLease("a", at(0), 1_000);
      await opened.port.finish(run("1"), at(5_000));
      const state = await opened.reopen();
      expect(await state.takeLease("b", at(500), 1_000)).toBe(false);
      expect(await state.watermark()).toBe(5_000);
      expect(await state.lastRuns(1)).toEqual([run("1")]);
    });
  });
