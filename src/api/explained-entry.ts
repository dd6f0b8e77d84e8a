import type { ExplainedEntry } from "#contract/explanations.ts";
import type { AttributionTrace } from "#core/attribution.ts";
import type { Charge, LedgerEntry } from "#core/ledger-entry.ts";
import { formatUnitPrice, formatUsd, type PicoUsd } from "#core/money.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { listPriceSource } from "#core/price-source.ts";
import { formatInstant } from "#core/time.ts";

export type Catalog = (provider: string) => CatalogFile | undefined;

export function usdOrNull(amount: PicoUsd | null): string | null {
  return amount === null ? null : formatUsd(amount);
}

/** An entry of the ledger as a person reads it. */
export function explainedEntry(entry: LedgerEntry, catalog: Catalog): ExplainedEntry {
  const { adjustment } = entry;
  const file = catalog(entry.provider);
  return {
    kind: adjustment?.part ?? "usage",
    time: formatInstant(entry.time),
    usage_date: entry.usageDate,
    booked_month: entry.bookedMonth,
    received_at: formatInstant(entry.receivedAt),
    key_id: entry.keyId,
    provider: entry.provider,
    model: entry.model,
    requested_model: entry.requestedModel,
    service_tier: entry.serviceTier,
    speed: entry.speed,
    ...(entry.servingLocation !== undefined && { serving_location: entry.servingLocation }),
    requests: entry.requests,
    quantities: { ...entry.quantities },
    attribution: { ...entry.attribution },
    ...explainedTrace(entry.trace),
    cost_class: entry.costClass,
    policy_status: entry.policyStatus,
    tags: { ...entry.tags },
    ...(entry.responseId !== undefined && { response_id: entry.responseId }),
    price_status: entry.priceStatus,
    price_version: entry.priceVersion,
    charges: entry.charges.map((charge) => explainedCharge(charge, file && listPriceSource(file, entry, charge))),
    cost_usd: usdOrNull(entry.cost),
    list_cost_usd: usdOrNull(entry.listCost),
    ...(entry.senderCost !== undefined && { sender_cost_usd: formatUsd(entry.senderCost) }),
    ...(adjustment && {
      adjustment: {
        number: adjustment.number,
        request_id: adjustment.requestId,
        reason: adjustment.reason,
        by: adjustment.by,
      },
    }),
  };
}

function explainedTrace(trace: AttributionTrace = {}): Pick<ExplainedEntry, "attribution_trace"> {
  const { filledBy, overridden, aliased, unregistered, policy, coveredBy } = trace;
  const shown = {
    ...(filledBy && { filled_by: { ...filledBy } }),
    ...(overridden && { overridden: { ...overridden } }),
    ...(aliased && { aliased: { ...aliased } }),
    ...(unregistered && { unregistered: { ...unregistered } }),
    ...(policy !== undefined && { policy }),
    ...(coveredBy !== undefined && { covered_by: coveredBy }),
  };
  return Object.keys(shown).length === 0 ? {} : { attribution_trace: shown };
}

function explainedCharge(charge: Charge, source: string | undefined): ExplainedEntry["charges"][number] {
  return {
    meter: charge.meter,
    quantity: charge.quantity,
    usd_per_million: formatUnitPrice(charge.unitPrice),
    list_usd_per_million: formatUnitPrice(charge.listUnitPrice),
    list_price_source: source ?? null,
    cost_usd: formatUsd(charge.cost),
    list_cost_usd: formatUsd(charge.listCost),
    estimated: charge.estimated,
    disputed: charge.disputed,
  };
}
