import type { Caller } from "#app/caller.ts";
import type {
  CustomerDay,
  ErasureStatus,
  makeCustomerDays,
  makeCustomerEvents,
  makeEraseCustomer,
  makeErasureStatus,
} from "#app/customers.ts";
import type { CustomerEvent } from "#contract/customers.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { formatUsd } from "#core/money.ts";
import { formatInstant } from "#core/time.ts";
import { explainedEntry } from "./explained-entry.ts";
import { problemOf } from "./refusal.ts";

export interface CustomersDeps {
  readonly customerEvents: ReturnType<typeof makeCustomerEvents>;
  readonly customerDays: ReturnType<typeof makeCustomerDays>;
  readonly eraseCustomer: ReturnType<typeof makeEraseCustomer>;
  readonly erasureStatus: ReturnType<typeof makeErasureStatus>;
}

/** Where a price comes from is no data of a customer. */
const noCatalog = () => undefined;

function wireEvent(entry: LedgerEntry): CustomerEvent {
  const { charges, ...explained } = explainedEntry(entry, noCatalog);
  return {
    ...{ source: entry.source, id: entry.id, ...explained },
    charges: charges.map(({ list_price_source: _, ...charge }) => charge),
  };
}

function wireDay(day: CustomerDay) {
  return {
    usage_date: day.usageDate,
    feature: day.feature,
    cost_class: day.costClass,
    entries: Number(day.entries),
    requests: Number(day.requests),
    cost_usd: formatUsd(day.cost),
    list_cost_usd: formatUsd(day.listCost),
  };
}

function wireErasure({ id, requestedAt, requestedBy, reason, status, cleanedAt, goneBy }: ErasureStatus) {
  return {
    id,
    requested_at: formatInstant(requestedAt),
    requested_by: requestedBy,
    reason,
    status,
    cleaned_at: cleanedAt === null ? null : formatInstant(cleanedAt),
    gone_by: goneBy === null ? null : formatInstant(goneBy),
  };
}

export const makeCustomerEventsHandler =
  ({ customerEvents }: CustomersDeps): Handlers<Routes, Caller>["customerEvents"] =>
  async ({ query: { customer_id, cursor } }) => {
    const after = cursor && { usageDate: cursor[0], key: cursor[1] };
    const { entries, next } = await customerEvents(customer_id, after);
    const next_cursor = next === undefined ? null : JSON.stringify([next.usageDate, next.key]);
    return { status: 200, body: { events: entries.map(wireEvent), next_cursor } };
  };

export const makeCustomerDaysHandler =
  ({ customerDays }: CustomersDeps): Handlers<Routes, Caller>["customerDays"] =>
  async ({ query: { customer_id, cursor } }) => {
    const after = cursor && { usageDate: cursor[0], feature: cursor[1], costClass: cursor[2] };
    const { days, next } = await customerDays(customer_id, after);
    const next_cursor = next === undefined ? null : JSON.stringify([next.usageDate, next.feature, next.costClass]);
    return { status: 200, body: { days: days.map(wireDay), next_cursor } };
  };

export const makeEraseCustomerHandler =
  ({ eraseCustomer }: CustomersDeps): Handlers<Routes, Caller>["eraseCustomer"] =>
  async ({ query: { customer_id, reason } }, caller) => {
    const erasure = await eraseCustomer(customer_id, reason, caller);
    return { status: 202, body: wireErasure({ ...erasure, status: "erasing", goneBy: null }) };
  };

export const makeReadErasureHandler =
  ({ erasureStatus }: CustomersDeps): Handlers<Routes, Caller>["readErasure"] =>
  async ({ params: { id } }) => {
    const erasure = await erasureStatus(id);
    if (erasure !== undefined) return { status: 200, body: wireErasure(erasure) };
    return { status: 404, body: problemOf({ code: "not_found", message: `There is no erasure ${id}.` }) };
  };
