import type { SpendTotal } from "#app/cost-report.ts";
import { formatUsd } from "#core/money.ts";

export function spendCount({ entries, requests, cost }: SpendTotal) {
  return { entries: Number(entries), requests: Number(requests), cost_usd: formatUsd(cost) };
}
