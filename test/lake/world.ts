import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { makeRunPipeline, type PipelineDeps } from "#app/run-pipeline.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { cellsOf } from "#core/spend-cell.ts";
import { dayMs, type Instant, startOfDay } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { noFindings } from "../fakes/no-findings.ts";
import { untold } from "../fakes/untold.ts";
import { at } from "./entries.ts";
import { type MemoryLake, openMemoryLake } from "./memory-lake.ts";

export interface Delivered {
  readonly file?: string;
  readonly importId?: string;
  /** False: the spend cells never hear of it. */
  readonly cells?: boolean;
  /** False: it never lands. */
  readonly landed?: boolean;
  /** The sequence of the first entry; the next ones count on. */
  readonly sequence?: number;
}

/**
 * A pipeline with everything it works on, in memory, its clock at 2026-11-22T12:00Z.
 * @param shared a lake to empty and use, which stays open: cheaper than one of its own
 */
export async function openWorld(shared?: MemoryLake) {
  const lake = shared ?? (await openMemoryLake());
  await lake.reset();
  const control = openControl(IN_MEMORY, () => now);
  const spendFile = openSpend(IN_MEMORY);
  let now = at("2026-11-22T12:00:00Z");
  const ledger = openLedger({ path: IN_MEMORY, clock: () => now });
  let posted = 0;
  let ids = 0;
  const notes: { subject: string; text: string }[] = [];
  const judge = makeJudgeAlerts({ alerts: control.alerts, clock: () => now });
  const deps: PipelineDeps = {
    engine: lake.engine,
    state: control.pipeline,
    spend: spendFile.spend,
    closedDays: spendFile.closedDays,
    imports: control.imports,
    erasures: control.erasures,
    ledger,
    ledgerErasure: ledger.erasure,
    clock: () => now,
    newId: () => `run-${++ids}`,
    ...untold,
    judgeAlerts: async (evaluated) => {
      const written = await judge(evaluated);
      for (const { event, title, facts } of written) {
        if (event !== "resolved") notes.push({ subject: title, text: facts.map(({ value }) => value).join("\n") });
      }
      return written;
    },
    findings: noFindings,
    leaseTtlMs: 30 * 60_000,
    holder: "test",
  };
  return {
    ...lake,
    ...spendFile,
    imports: control.imports,
    erasures: control.erasures,
    keys: control.keys,
    config: control.config,
    audit: control.audit,
    findings: control.findings,
    alerts: control.alerts,
    anomalies: control.anomalies,
    forecasts: control.forecasts,
    sourceRhythms: control.sourceRhythms,
    ledger,
    state: control.pipeline,
    deps,
    /** What people were told, oldest first. */
    notes,
    run: makeRunPipeline(deps),
    now: () => now,
    wait(ms: number) {
      now = (now + ms) as Instant;
    },
    /** Posts the entries to the spend cells and lands them as one file. */
    async deliver(entries: readonly LedgerEntry[], options: Delivered = {}) {
      const { file = `file-${posted}`, importId = "", cells = true, landed = true, sequence = posted * 1000 } = options;
      if (cells) {
        const touched = new Set(entries.map(({ usageDate }) => usageDate));
        await spendFile.spend.post({
          shard: `shard-${posted}`,
          expectedMark: undefined,
          nextMark: "1".padStart(40, "0"),
          cells: cellsOf(entries),
          touchedClosedDays: [...touched].filter((date) => startOfDay(date) + 2 * dayMs <= now),
        });
      }
      posted += 1;
      if (!landed) return;
      const shard = importId === "" ? "shard" : importId;
      await lake.landing.write(
        file,
        now,
        entries.map((one, i) => ({ entry: one, shard, sequence: String(sequence + i), importId })),
      );
    },
    async query(sql: string) {
      return (await lake.engine.connection.runAndReadAll(sql)).getRowsJson();
    },
    async [Symbol.asyncDispose]() {
      control.close();
      spendFile.close();
      ledger.close();
      if (shared === undefined) await lake[Symbol.asyncDispose]();
    },
  };
}
