import { mergedLines } from "./drivers/merged-lines.ts";
import { customersOf, type PlannedLine, type PlannedMonth, type PlannedSegment } from "./drivers/plan-state.ts";
import { sumOver, type UsageLine } from "./drivers/segment.ts";
import type { FieldError } from "./field-error.ts";
import { nearestName } from "./nearest-name.ts";
import { compilePatterns } from "./pattern.ts";
import type { Rater } from "./price-book.ts";
import { makeTimes, ratioOf, ratioOfPercent, times, wholeRatio } from "./ratio.ts";
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
  /** The changes that were applied before. */
  readonly earlier: readonly ScenarioChange[];
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

const most = (counts: readonly (bigint | null)[]) =>
  counts.reduce<bigint>((highest, count) => (count !== null && count > highest ? count : highest), 0n);

/**
 * What makes the customers of a month so many, of the segment of a feature that has the most: those of its other cost
 * classes are among them. Undefined where no customers are known, not even of a month that is paused.
 */
export function adoptionOf(segments: PlanState, place: number, customers: number) {
  const inMonth = segments.flatMap(({ months }) => months[place] ?? []);
  const there = most(inMonth.map(customersOf));
  if (there > 0n) {
    const grow = makeTimes(ratioOf(BigInt(customers), there));
    return (month: PlannedMonth): PlannedMonth => ({ ...month, adopted: grow(month.adopted) });
  }
  const base = most(inMonth.map(({ baseCustomers }) => baseCustomers));
  if (base === 0n) return undefined;
  const adopted = ratioOf(BigInt(customers), base);
  return (month: PlannedMonth): PlannedMonth => ({ ...month, adopted });
}

/**
 * What grows with a feature's customers: its cost classes in which calls name them, since tests and internal use do not;
 * all of them when none does.
 */
export function drivenSegments(state: PlanState, feature: string): PlanState {
  const ofFeature = state.filter((segment) => segment.feature === feature);
  const named = ofFeature.filter(({ months }) => months.some(({ baseCustomers }) => baseCustomers !== null));
  return named.length > 0 ? named : ofFeature;
}

/** Features that an error lists. */
const namedMax = 20;

function unknownFeature(state: PlanState, path: string, feature: string): Applied {
  const names = [...new Set(state.map((segment) => segment.feature))].sort();
  const meant = nearestName(feature, names);
  const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : "";
  const known = names.length === 0 ? "there are none" : `${names.slice(0, namedMax).join(", ")}${more}`;
  const wanted = `a feature with usage in the last 30 days: ${known}`;
  return refused(path, `"${feature}"`, meant === undefined ? wanted : `${wanted}; did you mean ${meant}?`);
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

function scaledLines(lines: readonly PlannedLine[], factor: Ratio): PlannedLine[] {
  const scaled = makeTimes(factor);
  return lines.map((line) => ({ ...line, scale: scaled(line.scale) }));
}

const grown = (percent: number) => ratioOfPercent(100 + percent);

function adopt(state: PlanState, change: AdoptionChange): Applied {
  const { feature, from, percent, customers } = change;
  const selected = drivenSegments(state, feature);
  if (selected.length === 0) return unknownFeature(state, "feature", feature);
  if (customers === undefined) {
    const factor = grown(percent ?? 0);
    return applied(changed(state, selected, from, (month) => ({ ...month, adopted: times(month.adopted, factor) })));
  }
  const months = selected[0]?.months ?? [];
  const adoptions = months.map((_, place) => adoptionOf(selected, place, customers));
  const isKnown = months.every(({ month }, place) => month < from || adoptions[place] !== undefined);
  if (!isKnown) return refused("customers", String(customers), "percent: no usage of the feature names its customers");
  return applied(changed(state, selected, from, (month, place) => adoptions[place]?.(month) ?? month));
}

function intensify(state: PlanState, { feature, from, percent }: IntensityChange): Applied {
  const selected = drivenSegments(state, feature);
  if (selected.length === 0) return unknownFeature(state, "feature", feature);
  return applied(
    changed(state, selected, from, (month) => ({ ...month, lines: scaledLines(month.lines, grown(percent)) })),
  );
}

/** What earlier changes of prices make of a model's price in a month. */
function makePriceOf(earlier: readonly ScenarioChange[], { provider, model }: ModelChange["proposed"]) {
  const matching = earlier.filter(
    (change): change is PriceChange =>
      change.change === "price" &&
      compilePatterns([change.provider])(provider) &&
      compilePatterns([change.model])(model),
  );
  return (month: Month): Ratio =>
    matching
      .filter(({ from }) => from <= month)
      .reduce((price, { percent }) => times(price, grown(percent)), wholeRatio);
}

function replaceModel(state: PlanState, change: ModelChange, { rate, now, earlier }: ApplyContext): Applied {
  const { feature, from, current, proposed } = change;
  if (current.provider === proposed.provider && current.model === proposed.model) {
    return refused("proposed", `${proposed.provider}/${proposed.model}`, "another model than the current one");
  }
  const selected = feature === undefined ? state : state.filter((segment) => segment.feature === feature);
  if (selected.length === 0) return unknownFeature(state, "feature", feature ?? "");
  const replaced = withModel(change, rate, now);
  const priceOf = makePriceOf(earlier, proposed);
  let isUsed = false;
  const months = changed(state, selected, from, (month) => {
    const replace = replaced.inMonth(priceOf(month.month));
    const lines = month.lines.flatMap((line) => {
      const { provider, model } = line.usage;
      if (provider !== current.provider || model !== current.model) return [line];
      isUsed = true;
      return replace(line);
    });
    return { ...month, lines: mergedLines(lines) };
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
  const repriced = makeTimes(grown(percent));
  const months = changed(state, state, from, (month) => {
    const lines = month.lines.map((line) => {
      if (!matches(line)) return line;
      isUsed = true;
      return { ...line, price: repriced(line.price) };
    });
    return { ...month, lines };
  });
  if (isUsed) return applied(months);
  return refused("model", `${provider}/${model}`, "patterns of a provider and a model used in the last 30 days");
}

/** The lines of a month as so many customers in another region would use them. */
function launchedLines({ baseCustomers, lines }: PlannedMonth, customers: bigint, region: string): PlannedLine[] {
  const moved = new Map(lines.map(({ usage }): [UsageLine, UsageLine] => [usage, { ...usage, region }]));
  return scaledLines(lines, ratioOf(customers, baseCustomers ?? 1n)).map((line) => ({
    ...line,
    usage: moved.get(line.usage) ?? line.usage,
  }));
}

/** Two mixes in one month. */
function joined(month: PlannedMonth, lines: readonly PlannedLine[], customers: bigint): PlannedMonth {
  const there = month.adopted.numerator === 0n ? [] : scaledLines(month.lines, month.adopted);
  return {
    month: month.month,
    baseCustomers: (customersOf(month) ?? 0n) + customers,
    adopted: wholeRatio,
    lines: mergedLines([...there, ...lines]),
  };
}

function launch(state: PlanState, change: LaunchChange): Applied {
  const { feature, region, from, customers: ramp, like = feature } = change;
  const likes = drivenSegments(state, like).filter(({ months }) =>
    months.every(({ month, baseCustomers }) => month < from || (baseCustomers ?? 0n) > 0n),
  );
  const base = (segment: PlannedSegment) => sumOver(segment.months, ({ baseCustomers }) => baseCustomers ?? 0n);
  const [model] = likes.toSorted((a, b) => (base(a) > base(b) ? -1 : 1));
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
    const none = { ...month, baseCustomers: 0n, lines: [] };
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
