import type { AllocatedSums, AllocationRow, makeAllocationReport } from "#app/allocation-report.ts";
import type { Caller } from "#app/caller.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { addUsd, formatUsd } from "#core/money.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import { confineTeams } from "./confine-teams.ts";
import { pageOf } from "./cursor.ts";
import { problemOf } from "./refusal.ts";
import { limitByDefault, rangeRefusal } from "./report-range.ts";
import { spendCount } from "./spend-count.ts";

export interface AllocationDeps {
  readonly allocationReport: ReturnType<typeof makeAllocationReport>;
  readonly clock: () => Instant;
  readonly sha256: (text: string) => string;
  /** The data is the made-up company's. */
  readonly demo: boolean;
}

function wireSums({ direct, shared, fixed }: AllocatedSums) {
  return {
    direct_cost_usd: formatUsd(direct),
    shared_cost_usd: formatUsd(shared),
    fixed_cost_usd: formatUsd(fixed),
    total_cost_usd: formatUsd(addUsd(addUsd(direct, shared), fixed)),
  };
}

function wireRow({ date, team, costClass, sharedById, ...sums }: AllocationRow) {
  const shared = [...sharedById].map(([id, cost]) => ({ id, cost_usd: formatUsd(cost) }));
  return { ...(date !== null && { date }), team, cost_class: costClass, ...wireSums(sums), shared_costs: shared };
}

const keyOf = ({ date, team, costClass }: AllocationRow) => [date ?? "", team, costClass];

export const makeAllocationHandler =
  ({ allocationReport, clock, sha256, demo }: AllocationDeps): Handlers<Routes, Caller>["allocation"] =>
  async ({ query }, caller) => {
    const { from, to, granularity = "total", limit = limitByDefault, cursor } = query;
    const wrongRange = rangeRefusal(query);
    if (wrongRange) return { status: 400, body: problemOf(wrongRange) };
    const teams = confineTeams(undefined, caller);
    if (!teams.ok) return { status: 403, body: problemOf(teams.refusal) };
    const report = await allocationReport({ from, to, granularity, teams: teams.value });
    const page = pageOf(report.rows, { keyOf, sha256, cursor, limit });
    if (!page.ok) return { status: 400, body: problemOf(page.refusal) };
    return {
      status: 200,
      body: {
        from,
        to,
        granularity,
        rows: page.value.rows.map(wireRow),
        next_cursor: page.value.nextCursor,
        row_count: report.rows.length,
        ...wireSums(report.totals),
        cost_classes: [...report.byClass].map(([cost_class, sums]) => ({ cost_class, ...wireSums(sums) })),
        unsplit: report.unsplit.map(({ id, usageDate, team, cost }) => ({
          ...{ id, date: usageDate, team, cost_usd: formatUsd(cost) },
        })),
        unpriced: spendCount(report.unpriced),
        generated_at: formatInstant(clock()),
        demo,
      },
    };
  };
