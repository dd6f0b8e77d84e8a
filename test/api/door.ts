import { fileURLToPath } from "node:url";
import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Role } from "#core/role.ts";
import type { Instant } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { catalogFiles } from "#server/catalog-files.ts";
import { compose } from "#server/compose.ts";

export const now = Date.parse("2026-11-23T12:00:00Z") as Instant;

export const adminKey = "the-admin-key";

export function event(change: object = {}) {
  return {
    id: "call-1",
    source: "my-service",
    time: "2026-11-23T10:15:00Z",
    provider: "openai",
    model: "gpt-4o",
    meters: { uncached_input_tokens: 1200, text_output_tokens: 120 },
    attribution: { team: "search", feature: "chat", environment: "production", region: "emea", customer_tier: "pro" },
    ...change,
  };
}

export type Failure = "full" | "second" | "bug" | undefined;

/** A ledger that fails as its port says it may, or as it must not. */
function breakable(ledger: Ledger, failure: () => Failure): Ledger {
  return {
    ...ledger,
    async append(entries): Promise<readonly AppendOutcome[]> {
      if (failure() === "bug") throw new Error("a secret detail of the ledger");
      if (failure() === "full") return entries.map(() => ({ status: "unavailable" }));
      if (failure() !== "second") return ledger.append(entries);
      const [first] = await ledger.append(entries.slice(0, 1));
      return entries.map((_, i) => (i === 0 && first ? first : { status: "unavailable" }));
    },
  };
}

export type SentBody = string | Uint8Array | ReadableStream<Uint8Array>;

export interface Sent {
  readonly json?: unknown;
  readonly body?: SentBody;
  readonly headers?: Readonly<Record<string, string>>;
  /** The admin key unless told otherwise; null sends none. */
  readonly key?: string | null;
}

/** The API on the real use cases and stores, in memory; only the lake is empty. */
export async function openDoor(at: Instant = now) {
  let failure: Failure;
  const faults: unknown[] = [];
  const clock = () => at;
  const control = openControl(IN_MEMORY, clock);
  const local = openLedger({ path: IN_MEMORY, clock });
  const spendFile = openSpend(IN_MEMORY);
  const landed: LedgerEntry[] = [];
  const stores = {
    ...control,
    ...spendFile,
    ledger: { ...local, ...breakable(local, () => failure) },
    landing: {
      write: async (_name: string, _at: Instant, rows: readonly { entry: LedgerEntry }[]) => {
        landed.push(...rows.map(({ entry }) => entry));
      },
      purge: async () => {},
    },
    engine: { run: async () => [] },
    catalog: catalogFiles(fileURLToPath(new URL("../../catalog/", import.meta.url))),
    close: () => {},
  };
  const app = compose({ stores, clock, adminKey, demo: false, log: (_, error) => faults.push(error) });

  const send = (method: string, path: string, { json, body, headers, key = adminKey }: Sent = {}) =>
    app.dispatch(
      new Request(`http://door${path}`, {
        method,
        headers: {
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(json !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(body !== undefined && { body, duplex: "half" }),
      }),
    );

  const entries = async () => {
    const all: LedgerEntry[] = [];
    for (const { id } of await local.changes.shards()) {
      all.push(...(await local.changes.read(id, undefined, 10_000)).map(({ entry }) => entry));
    }
    return [...all, ...landed];
  };

  return {
    send,
    alerts: control.alerts,
    forecasts: control.forecasts,
    faults,
    breakLedger: (how: Failure) => {
      failure = how;
    },
    entries,
    /** Before anything is sent: a server keeps what it has read for ten seconds. */
    decide: (changes: Partial<Config>) => control.config.replace(0, { ...INITIAL_CONFIG, ...changes }, []),
    countEntries: async () => (await entries()).length,
    allStored: async () =>
      JSON.stringify(await entries(), (_, value) => (typeof value === "bigint" ? String(value) : value)),
    createKey: async (key: {
      role: Role;
      fixed?: object;
      defaults?: object;
      teams?: readonly string[];
      requests_per_second?: number;
    }): Promise<string> => {
      const reply = await send("POST", "/v1/keys", { json: { name: "test", ...key } });
      return ((await reply.json()) as { key: string }).key;
    },
    [Symbol.asyncDispose]: async () => {
      await app.stop();
      local.close();
      control.close();
      spendFile.close();
    },
  };
}
