import type { Instant, UsageDate } from "#core/time.ts";

export interface DayDifference {
  readonly usageDate: UsageDate;
  /** Decimal strings of USD. */
  readonly cells_usd: string;
  readonly cost_daily_usd: string;
  /** Combinations of dimensions of which any sum differs: there may be some although the totals agree. */
  readonly combinations: number;
  /** The run before found the same, and nothing new has come for the day since: not lateness, a fault. */
  readonly standing: boolean;
}

/** What repairs have added to the cells of a day: negative where somebody had asked to lower them. */
export interface DayRepair {
  readonly usageDate: UsageDate;
  readonly cells: number;
  /** A decimal string of USD. */
  readonly cost_usd: string;
  readonly entries: number;
}

export interface RunRecord {
  readonly id: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly status: "skipped" | "succeeded" | "failed";
  /** Days whose rollup was recomputed. */
  readonly days: readonly UsageDate[];
  /** Days on which the check found that cells and cost_daily differ: not merged yet, or wrong when it is standing. */
  readonly differences: readonly DayDifference[];
  /**
   * What was added to cells after the check; with it what a run had added that was killed before it told so. Absent from
   * records of before there were repairs.
   */
  readonly repairs?: readonly DayRepair[];
  /** Names the step that failed and why. */
  readonly error?: string;
}

interface Lease {
  readonly holder: string;
  readonly expiresAt: Instant;
}

/** What the pipeline remembers between runs, and the lease that keeps it to one run at a time. */
export interface PipelineState {
  /** True when the lease was free, expired, or already the holder's. */
  takeLease(holder: string, now: Instant, ttlMs: number): Promise<boolean>;
  releaseLease(holder: string): Promise<void>;
  /** The lease that was taken last; undefined when it has been given back. It may have expired. */
  lease(): Promise<Lease | undefined>;
  /** The moment up to which the landing has been read, or undefined before the first run. */
  watermark(): Promise<Instant | undefined>;
  /**
   * Keeps the record, of the last 1,000 runs; the last run told again replaces its own. `undefined` leaves the watermark
   * where it is.
   */
  finish(record: RunRecord, watermark: Instant | undefined): Promise<void>;
  /** Newest first. */
  lastRuns(count: number): Promise<readonly RunRecord[]>;
}
