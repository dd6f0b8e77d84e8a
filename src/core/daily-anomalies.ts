import { type Anomaly, anomalyId } from "./anomaly.ts";
import { judgeDays } from "./anomaly-daily.ts";
import { type DimensionValue, explainExcess } from "./anomaly-explain.ts";
import { isInScope } from "./budget-state.ts";
import type { Scope } from "./config.ts";
import type { DayCost } from "./cost-history.ts";
import type { SpendDimension } from "./dimensions.ts";
import { scopeKey } from "./scope-key.ts";
import { type Combination, combinationsOf, costOn, expectedOn, expectedUsd, usdSeries } from "./scope-series.ts";
import { tellOnce } from "./tell-once.ts";
import { addDays, daysBetween, type UsageDate } from "./time.ts";

/** As many days before the first judged one count. */
export const ANOMALY_HISTORY_DAYS = 98;
/** By these the costs are to be told apart. */
export const ANOMALY_DIMENSIONS = ["cost_class", "team", "feature", "provider", "model"] as const;

const excessMinUsd = 1;
const excessMinShare = 0.001;
const averageDays = 28;

/** All spend, each class, each team, each feature (and each team's part of one that several have), each model. */
function scopesOf(combinations: readonly Combination[]): readonly Scope[] {
  const scopes = new Map<string, Scope>([[scopeKey({}), {}]]);
  const add = (scope: Scope) => scopes.set(scopeKey(scope), scope);
  const teamsOf = new Map<string, Set<string>>();
  for (const { dimensions } of combinations) {
    const { cost_class = "", team = "", feature = "", provider = "", model = "" } = dimensions;
    for (const scope of [{ cost_class: [cost_class] }, { team: [team] }, { feature: [feature] }]) add(scope);
    add({ provider: [provider], model: [model] });
    teamsOf.set(feature, (teamsOf.get(feature) ?? new Set()).add(team));
  }
  for (const [feature, teams] of teamsOf) {
    if (teams.size > 1) for (const team of teams) add({ team: [team], feature: [feature] });
  }
  return [...scopes.values()];
}

/**
 * The least excess that is worth a look, in USD: 1, or a thousandth of the average day's total of the four weeks before
 * the day, whichever is more.
 */
function excessMinOn(total: readonly (number | null)[], day: number): number {
  const before = total.slice(Math.max(0, day - averageDays), day).map((cost) => cost ?? 0);
  const sum = before.reduce((all, cost) => all + cost, 0);
  return Math.max(excessMinUsd, (excessMinShare * sum) / Math.max(1, before.length));
}

/** A dimension and the names it has in `dimensions`: a model is told with its provider. */
const explainedBy: Readonly<Record<string, readonly SpendDimension[]>> = {
  cost_class: ["cost_class"],
  team: ["team"],
  feature: ["feature"],
  model: ["provider", "model"],
  environment: ["environment"],
  region: ["region"],
  customer_tier: ["customer_tier"],
};

/** Of each dimension that the scope leaves open and that the combinations know: its values on that day. */
export function dimensionValues(
  scope: Scope,
  combinations: readonly Combination[],
  day: number,
): Readonly<Record<string, readonly DimensionValue[]>> {
  const open = Object.entries(explainedBy).filter(
    ([name, names]) =>
      scope[name as SpendDimension] === undefined &&
      combinations.some(({ dimensions }) => names.every((one) => dimensions[one] !== undefined)),
  );
  return Object.fromEntries(
    open.map(([name, names]) => {
      const byValue = Map.groupBy(combinations, ({ dimensions }) => names.map((one) => dimensions[one]).join("/"));
      const values = [...byValue].map(([value, ofValue]) => ({
        value,
        actual: costOn(ofValue, day),
        expected: expectedOn(ofValue, day),
      }));
      return [name, values];
    }),
  );
}

interface JudgedScope {
  readonly scope: Scope;
  readonly combinations: readonly Combination[];
  readonly verdicts: ReturnType<typeof judgeDays>;
}

/**
 * The anomalies of these days, each explained over what `rows` tell apart. Every day must be over, and its costs known.
 *
 * @param rows the costs by `ANOMALY_DIMENSIONS` from `ANOMALY_HISTORY_DAYS` before the first of the days on
 */
export function dailyAnomalies(rows: readonly DayCost[], days: readonly UsageDate[]): readonly Anomaly[] {
  const [first, last] = [days.toSorted()[0], days.toSorted().at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = addDays(first, -ANOMALY_HISTORY_DAYS);
  const lastDay = daysBetween(from, last);
  const combinations = combinationsOf(rows, from, lastDay + 1);
  const total = usdSeries(combinations, lastDay);
  const judged = scopesOf(combinations).map((scope): JudgedScope => {
    const mine = combinations.filter(({ dimensions }) => isInScope(scope, dimensions));
    const verdicts = judgeDays(usdSeries(mine, lastDay), ANOMALY_HISTORY_DAYS, excessMinUsd);
    return { scope, combinations: mine, verdicts };
  });
  return days.flatMap((usageDate) => {
    const day = daysBetween(from, usageDate);
    const excessMin = excessMinOn(total, day);
    return tellOnce(
      judged.flatMap((one) => anomalyOf(one, usageDate, day, excessMin) ?? []),
      combinations,
      day,
    );
  });
}

function anomalyOf(
  { scope, combinations, verdicts }: JudgedScope,
  usageDate: UsageDate,
  day: number,
  excessMin: number,
): Anomaly | undefined {
  const verdict = verdicts[day - ANOMALY_HISTORY_DAYS];
  if (verdict === undefined || !verdict.isAnomaly || verdict.excess < excessMin) return undefined;
  const cost = costOn(combinations, day);
  const expected = expectedUsd(verdict.expected);
  return {
    id: anomalyId({ usageDate, hour: null, scope }),
    grain: "daily",
    ...{ scope, usageDate, cost, expected, hour: null, toldBy: null },
    excess: (cost - expected) as Anomaly["excess"],
    score: verdict.score,
    explanations: explainExcess({ actual: cost, expected }, dimensionValues(scope, combinations, day)),
  };
}
