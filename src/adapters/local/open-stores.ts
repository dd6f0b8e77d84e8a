import type { ClosedDays } from "#app/ports/closed-days.ts";
import type { Erasures } from "#app/ports/erasures.ts";
import type { ImportStore } from "#app/ports/imports.ts";
import type { KeyStore } from "#app/ports/keys.ts";
import type { PipelineState } from "#app/ports/pipeline-state.ts";
import type { PriceStore } from "#app/ports/prices.ts";
import type { SpendStore } from "#app/ports/spend.ts";
import { openSqlite } from "./sqlite.ts";
import { closedDaysSchema, sqliteClosedDays } from "./sqlite-closed-days.ts";
import { erasuresSchema, sqliteErasures } from "./sqlite-erasures.ts";
import { importsSchema, sqliteImports } from "./sqlite-imports.ts";
import { keysSchema, sqliteKeys } from "./sqlite-keys.ts";
import { pipelineStateSchema, sqlitePipelineState } from "./sqlite-pipeline-state.ts";
import { pricesSchema, sqlitePrices } from "./sqlite-prices.ts";
import { spendSchema, sqliteSpend } from "./sqlite-spend.ts";

/** `spend.db`: cells, marks and packed days. */
export interface SpendFile {
  readonly spend: SpendStore;
  readonly closedDays: ClosedDays;
  close(): void;
}

/** `control.db`: what people set and what the pipeline remembers. */
export interface ControlFile {
  readonly keys: KeyStore;
  readonly prices: PriceStore;
  readonly imports: ImportStore;
  readonly erasures: Erasures;
  readonly pipeline: PipelineState;
  close(): void;
}

/** @param path a file in an existing folder, or `IN_MEMORY` */
export function openSpend(path: string): SpendFile {
  const database = openSqlite("spend", path, `${spendSchema}; ${closedDaysSchema}`);
  return { spend: sqliteSpend(database), closedDays: sqliteClosedDays(database), close: database.close };
}

/** @param path a file in an existing folder, or `IN_MEMORY` */
export function openControl(path: string): ControlFile {
  const schema = [keysSchema, pricesSchema, importsSchema, erasuresSchema, pipelineStateSchema].join(";");
  const database = openSqlite("control", path, schema);
  return {
    keys: sqliteKeys(database),
    prices: sqlitePrices(database),
    imports: sqliteImports(database),
    erasures: sqliteErasures(database),
    pipeline: sqlitePipelineState(database),
    close: database.close,
  };
}
