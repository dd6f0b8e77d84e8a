import type { ExpectedSource } from "./config.ts";
import { compilePatterns } from "./pattern.ts";
import { hourMs, type Instant } from "./time.ts";

export interface SourceRhythm {
  readonly source: string;
  readonly lastHeardAt: Instant;
  /** The longest time between two hours in which it was heard of; null while there is too little history to tell. */
  readonly longestGapMs: number | null;
}

export interface Silence {
  readonly source: string;
  readonly lastHeardAt: Instant;
  /** It was to be heard of within this time. */
  readonly expectedWithinMs: number;
  /** Somebody has said so; otherwise it follows from what was usual. */
  readonly isConfigured: boolean;
}

/** Twice the longest gap: a weekend or a night that was there before is no silence. */
const gapsWaited = 2;
/** Events reach the lake within the hour, and are looked for once an hour. */
const expectedMsMin = 3 * hourMs;
/** Who has not been heard of for so long has been switched off, not lost. */
const forgottenAfterMs = 28 * 24 * hourMs;

/**
 * The sources that should have been heard of by now: as `expected` says of the first pattern that matches, else twice
 * the longest gap they ever had. A source whose rhythm is unknown is never silent; one that was silent for 28 days is
 * taken to be gone, unless it is expected by its name.
 */
export function silentSources(
  rhythms: readonly SourceRhythm[],
  expected: readonly ExpectedSource[],
  now: Instant,
): readonly Silence[] {
  const expectations = expected.map(({ id, silent_after_minutes }) => ({
    matches: compilePatterns([id]),
    withinMs: silent_after_minutes * 60_000,
  }));
  return rhythms.flatMap(({ source, lastHeardAt, longestGapMs }): Silence[] => {
    const configured = expectations.find(({ matches }) => matches(source));
    const usualMs = longestGapMs === null ? undefined : Math.max(gapsWaited * longestGapMs, expectedMsMin);
    const expectedWithinMs = configured?.withinMs ?? usualMs;
    const silentMs = now - lastHeardAt;
    if (expectedWithinMs === undefined || silentMs <= expectedWithinMs) return [];
    if (configured === undefined && silentMs > forgottenAfterMs) return [];
    return [{ source, lastHeardAt, expectedWithinMs, isConfigured: configured !== undefined }];
  });
}
