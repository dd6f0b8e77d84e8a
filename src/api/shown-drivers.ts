import type { Baseline, BaselineSegment } from "#app/plan-months.ts";
import type { WireDrivers } from "#contract/drivers.ts";
import { adoptionKey } from "#core/adoption-plan.ts";
import type { Drivers } from "#core/drivers/plan-state.ts";
import { segmentKey, sumOver, tokensOf, type UsageLine } from "#core/drivers/segment.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { decimalOf } from "#core/ratio.ts";

const picoPerUsd = 10n ** 12n;
const million = 1_000_000n;

export function shownDrivers({ activeCustomers, requests, tokens, cost }: Drivers): WireDrivers {
  return {
    active_customers: activeCustomers === null ? null : Number(activeCustomers),
    requests: Number(requests),
    requests_per_customer: activeCustomers === null ? null : decimalOf(requests, activeCustomers),
    tokens_per_request: tokens > 0n ? decimalOf(tokens, requests) : null,
    usd_per_million_tokens: decimalOf(cost * million, tokens * picoPerUsd),
    usd_per_request: decimalOf(cost, requests * picoPerUsd),
    cost_usd: formatUsd(cost),
  };
}

/** The drivers of the reference days, as booked. */
export function referenceDrivers({ usage: { lines, activeCustomers } }: BaselineSegment): Drivers {
  return {
    activeCustomers: activeCustomers > 0n ? activeCustomers : null,
    requests: sumOver(lines, ({ requests }) => requests),
    tokens: sumOver(lines, tokensOf),
    cost: sumOver(lines, ({ cost }) => cost) as PicoUsd,
  };
}

export function shownLine(line: UsageLine) {
  const { region, provider, model, serviceTier, requests, unpricedRequests, quantities, cost } = line;
  const meters = Object.fromEntries(Object.entries(quantities).map(([meter, quantity]) => [meter, Number(quantity)]));
  return {
    ...{ region, provider, model, service_tier: serviceTier, requests: Number(requests) },
    unpriced_requests: Number(unpricedRequests),
    usd_per_million_tokens: decimalOf(cost * million, tokensOf(line) * picoPerUsd),
    cost_usd: formatUsd(cost),
    ...meters,
  };
}

/** Where each month of a segment takes its customers from; of one that was launched, from the scenario alone. */
export function driverMonths({ segments, planOf }: Baseline) {
  const known = new Map(segments.map((segment) => [segmentKey(segment.usage), segment]));
  return (segment: Pick<BaselineSegment["usage"], "feature" | "costClass">, month: string) => {
    const found = known.get(segmentKey(segment))?.months.find((one) => one.month === month);
    const fromUsage = found === undefined || found.activeCustomers === null ? "none" : "usage";
    const isPlanned = fromUsage === "usage" && planOf.has(adoptionKey(segment.feature, month));
    return { month, customers_from: isPlanned ? "plan" : fromUsage, confidence: found?.confidence ?? "low" } as const;
  };
}
