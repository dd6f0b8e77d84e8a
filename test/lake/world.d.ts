import { type PipelineDeps } from "#app/run-pipeline.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { type Instant } from "#core/time.ts";
export interface Delivered {
  readonly file?: string;
  readonly importId?: string;
  /** False: the spend cells never hear of it. */
  readonly cells?: boolean;
  /** The sequence of the first entry; the next ones count on. */
  readonly sequence?: number;
}
/** A pipeline with everything it works on, in memory, its clock at 2026-11-22T12:00Z. */
export declare function openWorld(): Promise<{
  spend: import("../../src/app/ports/spend.ts").SpendStore;
  closedDays: import("../../src/app/ports/closed-days.ts").ClosedDays;
  close(): void;
  engine: import("../../src/adapters/local/duckdb-engine.ts").DuckdbEngine;
  landing: import("../../src/app/ports/landing.ts").Landing;
  reset(): Promise<void>;
  imports: import("../../src/app/ports/imports.ts").ImportStore;
  state: import("../../src/app/ports/pipeline-state.ts").PipelineState;
  deps: PipelineDeps;
  run: () => Promise<import("../../src/app/ports/pipeline-state.ts").RunRecord>;
  now: () => Instant;
  wait(ms: number): void;
  /** Posts the entries to the spend cells and lands them as one file. */
  deliver(entries: readonly LedgerEntry[], options?: Delivered): Promise<void>;
  query(sql: string): Promise<import("@duckdb/node-api").Json[][]>;
  [Symbol.asyncDispose](): Promise<void>;
}>;
