// A pipeline run over so many landed events that no run has read yet, one in twenty delivered twice, with DuckDB's memory
// bounded; then the first run of the next day, which reads all of it again and finds nothing new.
// The landing is written by DuckDB in a process of its own (see landing-data.ts); each size runs in one of its own, too,
// so that its peak memory is its own. There are no spend cells: the check of the cells finds every day different.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { dayMs, type Instant } from "#core/time.ts";
import { openDuckdbEngine } from "#local/duckdb-engine.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { openParquetLanding } from "#local/parquet-landing.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { figure } from "./figure.ts";
import { makeLanding } from "./landing-data.ts";

const memoryLimit = "1GB";
const threads = 2;

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean" },
    make: { type: "string" },
    run: { type: "string" },
    folder: { type: "string" },
  },
});

async function make(folder: string, events: number): Promise<void> {
  await openParquetLanding(join(folder, "landing"));
  await makeLanding(join(folder, "landing"), events);
}

async function run(folder: string, events: number): Promise<void> {
  const engine = await openDuckdbEngine({
    path: join(folder, "lake.duckdb"),
    landing: {
      folder: join(folder, "landing"),
      onUnreadable(file, fault) {
        throw new Error(`${file} is damaged`, { cause: fault });
      },
    },
    memoryLimit,
    threads,
    spillFolder: join(folder, "spill"),
  });
  const control = openControl(IN_MEMORY, () => now);
  const { spend, closedDays, close } = openSpend(IN_MEMORY);
  let now = Date.parse("2026-11-20T11:00:00Z") as Instant;
  let runs = 0;
  const pipeline = makeRunPipeline({
    engine,
    state: control.pipeline,
    spend,
    closedDays,
    imports: control.imports,
    erasures: control.erasures,
    ledger: { read: async () => new Map() },
    ledgerErasure: { replace: async () => {} },
    clock: () => now,
    newId: () => `run-${++runs}`,
    judgeAlerts: async () => [],
    findings: { ofDays: async () => undefined, ofSilence: async () => undefined },
    measureBudgets: async () => undefined,
    makeForecasts: async () => undefined,
    findAnomalies: async () => undefined,
    sendSummaries: async () => undefined,
    leaseTtlMs: dayMs,
    holder: "bench",
  });
  const name = `${(events / 1e6).toLocaleString("en-US")} M events`;
  for (const [what, wanted] of [
    ["first run", events === 1_000_000 ? "≤ 10" : ""],
    ["the next day's first run, nothing new", ""],
  ] as const) {
    const startedAt = performance.now();
    const record = await pipeline();
    if (record.status !== "succeeded") throw new Error(`the run ${record.status}: ${record.error}`);
    figure(`${name}: ${what}, ${record.days.length} days`, (performance.now() - startedAt) / 1000, "s", wanted);
    now = (now + dayMs) as Instant;
  }
  figure(
    `${name}: peak memory of the process, DuckDB's limit ${memoryLimit}`,
    process.resourceUsage().maxRSS / 1024,
    "MiB",
  );
  const [row] = await engine.run("landed_days", { substitutions: { from_hour: "2000-01-01-00" } });
  if (row === undefined) throw new Error("nothing was merged");
  engine.close();
  control.close();
  close();
}

function inItsOwnProcess(...args: readonly string[]): void {
  const node = [...process.execArgv, import.meta.filename, ...args];
  const { status, signal } = spawnSync(process.execPath, node, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${signal ?? `exit ${status}`}`);
}

if (values.folder !== undefined && values.make !== undefined) await make(values.folder, Number(values.make));
else if (values.folder !== undefined && values.run !== undefined) await run(values.folder, Number(values.run));
else {
  for (const events of values.smoke ? [10_000] : [1_000_000, 10_000_000]) {
    const folder = mkdtempSync(join(tmpdir(), "bench-pipeline-"));
    try {
      inItsOwnProcess("--folder", folder, "--make", String(events));
      inItsOwnProcess("--folder", folder, "--run", String(events));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
