import { COST_CLASSES, type CostClass } from "./dimensions.ts";
import { type Drivers, driversOf, type PlannedMonth } from "./drivers/plan-state.ts";
import { type Segment, segmentKey, sumOver } from "./drivers/segment.ts";
import type { FieldError } from "./field-error.ts";
import { isAmount, type PicoUsd, zeroUsd } from "./money.ts";
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

interface Evaluated {
  /** With the changes that nothing is wrong with. */
  readonly plan: ScenarioPlan;
  readonly errors: readonly FieldError[];
}

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

/** Beyond them an amount has no place in its column, and a count is no exact number of JSON. */
function isShowable({ months, segments }: ScenarioPlan): boolean {
  const counts = segments.flatMap((segment) =>
    segment.months.flatMap(({ scenario }) => [scenario.requests, scenario.activeCustomers ?? 0n]),
  );
  return isAmount(sumOver(months, ({ scenario }) => scenario)) && counts.every((one) => one <= Number.MAX_SAFE_INTEGER);
}

/** Lines that changes may add in a month, beside as many as the baseline has: what is to be computed has an end. */
const addedLinesMax = 1_000;

function linesIn(state: PlanState): number {
  const counts = state[0]?.months.map((_, place) =>
    state.reduce((count, { months }) => count + (months[place]?.lines.length ?? 0), 0),
  );
  return Math.max(0, ...(counts ?? []));
}

function planOf(months: readonly Month[], baseline: PlanState, scenario: PlanState): ScenarioPlan {
  const segments = planSegments(months, baseline, scenario);
  return { months: planMonths(months, segments), segments };
}

const boundless: FieldError = {
  ...{ path: "changes", found: "growth beyond all bounds" },
  wanted: "amounts below 10^26 USD in all, and counts below 2^53",
};

/**
 * The changes one after the other on the baseline; one that something is wrong with is left out. An error of all
 * `changes` leaves none of them.
 */
export function evaluateScenario(
  baseline: PlanState,
  changes: readonly ScenarioChange[],
  { months, rate, now }: Pick<ApplyContext, "months" | "rate" | "now">,
): Evaluated {
  const linesMax = 2 * linesIn(baseline) + addedLinesMax;
  const tooManyLines = {
    path: "changes",
    wanted: `at most ${linesMax} combinations of feature, region, model and use in a month`,
  };
  const errors: FieldError[] = [];
  let state = baseline;
  for (const [place, change] of changes.entries()) {
    const context = { months, rate, now, earlier: changes.slice(0, place) };
    const result = applyChange(state, change, context);
    if (result.ok) state = result.state;
    else errors.push(...result.errors.map((error) => ({ ...error, path: `changes[${place}].${error.path}` })));
    if (linesIn(state) > linesMax) {
      return {
        plan: planOf(months, baseline, baseline),
        errors: [{ ...tooManyLines, found: `more by changes[${place}]` }],
      };
    }
  }
  const plan = planOf(months, baseline, state);
  return { plan, errors: isShowable(plan) ? errors : [...errors, boundless] };
}
