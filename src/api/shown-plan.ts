import type { EvaluatedScenario } from "#app/scenarios.ts";
import type { WireScenarioPlan } from "#contract/scenarios.ts";
import { firstDayOf, lastDayOf } from "#core/drivers/plan-months.ts";
import { sumOver } from "#core/drivers/segment.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { largestSegments } from "./largest-segments.ts";
import { planningNotes } from "./planning-notes.ts";
import { driverMonths, shownDrivers } from "./shown-drivers.ts";

const usd = (amount: bigint) => formatUsd(amount as PicoUsd);

function compared({ baseline, scenario }: { readonly baseline: bigint; readonly scenario: bigint }) {
  return { baseline_usd: usd(baseline), scenario_usd: usd(scenario), difference_usd: usd(scenario - baseline) };
}

type Planned = Extract<EvaluatedScenario, { status: "evaluated" }>["plan"];

/** What is not shown by itself: with it, the segments of a month sum to the month. */
function shownRest(rest: Planned["segments"], months: Planned["months"]): WireScenarioPlan["rest"] {
  if (rest.length === 0) return null;
  const sum = (place: number, of: "baseline" | "scenario") =>
    sumOver(rest, (segment) => segment.months[place]?.[of].cost ?? 0n);
  return {
    segments: rest.length,
    months: months.map(({ month }, place) => ({
      ...{ month, ...compared({ baseline: sum(place, "baseline"), scenario: sum(place, "scenario") }) },
    })),
  };
}

export function shownPlan({
  baseline,
  plan,
  notes,
}: Extract<EvaluatedScenario, { status: "evaluated" }>): WireScenarioPlan {
  const monthOf = driverMonths(baseline);
  const [first, last] = [plan.months[0], plan.months.at(-1)];
  const { shown, rest } = largestSegments(plan.segments, ({ months }) =>
    sumOver(months, ({ baseline: before, scenario: after }) => before.cost + after.cost),
  );
  return {
    ...{ currency: "USD", as_of: baseline.asOf },
    reference: { from: baseline.referenceFrom, to: baseline.asOf },
    months: plan.months.map((month) => ({
      ...{ month: month.month, ...compared(month) },
      cost_classes: [...month.byClass].map(([cost_class, costs]) => ({ cost_class, ...compared(costs) })),
    })),
    total: {
      from: first === undefined ? "" : firstDayOf(first.month),
      to: last === undefined ? "" : lastDayOf(last.month),
      ...compared({
        baseline: sumOver(plan.months, (month) => month.baseline),
        scenario: sumOver(plan.months, (month) => month.scenario),
      }),
    },
    segments: shown.map(({ feature, costClass, months }) => ({
      ...{ feature, cost_class: costClass },
      months: months.map(({ month, baseline: before, scenario: after }) => ({
        ...monthOf({ feature, costClass }, month),
        ...{ baseline: shownDrivers(before), scenario: shownDrivers(after) },
        difference_usd: usd(after.cost - before.cost),
      })),
    })),
    rest: shownRest(rest, plan.months),
    notes: [...notes, ...planningNotes(baseline)],
  };
}
