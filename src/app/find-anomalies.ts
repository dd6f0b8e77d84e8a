import { ANOMALY_LISTED_DAYS, type Anomaly, isOpen, isRunningHour, type StoredAnomaly } from "#core/anomaly.ts";
import { anomalyReading } from "#core/anomaly-alert.ts";
import { explainExcess } from "#core/anomaly-explain.ts";
import { isInScope } from "#core/budget-state.ts";
import type { DayCost } from "#core/cost-history.ts";
import { ANOMALY_DIMENSIONS, ANOMALY_HISTORY_DAYS, dailyAnomalies, dimensionValues } from "#core/daily-anomalies.ts";
import { ATTRIBUTION_DIMENSIONS } from "#core/dimensions.ts";
import { scopeKey } from "#core/scope-key.ts";
import { combinationsOf } from "#core/scope-series.ts";
import { addDays, eachDay, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { CostReportQuery, makeCostReport } from "./cost-report.ts";
import type { makeJudgeAlerts } from "./judge-alerts.ts";
import type { AnomalyStore } from "./ports/anomalies.ts";

export interface FindAnomaliesDeps {
  readonly anomalies: AnomalyStore;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly judgeAlerts: ReturnType<typeof makeJudgeAlerts>;
  readonly rules: () => Promise<CompanyRules>;
  readonly clock: () => Instant;
}

/**
 * Judges the days of a run that are over; the first run of a day the three days before it too, which may have ended without
 * another run. Run again, it ends the same.
 */
export type FindAnomalies = (run: { readonly nightly: boolean; readonly days: readonly UsageDate[] }) => Promise<void>;

/** As many days before a day are judged by its first run. */
const daysBefore = 3;
/** One that was first seen later than so many days after its day is listed, but nobody is told. */
const daysTold = 3;

/** Is it found again, it stands as somebody decided it; is it not, it is over. */
function storedOf(found: Anomaly, before: StoredAnomaly | undefined, now: Instant): StoredAnomaly {
  const decision = before?.decision ?? null;
  return { ...found, decision, state: decision?.state ?? "new", firstSeen: before?.firstSeen ?? now, lastSeen: now };
}

/** Nobody has said that it is explained or over, and it was found while it was news. */
const isTold = (one: StoredAnomaly) =>
  one.grain === "daily" &&
  one.toldBy === null &&
  isOpen(one) &&
  usageDateOf(one.firstSeen) <= addDays(one.usageDate, daysTold);

async function costsOf(deps: FindAnomaliesDeps, query: Omit<CostReportQuery, "granularity">): Promise<DayCost[]> {
  const { rows } = await deps.costReport({ ...query, granularity: "daily" });
  return rows.map(({ date, dimensions, sums }) => ({ usageDate: date as UsageDate, dimensions, cost: sums.cost }));
}

const otherDimensions = ATTRIBUTION_DIMENSIONS.filter(
  (name) => !(ANOMALY_DIMENSIONS as readonly string[]).includes(name),
);

/** One that tells is explained over all of its attribution: over that of `rows`, and the rest asked for. */
async function explained(deps: FindAnomaliesDeps, rows: readonly DayCost[], anomaly: Anomaly): Promise<Anomaly> {
  const { scope, usageDate, cost, expected, toldBy } = anomaly;
  if (toldBy !== null) return anomaly;
  const from = addDays(usageDate, -ANOMALY_HISTORY_DAYS);
  const mine = rows.filter(({ dimensions }) => isInScope(scope, dimensions));
  const others = await costsOf(deps, { from, to: usageDate, groupBy: otherDimensions, filters: scope });
  const values = [mine, others].map((part) =>
    dimensionValues(scope, combinationsOf(part, from, ANOMALY_HISTORY_DAYS + 1), ANOMALY_HISTORY_DAYS),
  );
  return { ...anomaly, explanations: explainExcess({ actual: cost, expected }, Object.assign({}, ...values)) };
}

/** What has changed of the days of a run: found, found again, and found no more. */
async function judge(deps: FindAnomaliesDeps, days: readonly UsageDate[], now: Instant): Promise<void> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return;
  const range = { from: addDays(first, -ANOMALY_HISTORY_DAYS), to: last };
  const rows = await costsOf(deps, { ...range, groupBy: ANOMALY_DIMENSIONS, filters: {} });
  const isJudged = ({ grain, usageDate }: StoredAnomaly) => grain === "daily" && days.includes(usageDate);
  const known = (await deps.anomalies.list(first)).filter(isJudged);
  const before = new Map(known.map((one) => [one.id, one]));
  const found: StoredAnomaly[] = [];
  for (const one of dailyAnomalies(rows, days)) {
    found.push(storedOf(await explained(deps, rows, one), before.get(one.id), now));
  }
  const again = new Set(found.map(({ id }) => id));
  const over = known.filter(({ id, state }) => !again.has(id) && state !== "resolved");
  await deps.anomalies.put([...found, ...over.map((one): StoredAnomaly => ({ ...one, state: "resolved" }))]);
}

/** Hours whose scope is calm again are over. They are found, told and taken back while they run, by who evaluates alerts. */
async function endHours({ anomalies }: FindAnomaliesDeps, now: Instant): Promise<void> {
  const stored = await anomalies.list(addDays(usageDateOf(now), -ANOMALY_LISTED_DAYS));
  const running = new Set(stored.filter((one) => isRunningHour(one, now)).map(({ scope }) => scopeKey(scope)));
  const over = stored.filter((one) => one.hour !== null && isOpen(one) && !running.has(scopeKey(one.scope)));
  if (over.length > 0) await anomalies.put(over.map((one): StoredAnomaly => ({ ...one, state: "resolved" })));
}

/** Tells of what is stored: killed before, or by an outage, the next call does. */
async function tell({ anomalies, judgeAlerts, rules }: FindAnomaliesDeps, now: Instant): Promise<void> {
  const stored = await anomalies.list(addDays(usageDateOf(now), -ANOMALY_LISTED_DAYS));
  const { config } = await rules();
  const readings = stored.filter(isTold).map((one) => anomalyReading(one, config.registry));
  await judgeAlerts({ covers: ({ kind }) => kind === "anomaly", readings });
}

export function makeFindAnomalies(deps: FindAnomaliesDeps): FindAnomalies {
  return async ({ nightly, days }) => {
    const now = deps.clock();
    const today = usageDateOf(now);
    const asked = new Set([...days, ...(nightly ? eachDay(addDays(today, -daysBefore), addDays(today, -1)) : [])]);
    const judged = [...asked].filter((day) => day >= addDays(today, -ANOMALY_LISTED_DAYS) && day < today).sort();
    await judge(deps, judged, now);
    await endHours(deps, now);
    await tell(deps, now);
  };
}
