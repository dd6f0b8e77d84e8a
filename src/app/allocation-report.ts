import { type AllocatedPart, allocateDay, type DaySpend, fixedParts, type Unsplit } from "#core/allocate.ts";
import type { Config } from "#core/config.ts";
import type { CostClass, SpendDimension } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import { addUsd, type PicoUsd, zeroUsd } from "#core/money.ts";
import { type Month, monthOf, type UsageDate } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import {
  type CostReportQuery,
  type CostReportRow,
  type makeCostReport,
  type SpendTotal,
  spendTotalOf,
} from "./cost-report.ts";

export interface AllocationQuery {
  readonly from: UsageDate;
  /** Included. */
  readonly to: UsageDate;
  readonly granularity: CostReportQuery["granularity"];
  /** Only what these teams bear; left out: all. */
  readonly teams?: readonly string[] | undefined;
}

export interface AllocatedSums {
  readonly direct: PicoUsd;
  readonly shared: PicoUsd;
  readonly fixed: PicoUsd;
}

export interface AllocationRow extends AllocatedSums {
  /** The day or the month; null in total. */
  readonly date: UsageDate | Month | null;
  readonly team: string;
  readonly costClass: CostClass;
  /** What `shared` is made of, by the id of the shared cost. */
  readonly sharedById: ReadonlyMap<string, PicoUsd>;
}

export interface AllocationReport {
  /** By date, then team, then cost class. */
  readonly rows: readonly AllocationRow[];
  readonly byClass: ReadonlyMap<CostClass, AllocatedSums>;
  readonly totals: AllocatedSums;
  readonly unsplit: readonly Unsplit[];
  /** No rate: its cost is not in any sum. */
  readonly unpriced: SpendTotal;
}

export interface AllocationReportDeps {
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly rules: () => Promise<Pick<CompanyRules, "config">>;
}

const tokenMeters = METERS.filter((meter) => meter.endsWith("_tokens"));

/** What a part of the spend must tell: whose, of which class, and what scopes ask for. */
function dimensionsFor({ shared_costs }: Config): SpendDimension[] {
  const scopes = shared_costs.flatMap(({ scope, split }) => (split.by === "usage" ? [scope, split.of] : [scope]));
  const named = scopes.flatMap((scope) => Object.keys(scope) as SpendDimension[]);
  return [...new Set<SpendDimension>(["team", "cost_class", "price_status", ...named])];
}

function spendOf({ dimensions, sums }: CostReportRow): DaySpend {
  return {
    dimensions,
    team: dimensions.team as string,
    costClass: dimensions.cost_class as CostClass,
    cost: sums.cost,
    requests: sums.requests,
    tokens: tokenMeters.reduce((sum, meter) => sum + (sums.quantities[meter] ?? 0n), 0n),
  };
}

const noSums: AllocatedSums = { direct: zeroUsd, shared: zeroUsd, fixed: zeroUsd };

function sumOf(parts: readonly AllocatedPart[]): AllocatedSums {
  const sums = { ...noSums };
  for (const { kind, cost } of parts) sums[kind] = addUsd(sums[kind], cost);
  return sums;
}

function byId(parts: readonly AllocatedPart[]): ReadonlyMap<string, PicoUsd> {
  const sums = new Map<string, PicoUsd>();
  for (const { kind, id, cost } of parts) {
    if (kind === "shared" && id !== undefined) sums.set(id, addUsd(sums.get(id) ?? zeroUsd, cost));
  }
  return sums;
}

const PERIOD_OF: Readonly<Record<AllocationQuery["granularity"], (day: UsageDate) => UsageDate | Month | null>> = {
  daily: (day) => day,
  monthly: monthOf,
  total: () => null,
};

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function rowsOf(parts: readonly AllocatedPart[], granularity: AllocationQuery["granularity"]): AllocationRow[] {
  const periodOf = PERIOD_OF[granularity];
  const keyOf = ({ usageDate, team, costClass }: AllocatedPart) =>
    JSON.stringify([periodOf(usageDate), team, costClass]);
  return [...Map.groupBy(parts, keyOf).values()]
    .map((ofRow) => {
      const { usageDate, team, costClass } = ofRow[0] as AllocatedPart;
      return { date: periodOf(usageDate), team, costClass, ...sumOf(ofRow), sharedById: byId(ofRow) };
    })
    .sort(
      (a, b) => compare(a.date ?? "", b.date ?? "") || compare(a.team, b.team) || compare(a.costClass, b.costClass),
    );
}

/**
 * Who bears what was spent: direct, shared and fixed, by team and cost class. Direct and shared sum exactly to the
 * metered spend of these days, in each class.
 */
export const makeAllocationReport =
  ({ costReport, rules }: AllocationReportDeps) =>
  async ({ from, to, granularity, teams }: AllocationQuery): Promise<AllocationReport> => {
    const { config } = await rules();
    const { rows } = await costReport({ from, to, granularity: "daily", groupBy: dimensionsFor(config), filters: {} });
    const days = [...Map.groupBy(rows, ({ date }) => date as UsageDate)].map(([day, ofDay]) =>
      allocateDay(day, ofDay.map(spendOf), config.shared_costs),
    );
    const isShown = ({ team }: { readonly team: string }) => teams === undefined || teams.includes(team);
    const parts = [...days.flatMap((day) => day.parts), ...fixedParts(config.fixed_costs, from, to)].filter(isShown);
    const unpriced = rows.filter((row) => row.dimensions.price_status === "unpriced" && isShown(spendOf(row)));
    const classes = [...Map.groupBy(parts, ({ costClass }) => costClass)].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      rows: rowsOf(parts, granularity),
      byClass: new Map(classes.map(([costClass, ofClass]) => [costClass, sumOf(ofClass)])),
      totals: sumOf(parts),
      unsplit: days.flatMap((day) => day.unsplit).filter(isShown),
      unpriced: spendTotalOf(unpriced),
    };
  };
