import { describe, expect, test } from "vitest";
import type { SourceRhythms } from "#app/ports/source-rhythms.ts";
import type { SourceRhythm } from "#core/silence.ts";
import type { Instant } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const rhythm = (source: string, lastHeardAt: number, longestGapMs: number | null): SourceRhythm => ({
  source,
  lastHeardAt: lastHeardAt as Instant,
  longestGapMs,
});

export const sourceRhythmsContract = (name: string, open: () => Promise<Opened<SourceRhythms>>) =>
  describe(name, () => {
    test("knows no source before one is put", async () => {
      await using opened = await open();
      expect(await opened.port.list()).toEqual([]);
    });

    test("lists them by source, each as it was put last, after a restart too", async () => {
      await using opened = await open();
      await opened.port.put([rhythm("otlp/b", 1_000, null), rhythm("é #1", 2_000, 0)]);
      await opened.port.put([rhythm("otlp/b", 3_000, 7_200_000), rhythm("a", 4_000, null)]);
      await opened.port.put([]);
      expect(await (await opened.reopen()).list()).toEqual([
        rhythm("a", 4_000, null),
        rhythm("otlp/b", 3_000, 7_200_000),
        rhythm("é #1", 2_000, 0),
      ]);
    });
  });
