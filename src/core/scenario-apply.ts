import type { PlannedLine, PlannedMonth, PlannedSegment } from "./drivers/plan-state.ts";
import { sumOver, type UsageLine } from "./drivers/segment.ts";
import type { FieldError } from "./field-error.ts";
import { nearestName } from "./nearest-name.ts";
import { compilePatterns } from "./pattern.ts";
import type { Rater } from "./price-book.ts";
import { multipleOf, ratioOf, ratioOfPercent, rounded, times } from "./ratio.ts";
import type {
  AdoptionChange,
  IntensityChange,
  LaunchChange,
  ModelChange,
  PriceChange,
  ScenarioChange,
} from "./scenario.ts";
import { withModel } from "./scenario-model.ts";
import type { Instant, Month } from "./time.ts";
import type { Ratio } from "./token-ratio.ts";

export type PlanState = readonly PlannedSegment[];

export interface ApplyContext {
  readonly months: readonly Month[];
  readonly rate: Rater;
  readonly now: Instant;
}

/** The state after a change; or what is wrong with the change, by its fields. */
export type Applied =
  | { readonly ok: true; readonly state: PlanState }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const refused = (path: string, found: string, wanted: string): Applied => ({
  ok: false,
  errors: [{ path, found, wanted }],
});

const applied = (state: PlanState): Applied => ({ ok: true, state });

/** Customers of a month, of the segment of a feature that has the most: those of its other cost classes are among them. */
export function customersIn(segments: PlanState, place: number): bigint {
  return segments.reduce((most, { months }) => {
    const customers = months[place]?.customers ?? 0n;
    return customers > most ? customers : most;
  }, 0n);
}

/**
 * What grows with a feature's customers: its cost classes in which calls name them, since tests and internal use do not;
 * all of them when none does.
 */
export function drivenSegments(state: PlanState, feature: string): PlanState {
  const ofFeature = state.filter((segment) => segment.feature === feature);
  const named = ofFeature.filter(({ months }) => months.some(({ customers }) => customers !== null));
  return named.length > 0 ? named : ofFeature;
}

function unknownFeature(state: PlanState, path: string, feature: string): Applied {
  const names = [...new Set(state.map((segment) => segment.feature))].sort();
  const meant = nearestName(feature, names);
  const wanted = `a feature with usage in the last 30 days${meant === undefined ? "" : `; "${meant}"?`}`;
  return refused(path, `"${feature}"`, wanted);
}

/** The months of these segments from `from` on, changed. */
function changed(
  state: PlanState,
  selected: PlanState,
  from: Month,
  change: (month: PlannedMonth, place: number) => PlannedMonth,
): PlanState {
  return state.map((segment) => {
    if (!selected.includes(segment)) return segment;
    const months = segment.months.map((month, place) => (month.month >= from ? change(month, place) : month));
    return { ...segment, months };
  });
}

const scaledLines = (lines: readonly PlannedLine[], factor: Ratio): PlannedLine[] =>
  lines.map((line) => ({ ...line, scale: times(line.scale, factor) }));

export function withAdoption(month: PlannedMonth, factor: Ratio): PlannedMonth {
  const customers = month.customers === null ? null : rounded(multipleOf(month.customers, factor));
  return { ...month, customers, lines: scaledLines(month.lines, factor) };
}

const grown = (percent: number) => ratioOfPercent(100 + percent);

function adopt(state: PlanState, change: AdoptionChange): Applied {
  const { feature, from, percent, customers } = change;
  const selected = drivenSegments(state, feature);
  if (selected.length === 0) return unknownFeature(state, "feature", feature);
  if (customers === undefined) {
    return applied(changed(state, selected, from, (month) => withAdoption(month, grown(percent ?? 0))));
  }
  const isKnown = selected.every(({ months }) =>
    months.every(({ month }, place) => month < from || customersIn(selected, place) > 0n),
  );
  if (!isKnown) return refused("customers", String(customers), "percent: no usage of the feature names its customers");
  const factorIn = (place: number) => ratioOf(BigInt(customers), customersIn(selected, place));
  return applied(changed(state, selected, from, (month, place) => withAdoption(month, factorIn(place))));
}

function intensify(state: PlanState, { feature, from, percent }: IntensityChange): Applied {
  const selected = drivenSegments(state, feature);
  if (selected.length === 0) return unknownFeature(state, "feature", feature);
  return applied(
    changed(state, selected, from, (month) => ({ ...month, lines: scaledLines(month.lines, grown(percent)) })),
  );
}

