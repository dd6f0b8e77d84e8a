import type { CoverageTarget } from "#core/config.ts";
import { type Covered, coveragePercent, meetsTarget } from "#core/coverage.ts";
import { ATTRIBUTION_DIMENSIONS, UNALLOCATED } from "#core/dimensions.ts";
import type { Finding } from "#core/finding.ts";
import { addUsd, formatUsd, type PicoUsd, zeroUsd } from "#core/money.ts";
import { type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { CostReportRow, makeCostReport } from "./cost-report.ts";

const nothing: Covered = { total: zeroUsd, allocated: zeroUsd };

function coveredBy(rows: readonly CostReportRow[]): ReadonlyMap<string, Covered> {
  const days = new Map<string, Covered>();
  for (const { date, dimensions, sums } of rows) {
    const { total, allocated } = days.get(String(date)) ?? nothing;
    const isAllocated = ATTRIBUTION_DIMENSIONS.every((dimension) => dimensions[dimension] !== UNALLOCATED);
    days.set(String(date), {
      total: addUsd(total, sums.cost),
      allocated: isAllocated ? addUsd(allocated, sums.cost) : allocated,
    });
  }
  return days;
}

/** The days of these that are over and of whose spend less is allocated than the company wants. */
export async function findLowCoverage(
  costReport: ReturnType<typeof makeCostReport>,
  { target_percent: target }: CoverageTarget,
  dates: readonly UsageDate[],
  now: Instant,
): Promise<readonly Finding[]> {
  const today = usageDateOf(now);
  const over = dates.filter((date) => date < today);
  const [from, to] = [over[0], over.at(-1)];
  if (from === undefined || to === undefined) return [];
  const groupBy = [...ATTRIBUTION_DIMENSIONS];
  const { rows } = await costReport({ from, to, granularity: "daily", groupBy, filters: {} });
  const days = coveredBy(rows);
  return over.flatMap((usageDate): Finding[] => {
    const covered = days.get(usageDate) ?? nothing;
    if (meetsTarget(covered, target)) return [];
    const cost = (covered.total - covered.allocated) as PicoUsd;
    return [
      {
        id: `coverage_below_target/${usageDate}`,
        kind: "coverage_below_target",
        subject: "allocated spend",
        usageDate,
        text: `${coveragePercent(covered)} % of the spend of ${usageDate} is allocated, ${target} % is wanted: ${formatUsd(cost)} USD lack a team, feature, environment, region or tier. See \`finops attribution list\`.`,
        cost,
        requests: 0,
      },
    ];
  });
}
