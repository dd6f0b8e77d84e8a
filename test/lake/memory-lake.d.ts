import type { Landing } from "#app/ports/landing.ts";
import { type DuckdbEngine } from "#local/duckdb-engine.ts";
/** A whole lake in memory: the real SQL, and a landing that is a table. */
export interface MemoryLake extends AsyncDisposable {
  readonly engine: DuckdbEngine;
  readonly landing: Landing;
  /** Empties the landing and every table: much cheaper than opening another lake. */
  reset(): Promise<void>;
}
export declare function openMemoryLake(): Promise<MemoryLake>;
