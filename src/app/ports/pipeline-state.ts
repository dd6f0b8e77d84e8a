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

export interface RunRecord {
  readonly id: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly status: "skipped" | "succeeded" | "failed";
  /** Days whose rollup was recomputed. */
  readonly days: readonly UsageDate[];
  /** Days on which cells and cost_daily differ: not merged yet, or wrong when it is standing. */
  readonly differences: readonly DayDifference[];
  /** Names the step that failed and why. */
  readonly error?: string;
}

/** What the pipeline remembers between runs, and the lease that keeps it to one run at a time. */
export interface PipelineState {
  /** True when the lease was free, expired, or already the holder's. */
  takeLease(holder: string, now: Instant, ttlMs: number): Promise<boolean>;
  releaseLease(holder: string): Promise<void>;
  /** The moment up to which the landing has been read, or undefined before the first run. */
  watermark(): Promise<Instant | undefined>;
  /** Keeps the record; `undefined` leaves the watermark where it is. */
  finish(record: RunRecord, watermark: Instant | undefined): Promise<void>;
  /** Newest first. */
  lastRuns(count: number): Promise<readonly RunRecord[]>;
}
