import { describe, expect, test } from "vitest";
import { type SourceRhythm, silentSources } from "#core/silence.ts";
import { hourMs, type Instant } from "#core/time.ts";

const now = Date.parse("2026-11-23T12:00:00Z") as Instant;
const heard = (source: string, hoursAgo: number, longestGapHours: number | null): SourceRhythm => ({
  source,
  lastHeardAt: (now - hoursAgo * hourMs) as Instant,
  longestGapMs: longestGapHours === null ? null : longestGapHours * hourMs,
});
const silent = (rhythms: readonly SourceRhythm[], ...expected: { id: string; silent_after_minutes: number }[]) =>
  silentSources(rhythms, expected, now).map(({ source, expectedWithinMs }) => [source, expectedWithinMs / hourMs]);

describe("a source is silent", () => {
  test("when it is not heard of for more than twice its longest gap", () => {
    expect(silent([heard("steady", 8, 4), heard("quiet", 8.01, 4)])).toEqual([["quiet", 8]]);
  });

  test("not over the weekend that it always takes", () => {
    expect(silent([heard("office", 62, 62)])).toEqual([]);
  });

  test("at the earliest after three hours: what has come may not be in the lake yet", () => {
    expect(silent([heard("busy", 2.9, 0), heard("gone", 3.1, 0)])).toEqual([["gone", 3]]);
  });

  test("never while its rhythm is unknown", () => {
    expect(silent([heard("new", 500, null)])).toEqual([]);
  });

  test("as it is configured, by the first pattern that matches, known rhythm or not", () => {
    const rhythms = [heard("otlp/shop", 2, 100), heard("otlp/web", 2, null), heard("sdk", 2, 100)];
    expect(
      silent(rhythms, { id: "otlp/shop", silent_after_minutes: 90 }, { id: "otlp/*", silent_after_minutes: 150 }),
    ).toEqual([["otlp/shop", 1.5]]);
  });

  test("for 28 days; then it is gone, unless it is expected", () => {
    const rhythms = [heard("old", 28 * 24 + 1, 5)];
    expect(silent(rhythms)).toEqual([]);
    expect(silent(rhythms, { id: "old", silent_after_minutes: 60 })).toEqual([["old", 1]]);
  });
});
