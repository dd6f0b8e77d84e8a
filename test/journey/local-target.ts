import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { ownServer, startServer } from "../../scripts/embedded-server.ts";
import type { LakeRows } from "./lake-rows.ts";
import { lakeQueries } from "./lake-rows.ts";
import type { Target } from "./target.ts";

const adminKey = "journey-admin-key-0123456789abcdef";

export interface LocalTarget extends Target, AsyncDisposable {
  runPipeline(): Promise<void>;
  /** Ends the server, which holds the file, and reads its lake. */
  stopAndReadLake(): Promise<LakeRows>;
}

async function readLake(folder: string): Promise<LakeRows> {
  const instance = await DuckDBInstance.create(join(folder, "data", "lake.duckdb"), { access_mode: "READ_ONLY" });
  try {
    const connection = await instance.connect();
    const rows: Record<string, string[]> = {};
    for (const [name, sql] of Object.entries(lakeQueries)) {
      const reader = await connection.runAndReadAll(sql);
      rows[name] = reader
        .getRows()
        .map((row) => row.map((value) => value ?? "").join("|"))
        .sort();
    }
    connection.closeSync();
    return rows;
  } finally {
    instance.closeSync();
  }
}

/** The embedded server of this checkout on a folder of its own. */
export async function openLocalTarget(): Promise<LocalTarget> {
  const folder = mkdtempSync(join(tmpdir(), "journey-"));
  const server = await startServer(ownServer(folder, adminKey));
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= server.stop();
    return stopping;
  };
  const call: Target["call"] = (path, sending) => fetch(server.baseUrl + path, sending as RequestInit);
  return {
    ...{ name: "local mode", adminKey, call },
    runPipeline: async () => {
      const headers = { authorization: `Bearer ${adminKey}` };
      const reply = await call("/v1/pipeline/runs", { method: "POST", headers });
      const run = JSON.parse(await reply.text());
      if (!["succeeded", "skipped"].includes(run.status))
        throw new Error(`local mode: the pipeline ended with ${JSON.stringify(run)}`);
    },
    stopAndReadLake: async () => {
      await stop();
      return readLake(folder);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
