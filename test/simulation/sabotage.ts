import { readFileSync } from "node:fs";
import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import type { SpendStore } from "#app/ports/spend.ts";
import { renderStatement } from "#lake/statement.ts";
import type { DuckdbEngine } from "#local/duckdb-engine.ts";
import { Crash, type Life, perhapsFail } from "./faults.ts";

/** A bug planted in one part. The simulation must find it. */
export interface Sabotage {
  readonly ledger?: (ledger: Ledger, life: Life) => Ledger;
  readonly spend?: (spend: SpendStore, life: Life) => SpendStore;
  readonly engine?: (engine: DuckdbEngine) => QueryEngine;
}

/** Answers `accepted` at once and writes a little later: what a crash catches in between is lost. */
const acknowledgeBeforeWrite: Sabotage = {
  ledger: (ledger, life) => {
    let waiting: Parameters<Ledger["append"]>[0] = [];
    const write = async () => {
      if (!life.alive()) throw new Crash("ledger");
      const entries = waiting;
      waiting = [];
      await ledger.append(entries);
    };
    return {
      append: async (entries) => {
        await write();
        const known = await ledger.read(entries.map(({ key }) => key));
        waiting = entries.filter(({ key }) => !known.has(key));
        setImmediate(() => write().catch(() => undefined));
        return entries.map((entry): AppendOutcome => {
          const existing = known.get(entry.key);
          if (!existing) return { status: "accepted" };
          return { status: existing.contentHash === entry.contentHash ? "duplicate" : "conflict", existing };
        });
      },
      appendTogether: (entries) => write().then(() => ledger.appendTogether(entries)),
      read: (keys) => write().then(() => ledger.read(keys)),
    };
  },
};

/** Adds whatever is delivered, as if no position had been kept. */
const noMark: Sabotage = {
  spend: (spend) => {
    let postings = 0;
    return {
      ...spend,
      mark: async () => undefined,
      post: (posting) => spend.post({ ...posting, shard: `${posting.shard}/${postings++}`, expectedMark: undefined }),
    };
  },
};

/** Adds the sums, then moves the mark: two transactions where there must be one. */
const markOutsideTheTransaction: Sabotage = {
  spend: (spend, life) => {
    let postings = 0;
    return {
      ...spend,
      post: async (posting) => {
        if ((await spend.mark(posting.shard)) !== posting.expectedMark) return "stale";
        await spend.post({ ...posting, shard: `${posting.shard}/${postings++}`, expectedMark: undefined });
        perhapsFail(life, "spend");
        return spend.post({ ...posting, cells: [], touchedClosedDays: [] });
      },
    };
  },
};

/** Takes every landed row of a key that the lake does not have yet. */
const mergeWithoutDedupe: Sabotage = {
  engine: (engine) => ({
    run: async (statement, options) => {
      if (statement !== "merge_usage_events") return engine.run(statement, options);
      const sql = readFileSync(new URL("../../sql/merge_usage_events.sql", import.meta.url), "utf8");
      const broken = sql.replace("where place = 1", "");
      if (broken === sql) throw new Error("merge_usage_events.sql has no dedupe to take out");
      await engine.connection.run(renderStatement(statement, broken, options?.substitutions ?? {}));
      return [];
    },
  }),
};

/** Repairs a day whose changes may still come. */
const repairWithoutPendingCheck: Sabotage = {
  engine: (engine) => ({
    run: async (statement, options) => (statement === "shard_positions" ? [] : engine.run(statement, options)),
  }),
};

export const sabotages: Readonly<Record<string, Sabotage>> = {
  "acknowledge before the write": acknowledgeBeforeWrite,
  "no mark": noMark,
  "mark outside the transaction": markOutsideTheTransaction,
  "merge without dedupe": mergeWithoutDedupe,
  "repair without the pending check": repairWithoutPendingCheck,
};
