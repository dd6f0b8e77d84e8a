import type { FixedCost, Scope, SharedCost } from "./config.ts";
import type { CostClass, SpendDimension } from "./dimensions.ts";
import { addUsd, type PicoUsd, parseUsd, zeroUsd } from "./money.ts";
import { splitExactly } from "./split.ts";
import { addDays, eachDay, type Month, monthOf, type UsageDate } from "./time.ts";

/** Metered spend of one day: of one team and cost class, and of one value of each dimension that a scope names. */
export interface DaySpend {
  readonly dimensions: Readonly<Partial<Record<SpendDimension, string>>>;
  readonly team: string;
  readonly costClass: CostClass;
  readonly cost: PicoUsd;
  readonly requests: bigint;
  readonly tokens: bigint;
}

/** What a team bears of one day. A part of shared or fixed cost names which. */
export interface AllocatedPart {
  readonly kind: "direct" | "shared" | "fixed";
  readonly usageDate: UsageDate;
  readonly team: string;
  readonly costClass: CostClass;
  readonly cost: PicoUsd;
  readonly id?: string;
}

/** Shared spend that stays with the team that it was booked to: on this day nothing was measured to split it by. */
export interface Unsplit {
  readonly id: string;
  readonly usageDate: UsageDate;
  readonly team: string;
  readonly cost: PicoUsd;
}

export interface DayAllocation {
  readonly parts: readonly AllocatedPart[];
  readonly unsplit: readonly Unsplit[];
}

interface Share {
  readonly team: string;
  readonly weight: bigint;
}

function isWithin({ dimensions }: DaySpend, scope: Scope): boolean {
  return Object.entries(scope).every(([name, values]) => values.includes(dimensions[name as SpendDimension] ?? ""));
}

const isInForce = ({ from, to }: { readonly from: UsageDate; readonly to?: UsageDate }, day: UsageDate) =>
  from <= day && (to === undefined || day <= to);

function total(spends: readonly DaySpend[]): PicoUsd {
  return spends.reduce((sum, { cost }) => addUsd(sum, cost), zeroUsd);
}

/** By team, of what is not shared itself. What sums to less than nothing, by adjustments, measures nothing. */
function sharesOf({ split }: SharedCost, direct: readonly DaySpend[]): Share[] {
  if (split.by === "weights") return split.weights.map(({ team, weight }) => ({ team, weight: BigInt(weight) }));
  const used = Map.groupBy(
    direct.filter((spend) => isWithin(spend, split.of)),
    ({ team }) => team,
  );
  return [...used]
    .map(([team, spends]) => ({ team, weight: spends.reduce((sum, spend) => sum + spend[split.measure], 0n) }))
    .filter(({ weight }) => weight > 0n)
    .sort((a, b) => (a.team < b.team ? -1 : 1));
}

function directParts(usageDate: UsageDate, spends: readonly DaySpend[]): AllocatedPart[] {
  return spends.map(({ team, costClass, cost }) => ({ kind: "direct", usageDate, team, costClass, cost }));
}

/** Each cost class of the pool is split on its own: a class stays what it is. */
function splitPool(id: string, usageDate: UsageDate, pool: readonly DaySpend[], shares: readonly Share[]) {
  const weights = shares.map(({ weight }) => weight);
  return [...Map.groupBy(pool, ({ costClass }) => costClass)].flatMap(([costClass, spends]) =>
    splitExactly(total(spends), weights).map((cost, i): AllocatedPart => {
      const { team } = shares[i] as Share;
      return { kind: "shared", usageDate, team, costClass, cost, id };
    }),
  );
}

/** Who bears the metered spend of a day. The parts sum to it exactly, in each cost class. */
export function allocateDay(
  usageDate: UsageDate,
  spends: readonly DaySpend[],
  sharedCosts: readonly SharedCost[],
): DayAllocation {
  const inForce = sharedCosts.filter((cost) => isInForce(cost, usageDate));
  const pools = Map.groupBy(spends, (spend) => inForce.find(({ scope }) => isWithin(spend, scope)));
  const direct = pools.get(undefined) ?? [];
  const parts = directParts(usageDate, direct);
  const unsplit: Unsplit[] = [];
  for (const [shared, pool] of pools) {
    if (shared === undefined) continue;
    const shares = sharesOf(shared, direct);
    if (shares.length > 0) {
      parts.push(...splitPool(shared.id, usageDate, pool, shares));
      continue;
    }
    parts.push(...directParts(usageDate, pool));
    for (const [team, ofTeam] of Map.groupBy(pool, (spend) => spend.team)) {
      const cost = total(ofTeam);
      if (cost !== 0n) unsplit.push({ id: shared.id, usageDate, team, cost });
    }
  }
  return { parts, unsplit };
}

function daysOf(month: Month): UsageDate[] {
  const first = `${month}-01` as UsageDate;
  const nextMonth = monthOf(addDays(first, 31));
  return eachDay(first, addDays(`${nextMonth}-01` as UsageDate, -1));
}

/**
 * What fixed costs put on each of these days: a month's amount is spread over all its days, and counts on those on which
 * the cost holds. Whole months sum to their amounts exactly.
 */
export function fixedParts(costs: readonly FixedCost[], from: UsageDate, to: UsageDate): AllocatedPart[] {
  const months = [...Map.groupBy(eachDay(from, to), monthOf)].map(([month, days]) => ({ days, all: daysOf(month) }));
  return costs.flatMap((cost) => {
    const { id, team, cost_class: costClass, usd_per_month } = cost;
    const perMonth = parseUsd(usd_per_month) ?? zeroUsd;
    return months.flatMap(({ days, all }) => {
      const held = days.filter((day) => isInForce(cost, day));
      if (held.length === 0) return [];
      const daily = splitExactly(
        perMonth,
        all.map(() => 1n),
      );
      return held.map((usageDate): AllocatedPart => {
        const part = daily[all.indexOf(usageDate)] ?? zeroUsd;
        return { kind: "fixed", usageDate, team, costClass, cost: part, id };
      });
    });
  });
}
