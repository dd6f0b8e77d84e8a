import type { Finding } from "#core/finding.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import { type CostReportRow, type makeCostReport, spendTotalOf } from "./cost-report.ts";

/** Null where all of it is unpriced. */
function costOf(rows: readonly CostReportRow[]): PicoUsd | null {
  const { cost } = spendTotalOf(rows);
  const isUnpriced = rows.some(({ dimensions, sums }) => dimensions.price_status === "unpriced" && sums.requests > 0n);
  return cost === 0n && isUnpriced ? null : cost;
}

/** Models that policies forbid and that were used on one of these days. */
export async function findUnapproved(
  costReport: ReturnType<typeof makeCostReport>,
  dates: readonly UsageDate[],
): Promise<readonly Finding[]> {
  const [from, to] = [dates[0], dates.at(-1)];
  if (from === undefined || to === undefined) return [];
  const { rows } = await costReport({
    from,
    to,
    granularity: "daily",
    groupBy: ["provider", "model", "environment", "team", "price_status"],
    filters: { policy_status: ["unapproved"] },
  });
  const days = new Set<string>(dates);
  const bySubject = Map.groupBy(rows, ({ date, dimensions: { provider, model, environment, team } }) =>
    JSON.stringify([date, `${provider} ${model} in ${environment} by ${team}`, team]),
  );
  return [...bySubject].flatMap(([key, ofSubject]): Finding[] => {
    const [date, subject, team] = JSON.parse(key) as [UsageDate, string, string];
    const { requests } = spendTotalOf(ofSubject);
    if (!days.has(date) || requests <= 0n) return [];
    const cost = costOf(ofSubject);
    const used = cost === null ? "was used, of unknown cost," : `cost ${formatUsd(cost)} USD`;
    return [
      {
        id: `unapproved_model/${date}/${subject}`,
        kind: "unapproved_model",
        ...{ subject, team },
        usageDate: date,
        text: `${subject} is not approved and ${used} on ${date}. Ask for it (\`finops approvals request\`) or see what is approved (\`finops models list\`).`,
        cost,
        requests: Number(requests),
      },
    ];
  });
}
