import { makeLakeEvents } from "#app/find-events.ts";
import { openDuckdbEngine } from "#local/duckdb-engine.ts";
import { openParquetLanding } from "#local/parquet-landing.ts";
import { openMemoryLake } from "../lake/memory-lake.ts";
import { tempFolder } from "../local/temp-folder.ts";
import { lakeContract } from "./lake.contract.ts";

lakeContract("Parquet files and DuckDB", async () => {
  const folder = tempFolder();
  const landingFolder = folder.file("landing");
  const landing = await openParquetLanding(landingFolder);
  const path = folder.file("lake.duckdb");
  const spillFolder = folder.file("spill");
  const engine = await openDuckdbEngine({
    ...{
      path,
      landing: { folder: landingFolder, onUnreadable: () => {} },
      memoryLimit: "500MB",
      threads: 1,
      spillFolder,
    },
  });
  return {
    landing,
    engine,
    lakeEvents: makeLakeEvents({ engine }),
    async [Symbol.asyncDispose]() {
      engine.close();
      folder[Symbol.dispose]();
    },
  };
});

lakeContract("the lake in memory that the simulation stands on", async () => {
  const lake = await openMemoryLake();
  return {
    landing: lake.landing,
    engine: lake.engine,
    lakeEvents: makeLakeEvents(lake),
    [Symbol.asyncDispose]: () => lake[Symbol.asyncDispose](),
  };
});
