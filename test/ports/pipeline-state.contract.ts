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
  ...changed,
});

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
      await opened.port.finish(run("3", { status: "skipped" }), undefined);
      expect(await opened.port.lastRuns(2)).toEqual([run("3", { status: "skipped" }), failed]);
      expect(await opened.port.lastRuns(10)).toHaveLength(3);
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
