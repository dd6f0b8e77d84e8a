import { COST_CLASSES, type CostClass, type PriceStatus, type SpendDimension } from "#core/dimensions.ts";
import { earliestLiveDate, earliestOpenDate } from "#core/event-window.ts";
import { type GroupRow, groupSum, IS_UNALLOCATED } from "#core/group-sum.ts";
import { addSums, type CellSums, type SpendCell } from "#core/spend-cell.ts";
import { addDays, type Instant, type Month, monthOf, type UsageDate } from "#core/time.ts";
import type { ClosedDays, PackedDay } from "./ports/closed-days.ts";
import type { SpendStore } from "./ports/spend.ts";

export interface CostReportQuery {
  readonly from: UsageDate;
  /** Included. */
  readonly to: UsageDate;
  readonly granularity: "daily" | "monthly" | "total";
  readonly groupBy: readonly SpendDimension[];
  /** A cell counts when each filtered dimension has one of its values. */
  readonly filters: Readonly<Partial<Record<SpendDimension, readonly string[]>>>;
}

export interface CostReportRow {
  /** The day or the month; null in total. */
  readonly date: UsageDate | Month | null;
  /** Of `groupBy`, in its order. */
  readonly dimensions: Readonly<Partial<Record<SpendDimension, string>>>;
  readonly sums: CellSums;
}

export type SpendTotal = Omit<CellSums, "quantities">;

/** Of all that the filters let through, whatever it is grouped by. */
export interface CostReportTotals extends SpendTotal {
  /** At least one attribution dimension is unallocated. */
  readonly unallocated: SpendTotal;
  /** No rate: its cost is not in any sum. */
  readonly unpriced: SpendTotal;
  readonly estimated: SpendTotal;
  /** They sum to the total; classes without spend are absent. */
  readonly byClass: ReadonlyMap<CostClass, SpendTotal>;
}

export interface CostReport {
  /** By date, then by the dimensions. */
  readonly rows: readonly CostReportRow[];
  readonly totals: CostReportTotals;
}

export interface CostReportDeps {
  readonly spend: SpendStore;
  readonly closedDays: ClosedDays;
  readonly clock: () => Instant;
}

interface DaySource {
  readonly packs: readonly PackedDay[];
  readonly cells: readonly SpendCell[];
}

/** The stretches from `from` to `to` that no pack covers. */
function uncovered(from: UsageDate, to: UsageDate, packs: readonly PackedDay[]): (readonly [UsageDate, UsageDate])[] {
  const stretches: (readonly [UsageDate, UsageDate])[] = [];
  let next = from;
  for (const { usageDate } of packs.toSorted((a, b) => compare(a.usageDate, b.usageDate))) {
    if (usageDate > next) stretches.push([next, addDays(usageDate, -1)]);
    next = addDays(usageDate, 1);
  }
  if (next <= to) stretches.push([next, to]);
  return stretches;
}

