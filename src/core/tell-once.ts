import type { Anomaly } from "./anomaly.ts";
import { isInScope } from "./budget-state.ts";
import { scopeKey } from "./scope-key.ts";
import { type Combination, costOn, expectedOn } from "./scope-series.ts";

/** What explains so much of an excess says the same. */
const mostPercent = 70n;
/** So many narrower ones may tell a wider one; of more, the wider one tells all of them. */
const narrowMax = 2;

const excessOn = (combinations: readonly Combination[], day: number): bigint =>
  costOn(combinations, day) - expectedOn(combinations, day);

/** Of scopes as narrow: whoever has to mend it is found by its feature first. */
const tellingOrder = ["feature", "team", "model", "cost_class"] as const;

function placeOf({ scope }: Anomaly): number {
  const place = tellingOrder.findIndex((name) => scope[name] !== undefined);
  return place < 0 ? tellingOrder.length : place;
}

/** The fewer usual costs, the narrower. */
function narrowestFirst(a: Anomaly, b: Anomaly): number {
  if (a.expected !== b.expected) return a.expected < b.expected ? -1 : 1;
  if (placeOf(a) !== placeOf(b)) return placeOf(a) - placeOf(b);
  return scopeKey(a.scope) < scopeKey(b.scope) ? -1 : 1;
}

interface Told {
  readonly anomaly: Anomaly;
  readonly combinations: readonly Combination[];
}

/**
 * Which of a day's anomalies tell: a feature's spike lifts its team, its class, its model and all spend, and is told
 * once. From the narrowest scope to the widest: one whose excess is mostly (70 %) that of at most two narrower ones that
 * tell is told by the one which has most of it; where it takes more of them, the wider one tells and they refer to it.
 * One that they do not explain tells for itself.
 *
 * @param day of all these anomalies, as a place in the costs of the combinations
 */
export function tellOnce(
  anomalies: readonly Anomaly[],
  combinations: readonly Combination[],
  day: number,
): readonly Anomaly[] {
  const toldBy = new Map<string, string>();
  let telling: Told[] = [];
  for (const anomaly of anomalies.toSorted(narrowestFirst)) {
    const mine = combinations.filter(({ dimensions }) => isInScope(anomaly.scope, dimensions));
    const isMost = (part: bigint) => part * 100n >= anomaly.excess * mostPercent;
    const shared = telling
      .map((told) => ({ told, excess: excessOn(inBoth(told.combinations, mine), day) }))
      .filter(({ excess }) => excess > 0n)
      .sort((a, b) => Number(b.excess > a.excess) - Number(b.excess < a.excess));
    const explains = (count: number) =>
      isMost(excessOn(union(shared.slice(0, count).map(({ told }) => inBoth(told.combinations, mine))), day));
    const few = shared.length > 0 && explains(narrowMax);
    if (few) {
      toldBy.set(anomaly.id, shared[0]?.told.anomaly.id as string);
      continue;
    }
    if (shared.length > narrowMax && explains(shared.length)) {
      const isInside = ({ told, excess }: (typeof shared)[number]) =>
        excess * 100n >= told.anomaly.excess * mostPercent;
      const inside = new Set(shared.filter(isInside).map(({ told }) => told.anomaly.id));
      for (const id of inside) toldBy.set(id, anomaly.id);
      telling = telling.filter(({ anomaly: { id } }) => !inside.has(id));
    }
    telling.push({ anomaly, combinations: mine });
  }
  return anomalies.map((anomaly) => ({ ...anomaly, toldBy: lastOf(toldBy, anomaly.id) }));
}

function inBoth(a: readonly Combination[], b: readonly Combination[]): readonly Combination[] {
  const others = new Set(b);
  return a.filter((one) => others.has(one));
}

const union = (parts: readonly (readonly Combination[])[]): readonly Combination[] => [...new Set(parts.flat())];

/** Who tells may itself have come to be told by a wider one: an id points only to what came later, so this ends. */
function lastOf(toldBy: ReadonlyMap<string, string>, id: string): string | null {
  let last: string | null = null;
  for (let next = toldBy.get(id); next !== undefined; next = toldBy.get(next)) last = next;
  return last;
}
