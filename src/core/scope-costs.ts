import type { ScopeCosts } from "./booked-hours.ts";
import { sumScopes } from "./budget-sums.ts";
import type { Scope } from "./config.ts";
import type { SpendDimension } from "./dimensions.ts";
import { addUsd, type PicoUsd, zeroUsd } from "./money.ts";
import { scopeKey } from "./scope-key.ts";
import type { SpendCell } from "./spend-cell.ts";
import type { UsageDate } from "./time.ts";

/** Each of their values is a scope, whether or not somebody has named it. */
const WATCHED_DIMENSIONS = ["team", "feature", "cost_class"] as const satisfies readonly SpendDimension[];

export const ALL_SPEND = scopeKey({});

/** All spend, or a single value of a watched dimension: its bookings are known whether or not somebody names it. */
export function isWatched(scope: Scope): boolean {
  const [only, ...others] = Object.entries(scope);
  if (only === undefined) return true;
  return others.length === 0 && only[1].length === 1 && (WATCHED_DIMENSIONS as readonly string[]).includes(only[0]);
}

type Costs = Map<string, Map<UsageDate, PicoUsd>>;

function add(costs: Costs, key: string, day: UsageDate, cost: PicoUsd): void {
  if (cost === 0n) return;
  const days = costs.get(key) ?? new Map<UsageDate, PicoUsd>();
  costs.set(key, days.set(day, addUsd(days.get(day) ?? zeroUsd, cost)));
}

function addWatched(costs: Costs, day: UsageDate, cells: readonly SpendCell[]): void {
  const total = (part: readonly SpendCell[]) => part.reduce((sum, { sums }) => addUsd(sum, sums.cost), zeroUsd);
  add(costs, ALL_SPEND, day, total(cells));
  for (const name of WATCHED_DIMENSIONS) {
    for (const [value, part] of Map.groupBy(cells, ({ dimensions }) => dimensions[name])) {
      add(costs, scopeKey({ [name]: [value] }), day, total(part));
    }
  }
}

/** What all spend, each watched value and each named scope have cost, by usage day. */
export interface ScopeSums {
  /** Keys of the scopes that are read because somebody has named them. */
  readonly named: readonly string[];
  costsOf(cells: readonly SpendCell[]): ScopeCosts;
}

/** @param scopes those that somebody has named */
export function makeScopeSums(scopes: readonly Scope[]): ScopeSums {
  const byKey = new Map(scopes.filter((scope) => !isWatched(scope)).map((scope) => [scopeKey(scope), scope]));
  const named = [...byKey.keys()];
  const namedScopes = [...byKey.values()];
  return {
    named,
    costsOf(cells) {
      const costs: Costs = new Map();
      for (const [day, ofDay] of Map.groupBy(cells, ({ usageDate }) => usageDate)) {
        addWatched(costs, day, ofDay);
        const rows = ofDay.map(({ dimensions, sums }) => ({ dimensions, cost: sums.cost }));
        for (const [place, { spent }] of sumScopes(namedScopes, rows).entries()) {
          add(costs, named[place] as string, day, spent);
        }
      }
      return costs;
    },
  };
}