/** A closed day from its pack, unless the day was touched since it was packed; every other day from its cells. */
export async function readDays(deps: CostReportDeps, from: UsageDate, to: UsageDate): Promise<DaySource> {
  const now = deps.clock();
  const earliestLive = earliestLiveDate(now);
  const lastClosed = addDays(earliestOpenDate(now), -1);
  const packedTo = to < lastClosed ? to : lastClosed;
  if (from > packedTo) return { packs: [], cells: from > to ? [] : await deps.spend.read(from, to) };
  const [packed, generations] = await Promise.all([
    deps.closedDays.read(from, packedTo),
    deps.spend.generations(earliestLive, lastClosed),
  ]);
  const packs = packed.filter(
    ({ usageDate, generation }) => usageDate < earliestLive || generation === (generations.get(usageDate) ?? 0),
  );
  const stretches = uncovered(from, to, packs);
  const cells = await Promise.all(stretches.map(([first, last]) => deps.spend.read(first, last)));
  return { packs, cells: cells.flat() };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Of rows of the same query. */
function inOrder(a: GroupRow, b: GroupRow): number {
  const byPeriod = compare(a.period, b.period);
  if (byPeriod !== 0) return byPeriod;
  const place = a.values.findIndex((value, i) => value !== b.values[i]);
  return place < 0 ? 0 : compare(a.values[place] as string, b.values[place] as string);
}

const isSameRow = (a: GroupRow, b: GroupRow) => inOrder(a, b) === 0;

const inTotal = "total";

const PERIOD_OF: Readonly<Record<CostReportQuery["granularity"], (date: UsageDate) => string>> = {
  daily: (date) => date,
  monthly: monthOf,
  total: () => inTotal,
};

/** What totals tell apart, behind what is asked for: so that one pass over the days gives both. */
const TOLD_APART = ["cost_class", "price_status", IS_UNALLOCATED] as const;

function sumDays({ packs, cells }: DaySource, { granularity, groupBy, filters }: CostReportQuery): GroupRow[] {
  const periodOf = PERIOD_OF[granularity];
  const sums = groupSum({ groupBy: [...groupBy, ...TOLD_APART], filters });
  for (const { usageDate, pack } of packs) sums.addPack(periodOf(usageDate), pack);
  const byPeriod = Map.groupBy(cells, ({ usageDate }) => periodOf(usageDate));
  for (const [period, ofPeriod] of byPeriod) sums.addCells(period, ofPeriod);
  return sums.rows();
}

/** The sums of these rows, without their quantities. */
export function spendTotalOf(rows: readonly { readonly sums: CellSums }[]): SpendTotal {
  const sum = { cost: 0n, listCost: 0n, requests: 0n, entries: 0n };
  for (const { sums } of rows) {
    sum.cost += sums.cost;
    sum.listCost += sums.listCost;
    sum.requests += sums.requests;
    sum.entries += sums.entries;
  }
  return sum as SpendTotal;
}

function totalsByClass(parts: readonly GroupRow[]): ReadonlyMap<CostClass, SpendTotal> {
  const byClass = Map.groupBy(parts, ({ values }) => values.at(-3));
  const present = COST_CLASSES.filter((costClass) => byClass.has(costClass));
  return new Map(present.map((costClass) => [costClass, spendTotalOf(byClass.get(costClass) ?? [])]));
}

function totalsOf(parts: readonly GroupRow[]): CostReportTotals {
  const withStatus = (status: PriceStatus) => spendTotalOf(parts.filter(({ values }) => values.at(-2) === status));
  return {
    ...spendTotalOf(parts),
    unallocated: spendTotalOf(parts.filter(({ values }) => values.at(-1) === "yes")),
    unpriced: withStatus("unpriced"),
    estimated: withStatus("estimated"),
    byClass: totalsByClass(parts),
  };
}

/** The rows asked for, in order, of parts that tell more apart. */
function rowsOf(parts: readonly GroupRow[], { granularity, groupBy }: CostReportQuery): CostReportRow[] {
  const asked = parts.map(({ period, values, sums }) => ({ period, values: values.slice(0, groupBy.length), sums }));
  const rows: GroupRow[] = [];
  for (const part of asked.sort(inOrder)) {
    const last = rows.at(-1);
    if (last && isSameRow(last, part)) rows[rows.length - 1] = { ...last, sums: addSums(last.sums, part.sums) };
    else rows.push(part);
  }
  return rows.map(({ period, values, sums }) => ({
    date: granularity === "total" ? null : (period as UsageDate | Month),
    dimensions: Object.fromEntries(groupBy.map((name, i) => [name, values[i]])),
    sums,
  }));
}

/** Exact. The totals say what is unallocated, unpriced and estimated, whatever is asked for. */
export const makeCostReport =
  (deps: CostReportDeps) =>
  async (query: CostReportQuery): Promise<CostReport> => {
    const parts = sumDays(await readDays(deps, query.from, query.to), query);
    return { rows: rowsOf(parts, query), totals: totalsOf(parts) };
  };
