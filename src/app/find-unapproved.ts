import type { Finding } from "#core/finding.ts";
import { formatUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import type { makeCostReport } from "./cost-report.ts";

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
    groupBy: ["provider", "model", "environment", "team"],
    filters: { policy_status: ["unapproved"] },
  });
  const days = new Set<string>(dates);
  return rows.flatMap(({ date, dimensions, sums }): Finding[] => {
    if (date === null || !days.has(date) || sums.requests <= 0n) return [];
    const { provider, model, environment, team } = dimensions;
    const subject = `${provider} ${model} in ${environment} by ${team}`;
    const cost = sums.cost;
    return [
      {
        id: `unapproved_model/${date}/${subject}`,
        kind: "unapproved_model",
        subject,
        usageDate: date as UsageDate,
        text: `${subject} is not approved and cost ${formatUsd(cost)} USD on ${date}. Ask for it (\`finops approvals request\`) or see what is approved (\`finops models list\`).`,
        cost,
        requests: Number(sums.requests),
      },
    ];
  });
}
