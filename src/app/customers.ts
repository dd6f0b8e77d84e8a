import type { LedgerEntry } from "#core/ledger-entry.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import { dayMs, type Instant, type UsageDate } from "#core/time.ts";
import { entryOfRow } from "#lake/event-row.ts";
import type { Caller } from "./caller.ts";
import type { Erasure, Erasures } from "./ports/erasures.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

/** Small hex letters: how the lake's statements name a customer. */
export type Sha256Hex = (text: string) => string;

export interface CustomerDataDeps {
  readonly engine: QueryEngine;
  readonly sha256Hex: Sha256Hex;
}

export interface EraseCustomerDeps {
  readonly erasures: Erasures;
  readonly sha256Hex: Sha256Hex;
  readonly clock: () => Instant;
  /** Letters and digits. */
  readonly newId: () => string;
}

export interface ErasureStatusDeps {
  readonly erasures: Erasures;
  readonly clock: () => Instant;
  /** How long what nobody can rewrite is kept: landed files, old states of tables, backups, results of queries. */
  readonly copiesKeptDays: number;
}

/** A customer's spend of one day, feature and cost class. */
export interface CustomerDay {
  readonly usageDate: UsageDate;
  readonly feature: string;
  readonly costClass: string;
  readonly entries: bigint;
  readonly requests: bigint;
  readonly cost: PicoUsd;
  readonly listCost: PicoUsd;
}

/** Of the statements' pages. */
const rowsPerPage = 1_000;
/** Before any day. */
const earliest = "0001-01-01";

export interface EventPlace {
  readonly usageDate: string;
  readonly key: string;
}

/** The entries of a customer that the lake has, in the order of their days and keys, from behind a place on. */
export const makeCustomerEvents =
  ({ engine, sha256Hex }: CustomerDataDeps) =>
  async (
    customerId: string,
    { usageDate, key }: EventPlace = { usageDate: earliest, key: "" },
  ): Promise<{ readonly entries: readonly LedgerEntry[]; readonly next: EventPlace | undefined }> => {
    const rows = await engine.run("customer_events", {
      parameters: [sha256Hex(customerId), usageDate, usageDate, key],
    });
    const entries = rows.map(entryOfRow);
    const last = entries.at(-1);
    return { entries, next: rows.length < rowsPerPage ? undefined : last };
  };

export interface DayPlace {
  readonly usageDate: string;
  readonly feature: string;
  readonly costClass: string;
}

function usd(row: QueryRow, column: string): PicoUsd {
  const value = parseUsd(String(row[column]));
  if (value === undefined) throw new RangeError(`customer_daily: ${column} is ${row[column]}, want a decimal`);
  return value;
}

function dayOf(row: QueryRow): CustomerDay {
  return {
    usageDate: row.usage_date as UsageDate,
    feature: String(row.feature),
    costClass: String(row.cost_class),
    entries: BigInt(String(row.entries)),
    requests: BigInt(String(row.requests)),
    cost: usd(row, "cost"),
    listCost: usd(row, "list_cost"),
  };
}

/** What is summed of a customer, in the order of days, features and cost classes, from behind a place on. */
export const makeCustomerDays =
  ({ engine, sha256Hex }: CustomerDataDeps) =>
  async (
    customerId: string,
    { usageDate, feature, costClass }: DayPlace = { usageDate: earliest, feature: "", costClass: "" },
  ): Promise<{ readonly days: readonly CustomerDay[]; readonly next: DayPlace | undefined }> => {
    const rows = await engine.run("customer_days", {
      parameters: [sha256Hex(customerId), usageDate, usageDate, feature, feature, costClass],
    });
    const days = rows.map(dayOf);
    return { days, next: rows.length < rowsPerPage ? undefined : days.at(-1) };
  };

/**
 * Orders a customer to be erased: the pipeline does it. What they cost stays, under `erased`; who they were goes. Events
 * that come after this moment are a new customer's, even under the same name.
 */
export const makeEraseCustomer =
  ({ erasures, sha256Hex, clock, newId }: EraseCustomerDeps) =>
  async (customerId: string, reason: string, { keyId }: Caller): Promise<Erasure> => {
    const erasure: Erasure = {
      id: `era_${newId()}`,
      customerHash: sha256Hex(customerId),
      requestedAt: clock(),
      requestedBy: keyId,
      reason,
      cleanedAt: null,
    };
    await erasures.add(erasure);
    return erasure;
  };

export interface ErasureStatus extends Erasure {
  /**
   * `erasing`: the pipeline is at it. `expiring`: no table and no ledger item names the customer, copies that nobody can
   * rewrite still may. `done`: those are gone too.
   */
  readonly status: "erasing" | "expiring" | "done";
  /** When the last copy is gone; null while nobody can tell. */
  readonly goneBy: Instant | null;
}

export const makeErasureStatus =
  ({ erasures, clock, copiesKeptDays }: ErasureStatusDeps) =>
  async (id: string): Promise<ErasureStatus | undefined> => {
    const erasure = await erasures.get(id);
    if (erasure === undefined) return undefined;
    if (erasure.cleanedAt === null) return { ...erasure, status: "erasing", goneBy: null };
    const goneBy = (erasure.cleanedAt + copiesKeptDays * dayMs) as Instant;
    return { ...erasure, status: clock() < goneBy ? "expiring" : "done", goneBy };
  };