function replaceModel(state: PlanState, change: ModelChange, { rate, now }: ApplyContext): Applied {
  const { feature, from, current, proposed } = change;
  const selected = feature === undefined ? state : state.filter((segment) => segment.feature === feature);
  if (selected.length === 0) return unknownFeature(state, "feature", feature ?? "");
  const replaced = withModel(change, rate, now);
  let isUsed = false;
  const months = changed(state, selected, from, (month) => {
    const lines = month.lines.flatMap((line) => {
      const { provider, model } = line.usage;
      if (provider !== current.provider || model !== current.model) return [line];
      isUsed = true;
      return replaced.lines(line);
    });
    return { ...month, lines };
  });
  const where = feature === undefined ? "" : ` by ${feature}`;
  if (!isUsed)
    return refused("current", `${current.provider}/${current.model}`, `a model used${where} in the last 30 days`);
  if (replaced.isUnpriced()) {
    return refused("proposed", `${proposed.provider}/${proposed.model}, without a price`, "a model with a price");
  }
  return applied(months);
}

function reprice(state: PlanState, { provider, model, from, percent }: PriceChange): Applied {
  const [ofProvider, ofModel] = [compilePatterns([provider]), compilePatterns([model])];
  const matches = ({ usage }: PlannedLine) => ofProvider(usage.provider) && ofModel(usage.model);
  let isUsed = false;
  const months = changed(state, state, from, (month) => {
    const lines = month.lines.map((line) => {
      if (!matches(line)) return line;
      isUsed = true;
      return { ...line, price: times(line.price, grown(percent)) };
    });
    return { ...month, lines };
  });
  if (isUsed) return applied(months);
  return refused("model", `${provider}/${model}`, "patterns of a provider and a model used in the last 30 days");
}

/** The lines of a month as so many customers in another region would use them. */
function launchedLines(month: PlannedMonth, customers: bigint, region: string): PlannedLine[] {
  const factor = ratioOf(customers, month.customers ?? 1n);
  const moved = (usage: UsageLine): UsageLine => ({ ...usage, region });
  return scaledLines(month.lines, factor).map((line) => ({ ...line, usage: moved(line.usage) }));
}

/** Two mixes in one month. */
function joined(month: PlannedMonth, lines: readonly PlannedLine[], customers: bigint): PlannedMonth {
  return { ...month, customers: (month.customers ?? 0n) + customers, lines: [...month.lines, ...lines] };
}

function launch(state: PlanState, change: LaunchChange): Applied {
  const { feature, region, from, customers: ramp, like = feature } = change;
  const likes = drivenSegments(state, like).filter(({ months }) =>
    months.every(({ customers }) => (customers ?? 0n) > 0n),
  );
  const most = (segment: PlannedSegment) => sumOver(segment.months, ({ customers }) => customers ?? 0n);
  const [model] = likes.toSorted((a, b) => (most(a) > most(b) ? -1 : 1));
  if (model === undefined) {
    if (!state.some((segment) => segment.feature === like)) return unknownFeature(state, "like", like);
    return refused("like", `"${like}"`, "a feature whose usage names its customers: theirs is taken for the new ones'");
  }
  const start = model.months.findIndex(({ month }) => month >= from);
  const arriving = (place: number) => (place < start ? 0n : BigInt(ramp[place - start] ?? ramp.at(-1) ?? 0));
  const added = (month: PlannedMonth, place: number) => launchedLines(month, arriving(place), region);
  const { costClass } = model;
  const there = state.find((segment) => segment.feature === feature && segment.costClass === costClass);
  if (there !== undefined) {
    return applied(
      changed(state, [there], from, (month, place) =>
        joined(month, added(model.months[place] ?? month, place), arriving(place)),
      ),
    );
  }
  const months = model.months.map((month, place) => {
    const none = { ...month, customers: 0n, lines: [] };
    return month.month < from ? none : joined(none, added(month, place), arriving(place));
  });
  return applied([...state, { feature, costClass, months }]);
}

/** The state after one change. */
export function applyChange(state: PlanState, change: ScenarioChange, context: ApplyContext): Applied {
  const [first, last] = [context.months[0], context.months.at(-1)];
  if (first === undefined || last === undefined || change.from < first || change.from > last) {
    const past = first !== undefined && change.from < first ? ", which is not to come" : "";
    return refused("from", `${change.from}${past}`, `a month of the plan, ${first} to ${last}`);
  }
  if ("percent" in change && change.percent !== undefined && change.percent < -100) {
    return refused("percent", String(change.percent), "-100 or more: nothing can become less than none");
  }
  switch (change.change) {
    case "adoption":
      return adopt(state, change);
    case "intensity":
      return intensify(state, change);
    case "model":
      return replaceModel(state, change, context);
    case "price":
      return reprice(state, change);
    case "launch":
      return launch(state, change);
    default:
      return change satisfies never;
  }
}
