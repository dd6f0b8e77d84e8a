import type { Caller } from "#app/caller.ts";
import type { CostReportRow, makeCostReport } from "#app/cost-report.ts";
import type { CostReportRequest, CostReportRow as WireRow } from "#contract/cost-report.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { formatUsd } from "#core/money.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import { confineTeams } from "./confine-teams.ts";
import { pageOf } from "./cursor.ts";
import { problemOf } from "./refusal.ts";
import { limitByDefault, rangeRefusal } from "./report-range.ts";
import { spendCount } from "./spend-count.ts";

export interface CostReportDeps {
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly clock: () => Instant;
  readonly sha256: (text: string) => string;
  /** The data is the made-up company's. */
  readonly demo: boolean;
}

export const makeCostReportHandler =
  ({ costReport, clock, sha256, demo }: CostReportDeps): Handlers<Routes, Caller>["costReport"] =>
  async ({ query: asked }, caller) => {
    const team = confineTeams(asked.team, caller);
    if (!team.ok) return { status: 403, body: problemOf(team.refusal) };
    const query = { ...asked, team: team.value && [...team.value] };
    const { from, to, granularity = "daily", group_by: groupBy = [], limit = limitByDefault } = query;
    const wrongRange = rangeRefusal(query);
    if (wrongRange) return { status: 400, body: problemOf(wrongRange) };
    const { rows, totals } = await costReport({ from, to, granularity, groupBy, filters: filtersOf(query) });
    const { cursor } = query;
    const page = pageOf(rows, { keyOf: (row) => keyOf(row, groupBy), sha256, cursor, limit });
    if (!page.ok) return { status: 400, body: problemOf(page.refusal) };
    return {
      status: 200,
      body: {
        from,
        to,
        granularity,
        group_by: [...groupBy],
        rows: page.value.rows.map(wireRow),
        next_cursor: page.value.nextCursor,
        total_cost_usd: formatUsd(totals.cost),
        total_list_cost_usd: formatUsd(totals.listCost),
        unallocated: spendCount(totals.unallocated),
        unpriced: spendCount(totals.unpriced),
        estimated: spendCount(totals.estimated),
        cost_classes: [...totals.byClass].map(([cost_class, total]) => ({
          ...{ cost_class, ...spendCount(total), list_cost_usd: formatUsd(total.listCost) },
        })),
        row_count: rows.length,
        generated_at: formatInstant(clock()),
        demo,
      },
    };
  };

function keyOf(row: CostReportRow, groupBy: readonly SpendDimension[]): string[] {
  return [row.date ?? "", ...groupBy.map((name) => row.dimensions[name] ?? "")];
}

/** Sums above 2^53 lose their last digits here: JSON has no larger whole numbers that every reader takes. */
function wireRow({ date, dimensions, sums }: CostReportRow): WireRow {
  return {
    ...(date !== null && { date }),
    ...dimensions,
    cost_usd: formatUsd(sums.cost),
    list_cost_usd: formatUsd(sums.listCost),
    requests: Number(sums.requests),
    entries: Number(sums.entries),
    ...Object.fromEntries(Object.entries(sums.quantities).map(([meter, quantity]) => [meter, Number(quantity)])),
  };
}

function filtersOf(query: CostReportRequest) {
  return Object.fromEntries(
    SPEND_DIMENSIONS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  ) as Partial<Record<SpendDimension, readonly string[]>>;
}
