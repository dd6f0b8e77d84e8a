import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";

export interface LandedEntry {
  readonly entry: LedgerEntry;
  /** Of the change; an import lands with its import id as shard and its place in the batch as sequence. */
  readonly shard: string;
  readonly sequence: string;
  /** "" for what came by the ledger. */
  readonly importId: string;
}

/** The Parquet files that the pipeline reads. */
export interface Landing {
  /**
   * Writes one file under `landed_hour=<hour of landedAt>`. The same name in the same hour replaces the file; a file
   * is there whole or not at all. Rows may be landed again: the merge takes each key once.
   */
  write(name: string, landedAt: Instant, rows: readonly LandedEntry[]): Promise<void>;
}
