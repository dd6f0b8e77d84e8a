import { COST_CLASSES, type CostClass } from "./dimensions.ts";
import { type Drivers, driversOf, type PlannedMonth } from "./drivers/plan-state.ts";
import { type Segment, segmentKey, sumOver } from "./drivers/segment.ts";
import type { FieldError } from "./field-error.ts";
import { type PicoUsd, zeroUsd } from "./money.ts";
import type { ScenarioChange } from "./scenario.ts";
import { type ApplyContext, applyChange, type PlanState } from "./scenario-apply.ts";
import type { Month } from "./time.ts";

interface Costs {
  readonly baseline: PicoUsd;
  readonly scenario: PicoUsd;
}

interface PlanMonth extends Costs {
  readonly month: Month;
  /** Classes without cost in both are absent. */
  readonly byClass: ReadonlyMap<CostClass, Costs>;
}

interface PlanSegment extends Segment {
  readonly months: readonly { readonly month: Month; readonly baseline: Drivers; readonly scenario: Drivers }[];
}

/** Months in order; the segments' costs sum to them, exactly. */
export interface ScenarioPlan {
  readonly months: readonly PlanMonth[];
  readonly segments: readonly PlanSegment[];
}

export type Evaluated =
  | { readonly ok: true; readonly plan: ScenarioPlan }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const nothing: Drivers = { activeCustomers: null, requests: 0n, tokens: 0n, cost: zeroUsd };

const driversIn = (month: PlannedMonth | undefined) => (month === undefined ? nothing : driversOf(month));

function planSegments(months: readonly Month[], baseline: PlanState, scenario: PlanState): PlanSegment[] {
  const before = new Map(baseline.map((segment) => [segmentKey(segment), segment]));
  return scenario
    .map(({ feature, costClass, months: after }) => ({
      ...{ feature, costClass },
      months: months.map((month, place) => ({
        month,
        baseline: driversIn(before.get(segmentKey({ feature, costClass }))?.months[place]),
        scenario: driversIn(after[place]),
      })),
    }))
    .sort((a, b) => (segmentKey(a) < segmentKey(b) ? -1 : 1));
}

function costsOf(segments: readonly PlanSegment[], place: number): Costs {
  return {
    baseline: sumOver(segments, ({ months }) => months[place]?.baseline.cost ?? 0n) as PicoUsd,
    scenario: sumOver(segments, ({ months }) => months[place]?.scenario.cost ?? 0n) as PicoUsd,
  };
}

function planMonths(months: readonly Month[], segments: readonly PlanSegment[]): PlanMonth[] {
  return months.map((month, place) => {
    const byClass = COST_CLASSES.flatMap((costClass): [CostClass, Costs][] => {
      const ofClass = segments.filter((segment) => segment.costClass === costClass);
      return ofClass.length === 0 ? [] : [[costClass, costsOf(ofClass, place)]];
    });
    return { month, ...costsOf(segments, place), byClass: new Map(byClass) };
  });
}

/** The changes one after the other on the baseline; all that is wrong with them when something is. */
export function evaluateScenario(
  baseline: PlanState,
  changes: readonly ScenarioChange[],
  context: ApplyContext,
): Evaluated {
  const errors: FieldError[] = [];
  let state = baseline;
  for (const [place, change] of changes.entries()) {
    const result = applyChange(state, change, context);
    if (result.ok) state = result.state;
    else errors.push(...result.errors.map((error) => ({ ...error, path: `changes[${place}].${error.path}` })));
  }
  if (errors.length > 0) return { ok: false, errors };
  const segments = planSegments(context.months, baseline, state);
  return { ok: true, plan: { months: planMonths(context.months, segments), segments } };
}
