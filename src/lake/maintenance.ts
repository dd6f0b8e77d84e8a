import { LAKE_TABLES } from "./tables.ts";

export interface TableMaintenance {
  readonly table: string;
  /** Puts the small files of each day together and takes deleted rows out of them. */
  readonly optimize: string;
  /** Forgets snapshots past their age and removes the files that none of the others needs. */
  readonly vacuum: string;
}

/**
 * What Athena does daily to each Iceberg table that is partitioned by days. Each statement may be run again, and may ask for it: it
 * fails with one of `MORE_RUNS_NEEDED` when it has done as much as it does at once (100 partitions). All days: an old one
 * costs nothing while it does not change, and where a customer was erased in it the deleted rows must leave its files.
 */
export const MAINTENANCE: readonly TableMaintenance[] = LAKE_TABLES.filter(
  ({ partitionedBy }) => partitionedBy.length > 0,
).map(({ name }) => ({
  table: name,
  optimize: `optimize ${name} rewrite data using bin_pack`,
  vacuum: `vacuum ${name}`,
}));

/** In the reason that Athena gives for a failed statement of `MAINTENANCE`: it has worked, and wants to be run again. */
export const MORE_RUNS_NEEDED = ["ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED", "ICEBERG_VACUUM_MORE_RUNS_NEEDED"] as const;
