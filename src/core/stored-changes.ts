import { nextMonth } from "./drivers/plan-months.ts";
import type { ScenarioChange } from "./scenario.ts";
import type { Month } from "./time.ts";

/** What of a stored scenario can be applied to the months that are to come now. */
interface ChangesInTime {
  readonly changes: readonly ScenarioChange[];
  /** Of each of `changes`: its place among those stored. */
  readonly places: readonly number[];
  readonly notes: readonly string[];
}

/** Of a ramp, what is left of it in a later month. */
function rampFrom(customers: readonly number[], from: Month, month: Month): readonly number[] {
  let passed = 0;
  for (let at = from; at < month && passed < customers.length - 1; at = nextMonth(at)) passed += 1;
  return customers.slice(passed);
}

/** A scenario outlives its months: what began before the first one holds from there on, what begins after them is not yet. */
export function changesInTime(stored: readonly ScenarioChange[], months: readonly Month[]): ChangesInTime {
  const [first, last] = [months[0] as Month, months.at(-1) as Month];
  const inTime = stored.flatMap((change, place): { readonly change: ScenarioChange; readonly place: number }[] => {
    if (change.from > last) return [];
    if (change.from >= first) return [{ change, place }];
    const ramp = change.change === "launch" ? { customers: rampFrom(change.customers, change.from, first) } : {};
    return [{ change: { ...change, ...ramp, from: first } as ScenarioChange, place }];
  });
  return {
    changes: inTime.map(({ change }) => change),
    places: inTime.map(({ place }) => place),
    notes: stored.flatMap(({ change, from }, place) => {
      if (from < first)
        return [`changes[${place}] (${change}) was to begin in ${from}: it is applied from ${first} on.`];
      return from > last ? [`changes[${place}] (${change}) begins in ${from}, after ${last}: it is not applied.`] : [];
    }),
  };
}
