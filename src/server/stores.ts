import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import type { CatalogFile } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import { openDuckdbEngine } from "#local/duckdb-engine.ts";
import { lockFolder } from "#local/lock-folder.ts";
import { makeFolder } from "#local/make-folder.ts";
import { type ControlFile, openControl, openSpend, type SpendFile } from "#local/open-stores.ts";
import { openParquetLanding, type ParquetLanding } from "#local/parquet-landing.ts";
import { type LocalLedger, openLedger } from "#local/sqlite-ledger.ts";
import { restoreFix, UnusableFolder } from "#local/unusable-folder.ts";
import { catalogFiles } from "./catalog-files.ts";
import { logFault } from "./fault-log.ts";

/** DuckDB spills to disk above it: ten million events merge within it. */
const lakeMemoryLimit = "1GB";
const lakeThreads = 2;

const catalogFolder = fileURLToPath(new URL("../../catalog/", import.meta.url));

/** Everything that lasts longer than a request. */
export interface Stores extends Omit<ControlFile, "close">, Omit<SpendFile, "close"> {
  readonly ledger: LocalLedger;
  readonly landing: ParquetLanding;
  readonly engine: QueryEngine;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  close(): void;
}

/** In the order in which a first start makes them. */
const files = ["control.db", "ledger.db", "spend.db", "lake.duckdb"] as const;

/**
 * Refuses a folder in which a file of its own is gone: an empty one in its place would pass for one without data. The
 * lake is made last: where it is, or where a run has ended, every file has been.
 */
async function openControlOfWhole(folder: string, clock: () => Instant): Promise<ControlFile> {
  const lost = files.filter((file) => !existsSync(join(folder, file)));
  const refusal = new UnusableFolder(
    `The data folder ${folder} has lost ${lost.join(", ")}, and what it held would be missing without a word.`,
    { fix: restoreFix },
  );
  if (lost.length > 0 && !lost.includes("lake.duckdb")) throw refusal;
  const control = openControl(join(folder, "control.db"), clock);
  if (lost.length === 0 || (await control.pipeline.watermark()) === undefined) return control;
  control.close();
  throw refusal;
}

/** Takes a data folder for this process and opens everything in it; refuses when another process has it. */
export async function openStores(folder: string, clock: () => Instant): Promise<Stores> {
  makeFolder(folder);
  using opened = new DisposableStack();
  opened.defer(lockFolder(folder));
  const control = opened.adopt(await openControlOfWhole(folder, clock), (file) => file.close());
  const ledger = opened.adopt(openLedger({ path: join(folder, "ledger.db"), clock }), (file) => file.close());
  const spend = opened.adopt(openSpend(join(folder, "spend.db")), (file) => file.close());
  const landingFolder = join(folder, "landing", "usage");
  mkdirSync(landingFolder, { recursive: true });
  const landing = await openParquetLanding(landingFolder);
  const engine = opened.adopt(
    await openDuckdbEngine({
      path: join(folder, "lake.duckdb"),
      landing: {
        folder: landingFolder,
        onUnreadable: (file, fault) =>
          logFault("a landed file is damaged, was set aside, and its events are not in the lake", fault, { file }),
      },
      memoryLimit: lakeMemoryLimit,
      threads: lakeThreads,
      spillFolder: join(folder, "spill"),
    }),
    (lake) => lake.close(),
  );
  const resources = opened.move();
  return {
    ledger,
    landing,
    engine,
    spend: spend.spend,
    closedDays: spend.closedDays,
    keys: control.keys,
    prices: control.prices,
    config: control.config,
    audit: control.audit,
    approvals: control.approvals,
    adoptionPlans: control.adoptionPlans,
    scenarios: control.scenarios,
    alerts: control.alerts,
    anomalies: control.anomalies,
    findings: control.findings,
    forecasts: control.forecasts,
    sourceRhythms: control.sourceRhythms,
    imports: control.imports,
    erasures: control.erasures,
    bookedHours: control.bookedHours,
    lakeBudgetSpend: control.lakeBudgetSpend,
    pipeline: control.pipeline,
    catalog: catalogFiles(catalogFolder),
    close: () => resources.dispose(),
  };
}
