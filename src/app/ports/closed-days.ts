import type { SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";

export interface ClosedDay {
  readonly usageDate: UsageDate;
  /** The day's generation in the spend store when it was packed. */
  readonly generation: number;
  readonly cells: readonly SpendCell[];
}

/** Closed days as packed columnar items: a year of them is a few reads. */
export interface ClosedDays {
  /** Replaces the packs of these days. */
  write(days: readonly ClosedDay[]): Promise<void>;
  read(from: UsageDate, to: UsageDate): Promise<readonly PackedDay[]>;
}

/** Packed: `unpackDay` of the core gives its cells; reports sum its columns without unpacking. */
export interface PackedDay {
  readonly usageDate: UsageDate;
  readonly generation: number;
  readonly pack: Uint8Array;
}
