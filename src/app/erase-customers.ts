import { namesCustomer, withoutCustomer } from "#core/erasure.ts";
import { dayMs, formatInstant, hourMs, type Instant, type UsageDate } from "#core/time.ts";
import type { Erasure, Erasures } from "./ports/erasures.ts";
import type { Ledger } from "./ports/ledger.ts";
import type { LedgerErasure } from "./ports/ledger-erasure.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import type { RunState } from "./run-state.ts";

export interface EraseDeps {
  readonly engine: QueryEngine;
  readonly erasures: Erasures;
  readonly ledger: Pick<Ledger, "read">;
  readonly ledgerErasure: LedgerErasure;
  readonly clock: () => Instant;
}

/** What was received before an erasure is in the lake so much later, unless its consumer is down. */
const settleMs = hourMs;
/** The ledger keeps an entry for 35 days, and DynamoDB may take some hours more to delete it. */
const ledgerKeptMs = 37 * dayMs;
/** Of 10,000 keys. */
const pagesMax = 10_000;
const keysAtOnce = 1_000;

/**
 * Whether a run has erasing to do. The first one of a day looks at all erasures there ever were: a table restored from
 * before one of them forgets the customer again.
 */
export function erasesInRun(erasures: readonly Erasure[], nightly: boolean): boolean {
  return erasures.some(({ cleanedAt }) => nightly || cleanedAt === null);
}

/** As `cast(? as timestamp(6))` takes it. */
const timestamp = (at: Instant) => formatInstant(at).replace("T", " ").replace("Z", "");

/** Lets the merge know of the erasures: what it takes in from now on comes without their customers. */
export async function publishErasures({ engine, erasures }: EraseDeps): Promise<void> {
  const published = new Set((await engine.run("published_erasures")).map((row) => row.erasure_id));
  for (const { id, customerHash, requestedAt } of await erasures.list()) {
    if (published.has(id)) continue;
    await engine.run("insert_erasure", { parameters: [id, customerHash, timestamp(requestedAt)] });
  }
}

/** The days whose entries or sums still name an erased customer. */
export async function readErasureDays(engine: QueryEngine): Promise<UsageDate[]> {
  return (await engine.run("erasure_days")).map((row) => row.usage_date as UsageDate);
}

/** The entries that have forgotten their customer in the lake forget them in the ledger too. */
async function eraseLedger({ engine, ledger, ledgerErasure }: EraseDeps, receivedSince: Instant): Promise<void> {
  let after = "";
  for (let page = 0; page < pagesMax; page++) {
    const rows = await engine.run("erased_keys", { parameters: [timestamp(receivedSince), after] });
    const keys = rows.map(({ key }) => String(key));
    const last = keys.at(-1);
    if (last === undefined) return;
    for (let i = 0; i < keys.length; i += keysAtOnce) {
      const kept = await ledger.read(keys.slice(i, i + keysAtOnce));
      const named = [...kept.values()].filter(namesCustomer);
      if (named.length > 0) await ledgerErasure.replace(named.map(withoutCustomer));
    }
    after = last;
  }
  throw new Error(`more than ${pagesMax} pages of erased entries`);
}

/**
 * Erases in the ledger what the lake has erased. An erasure is cleaned when a run that began well after it finds no day
 * that names the customer: until then every run looks again.
 */
export async function finishErasures(deps: EraseDeps, { startedAt }: Pick<RunState, "startedAt">): Promise<void> {
  const all = await deps.erasures.list();
  const recent = (startedAt - ledgerKeptMs) as Instant;
  if (all.some(({ requestedAt, cleanedAt }) => cleanedAt === null || requestedAt >= recent)) {
    await eraseLedger(deps, recent);
  }
  if ((await readErasureDays(deps.engine)).length > 0) return;
  for (const { id, requestedAt, cleanedAt } of all) {
    if (cleanedAt === null && startedAt >= requestedAt + settleMs) await deps.erasures.setCleaned(id, deps.clock());
  }
}
