import type { SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";

export interface SpendPosting {
  readonly shard: string;
  /** The shard's mark as the poster read it; undefined when it had none. */
  readonly expectedMark: string | undefined;
  /** How far the changes have been added with this posting (`core/shard-mark.ts`): a greater text than the one before. */
  readonly nextMark: string;
  /** Together with `touchedClosedDays` at most 99. */
  readonly cells: readonly SpendCell[];
  /** Closed days among them: their generation goes up in the same transaction. */
  readonly touchedClosedDays: readonly UsageDate[];
}

/** Spend cells, with the position of each shard that has been added to them. */
export interface SpendStore {
  mark(shard: string): Promise<string | undefined>;
  /** Adds the sums and moves the mark in one transaction; `stale` and no change when the mark is another one. */
  post(posting: SpendPosting): Promise<"posted" | "stale">;
  /** Every cell of the days from `from` to `to`, both included, slots summed. */
  read(from: UsageDate, to: UsageDate): Promise<readonly SpendCell[]>;
  /** How often each closed day has been touched since it closed; days never touched are absent. */
  generations(from: UsageDate, to: UsageDate): Promise<ReadonlyMap<UsageDate, number>>;
}
