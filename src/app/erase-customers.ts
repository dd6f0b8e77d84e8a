import { namesCustomer, withoutCustomer } from "#core/erasure.ts";
import { earliestLiveDate } from "#core/event-window.ts";
import { dayMs, hourMs, type Instant, type UsageDate } from "#core/time.ts";
import { sqlTimestamp } from "#lake/sql-timestamp.ts";
import type { Erasure, Erasures, LedgerSweep } from "./ports/erasures.ts";
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
const ledgerKeptDays = 37;
const ordersAtOnce = 100;
const keysAtOnce = 1_000;
/** A run goes through the ledger for so long, and the next one goes on: one step of a run may take 14 minutes on AWS. */
const sweepMs = 5 * 60_000;
/** Of 10,000 keys: far more than a run can do. */
const pagesMax = 10_000;
/** Before any day. */
const earliest = "0001-01-01" as UsageDate;

/**
 * Whether a run has erasing to do. The first one of a day looks at all erasures there ever were: a table restored from
 * before one of them forgets the customer again.
 */
export function erasesInRun(erasures: readonly Erasure[], nightly: boolean): boolean {
  return erasures.some(({ cleanedAt }) => nightly || cleanedAt === null);
}

/** Lets the merge know of the erasures: what it takes in from now on comes without their customers. */
export async function publishErasures({ engine, erasures }: EraseDeps): Promise<void> {
  const published = new Set((await engine.run("published_erasures")).map((row) => row.erasure_id));
  const orders = (await erasures.list())
    .filter(({ id }) => !published.has(id))
    .map(({ id, customerHash, requestedAt }) => `${id} ${customerHash} ${sqlTimestamp(requestedAt)}`);
  for (let i = 0; i < orders.length; i += ordersAtOnce) {
    await engine.run("insert_erasure", { substitutions: { orders: orders.slice(i, i + ordersAtOnce) } });
  }
}

/** The days whose entries or sums still name an erased customer. */
export async function readErasureDays(engine: QueryEngine): Promise<UsageDate[]> {
  return (await engine.run("erasure_days")).map((row) => row.usage_date as UsageDate);
}

/** The next entries, in the order of their days and keys, that have forgotten their customer in the lake. */
async function readPage({ engine }: EraseDeps, now: Instant, { usageDate, key }: LedgerSweep) {
  const receivedFrom = (now - ledgerKeptDays * dayMs) as Instant;
  const substitutions = {
    received_from: sqlTimestamp(receivedFrom),
    first_day: earliestLiveDate(receivedFrom),
    after_day: usageDate,
  };
  return engine.run("erased_keys", { parameters: [key, key], substitutions });
}

/** They forget them in the ledger too. */
async function erasePage({ ledger, ledgerErasure }: EraseDeps, keys: readonly string[]): Promise<void> {
  for (let i = 0; i < keys.length; i += keysAtOnce) {
    const kept = await ledger.read(keys.slice(i, i + keysAtOnce));
    const named = [...kept.values()].filter(namesCustomer);
    if (named.length > 0) await ledgerErasure.replace(named.map(withoutCustomer));
  }
}

/**
 * Goes on with a sweep of the ledger, or begins one, for as long as a run may take for it. Where it has come to is kept
 * with the erasure that it is for.
 * @returns when the sweep began, once it has come to its end
 */
async function sweepLedger(deps: EraseDeps, id: string, startedAt: Instant): Promise<Instant | undefined> {
  const { erasures, clock } = deps;
  let sweep: LedgerSweep = (await erasures.sweep(id)) ?? { startedAt, usageDate: earliest, key: "" };
  const until = clock() + sweepMs;
  for (let page = 0; page < pagesMax && clock() < until; page++) {
    const rows = await readPage(deps, startedAt, sweep);
    const last = rows.at(-1);
    if (last === undefined) return sweep.startedAt;
    const keys = rows.map(({ key }) => String(key));
    await erasePage(deps, keys);
    sweep = { startedAt: sweep.startedAt, usageDate: last.usage_date as UsageDate, key: String(last.key) };
    await erasures.setSweep(id, sweep);
  }
  return undefined;
}

/**
 * Erases in the ledger what the lake has erased, over as many runs as it takes. A sweep covers all erasures, and is kept
 * with the oldest one that is not cleaned; where all are, with the newest one that the ledger is old enough to know: a
 * restored ledger knows its customer again. An erasure is cleaned when a sweep that began well after it has ended, and no
 * day names the customer: until then every run goes on.
 */
export async function finishErasures(deps: EraseDeps, { startedAt }: Pick<RunState, "startedAt">): Promise<void> {
  const { engine, erasures, clock } = deps;
  const all = await erasures.list();
  const waiting = all.filter(({ cleanedAt }) => cleanedAt === null);
  const known = startedAt - ledgerKeptDays * dayMs;
  const lead = waiting[0] ?? all.findLast(({ requestedAt }) => requestedAt >= known);
  if (lead === undefined) return;
  // What a later run erases there may stand before the place that a sweep has come to.
  if ((await readErasureDays(engine)).length > 0) return erasures.setSweep(lead.id, undefined);
  const sweptSince = await sweepLedger(deps, lead.id, startedAt);
  if (sweptSince === undefined) return;
  for (const { id, requestedAt } of waiting) {
    if (sweptSince >= requestedAt + settleMs) await erasures.setCleaned(id, clock());
  }
  await erasures.setSweep(lead.id, undefined);
}
