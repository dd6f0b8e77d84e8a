import { describe, expect, test } from "vitest";
import type { Erasure, Erasures } from "#app/ports/erasures.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const at = (ms: number) => ms as Instant;
const erasure = (id: string, requestedAt = 1_000): Erasure => ({
  id,
  customerHash: "a".repeat(64),
  requestedAt: at(requestedAt),
  requestedBy: "key_1",
  reason: "asked by letter: é #1",
  cleanedAt: null,
});

export const erasuresContract = (name: string, open: () => Promise<Opened<Erasures>>) =>
  describe(name, () => {
    test("gives back what was added; an id that nobody added is unknown", async () => {
      await using opened = await open();
      await opened.port.add(erasure("era_1"));
      expect(await opened.port.get("era_1")).toEqual(erasure("era_1"));
      expect(await opened.port.get("era_2")).toBeUndefined();
    });

    test("lists all, oldest first, the same customer's too", async () => {
      await using opened = await open();
      expect(await opened.port.list()).toEqual([]);
      for (const [id, when] of [
        ["b", 2_000],
        ["a", 3_000],
        ["c", 1_000],
      ] as const)
        await opened.port.add(erasure(id, when));
      expect((await opened.port.list()).map(({ id }) => id)).toEqual(["c", "b", "a"]);
    });

    test("the same id again changes nothing, cleaned or not", async () => {
      await using opened = await open();
      await opened.port.add(erasure("era_1"));
      await opened.port.setCleaned("era_1", at(5_000));
      await opened.port.add(erasure("era_1", 9_000));
      expect(await opened.port.list()).toEqual([{ ...erasure("era_1"), cleanedAt: 5_000 }]);
    });

    test("it was cleaned when it was first said to be; of an unknown id nothing is kept", async () => {
      await using opened = await open();
      await opened.port.add(erasure("era_1"));
      await opened.port.setCleaned("era_1", at(5_000));
      await opened.port.setCleaned("era_1", at(6_000));
      await opened.port.setCleaned("era_2", at(6_000));
      expect((await opened.port.list()).map(({ id, cleanedAt }) => [id, cleanedAt])).toEqual([["era_1", 5_000]]);
    });

    test("a sweep is kept with its erasure until it is over; of an unknown id nothing is kept", async () => {
      await using opened = await open();
      const { port } = opened;
      const sweep = { startedAt: at(2_000), usageDate: "2026-11-20" as UsageDate, key: "k-1" };
      await port.add(erasure("era_1"));
      await port.add(erasure("era_2"));
      expect(await port.sweep("era_1")).toBeUndefined();
      await port.setSweep("era_1", sweep);
      await port.setSweep("era_1", { ...sweep, usageDate: "2026-11-21" as UsageDate, key: "k-2" });
      const reopened = await opened.reopen();
      expect(await reopened.sweep("era_1")).toEqual({ startedAt: 2_000, usageDate: "2026-11-21", key: "k-2" });
      expect(await reopened.sweep("era_2")).toBeUndefined();
      expect(await reopened.list()).toEqual([erasure("era_1"), erasure("era_2")]);
      await reopened.setSweep("era_1", undefined);
      expect(await reopened.sweep("era_1")).toBeUndefined();
      await reopened.setSweep("era_3", sweep);
      expect([await reopened.sweep("era_3"), await reopened.get("era_3")]).toEqual([undefined, undefined]);
    });

    test("is there after a restart", async () => {
      await using opened = await open();
      await opened.port.add(erasure("era_1"));
      expect(await (await opened.reopen()).list()).toEqual([erasure("era_1")]);
    });
  });
