import type { EvaluatedScenario } from "#app/scenarios.ts";
import type { WireScenarioPlan } from "#contract/scenarios.ts";
import { firstDayOf, lastDayOf } from "#core/drivers/plan-months.ts";
import { sumOver } from "#core/drivers/segment.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { planningNotes } from "./planning-notes.ts";
import { driverMonths, shownDrivers } from "./shown-drivers.ts";

const usd = (amount: bigint) => formatUsd(amount as PicoUsd);

function compared({ baseline, scenario }: { readonly baseline: bigint; readonly scenario: bigint }) {
  return { baseline_usd: usd(baseline), scenario_usd: usd(scenario), difference_usd: usd(scenario - baseline) };
}

export function shownPlan({ baseline, plan }: Extract<EvaluatedScenario, { status: "evaluated" }>): WireScenarioPlan {
  const monthOf = driverMonths(baseline);
  const [first, last] = [plan.months[0], plan.months.at(-1)];
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
    segments: plan.segments.map(({ feature, costClass, months }) => ({
      ...{ feature, cost_class: costClass },
      months: months.map(({ month, baseline: before, scenario: after }) => ({
        ...monthOf({ feature, costClass }, month),
        ...{ baseline: shownDrivers(before), scenario: shownDrivers(after) },
        difference_usd: usd(after.cost - before.cost),
      })),
    })),
    notes: planningNotes(baseline),
  };
}
