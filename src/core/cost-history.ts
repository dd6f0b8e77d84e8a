import { isInScope, type KnownDimensions } from "./budget-state.ts";
import type { Scope } from "./config.ts";
import type { PicoUsd } from "./money.ts";
import { scopeKey } from "./scope-key.ts";
import { daysBetween, type UsageDate } from "./time.ts";

/** What one combination of dimensions has cost on one day. Dimensions that nobody asks for are left out. */
export interface DayCost {
  readonly usageDate: UsageDate;
  readonly dimensions: KnownDimensions;
  readonly cost: PicoUsd;
}

/** UTC days, both included. */
export interface HistoryDays {
  readonly from: UsageDate;
  readonly to: UsageDate;
}

/** What a scope has cost on each day of the history; a day without rows is 0. */
export interface ScopeHistory {
  readonly key: string;
  readonly scope: Scope;
  readonly costs: readonly PicoUsd[];
  /** The key of the scope that it adds up to, with the others that name the same dimensions. */
  readonly partOf?: { readonly key: string; readonly by: "cost_class" | "team" | "feature" };
}

export interface Histories {
  readonly scopes: readonly ScopeHistory[];
  /** Scopes that there would be besides: there are too many, and these cost least. */
  readonly leftOut: number;
}

interface Counted {
  readonly scope: Scope;
  readonly costs: bigint[];
  readonly partOf?: ScopeHistory["partOf"];
}

const partKey = (name: "team" | "feature", costClass: string, value: string): Scope => ({
  cost_class: [costClass],
  [name]: [value],
});

/** All spend, its class, and the team and the feature in the class. Nothing adds up across classes but all spend. */
function standardScopes({ cost_class: costClass, team, feature }: KnownDimensions): Omit<Counted, "costs">[] {
  if (costClass === undefined) return [{ scope: {} }];
  const ofClass: Scope = { cost_class: [costClass] };
  const key = scopeKey(ofClass);
  return [
    { scope: {} },
    { scope: ofClass, partOf: { key: scopeKey({}), by: "cost_class" } },
    ...(team === undefined ? [] : [{ scope: partKey("team", costClass, team), partOf: { key, by: "team" } as const }]),
    ...(feature === undefined
      ? []
      : [{ scope: partKey("feature", costClass, feature), partOf: { key, by: "feature" } as const }]),
  ];
}

const magnitude = (costs: readonly bigint[]) => costs.reduce((sum, cost) => sum + (cost < 0n ? -cost : cost), 0n);

/**
 * The history of all spend, each cost class, each team and each feature of a class, and of each scope in `wanted`. At
 * most `scopesMax` scopes, or as many as are wanted: of the teams and features those that cost most.
 */
export function scopeHistories(
  rows: readonly DayCost[],
  { from, to }: HistoryDays,
  wanted: readonly Scope[],
  scopesMax: number,
): Histories {
  const days = Math.max(0, daysBetween(from, to) + 1);
  const counted = new Map<string, Counted>();
  const open = (scope: Omit<Counted, "costs">): Counted => {
    const key = scopeKey(scope.scope);
    const one = { ...counted.get(key), ...scope, costs: counted.get(key)?.costs ?? new Array<bigint>(days).fill(0n) };
    counted.set(key, one);
    return one;
  };
  open({ scope: {} });
  for (const scope of wanted) if (!counted.has(scopeKey(scope))) open({ scope });
  const wantedKeys = new Set(counted.keys());
  const asked = [...counted.values()];
  const costsOf = new Map<string, ReadonlySet<bigint[]>>();
  for (const { usageDate, dimensions, cost } of rows) {
    const day = daysBetween(from, usageDate);
    if (day < 0 || day >= days) continue;
    const name = JSON.stringify(dimensions);
    const scopes = () => [
      ...standardScopes(dimensions).map(open),
      ...asked.filter(({ scope }) => isInScope(scope, dimensions)),
    ];
    const added = costsOf.get(name) ?? new Set(scopes().map(({ costs }) => costs));
    costsOf.set(name, added);
    for (const costs of added) costs[day] = (costs[day] ?? 0n) + cost;
  }
  return largest(counted, wantedKeys, scopesMax);
}

interface Sized {
  readonly one: ScopeHistory;
  readonly size: bigint;
}

function largestFirst(a: Sized, b: Sized): number {
  if (a.size !== b.size) return a.size > b.size ? -1 : 1;
  return a.one.key < b.one.key ? -1 : 1;
}

function largest(counted: ReadonlyMap<string, Counted>, wanted: ReadonlySet<string>, scopesMax: number): Histories {
  const all = [...counted].map(
    ([key, { scope, costs, partOf }]): ScopeHistory => ({
      ...{ key, scope, costs: costs as PicoUsd[] },
      ...(partOf && { partOf }),
    }),
  );
  const isKept = ({ key, partOf }: ScopeHistory) =>
    wanted.has(key) || partOf === undefined || partOf.by === "cost_class";
  const kept = all.filter(isKept);
  const parts = all
    .filter((one) => !isKept(one))
    .map((one) => ({ one, size: magnitude(one.costs) }))
    .sort(largestFirst)
    .map(({ one }) => one);
  const room = Math.max(0, scopesMax - kept.length);
  return { scopes: [...kept, ...parts.slice(0, room)], leftOut: Math.max(0, parts.length - room) };
}
