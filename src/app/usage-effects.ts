import { compileConfig } from "#core/compile-config.ts";
import type { ModelPolicy } from "#core/config.ts";
import type { ConfigChange } from "#core/config-changes.ts";
import { ATTRIBUTION_DIMENSIONS, type AttributionDimension, UNALLOCATED } from "#core/dimensions.ts";
import type { ModelUse } from "#core/model-policy.ts";
import { formatUsd } from "#core/money.ts";
import { addDays, type UsageDate } from "#core/time.ts";
import type { Configs } from "./config-effects.ts";
import type { CostReportQuery, CostReportRow, makeCostReport } from "./cost-report.ts";

/** The usage that a plan looks at: of so many days up to today. */
const lookBackDays = 30;
const sentencesMax = 10;

/** Sentences by the change that they explain. */
export type UsageEffects = ReadonlyMap<ConfigChange, readonly string[]>;

type CostReportOf = ReturnType<typeof makeCostReport>;

const isOfPolicies = ({ section, id }: ConfigChange) => section === "policies" || id.startsWith("policies.");
const isOfDimension = ({ section, id }: ConfigChange, dimension: AttributionDimension) =>
  section === "registry" && (id === dimension || id.startsWith(`${dimension}/`));

function amountOf({ sums }: CostReportRow): string {
  return `${sums.requests} requests, ${formatUsd(sums.cost)} USD in the last ${lookBackDays} days`;
}

/** Dearest first, the rest counted. */
function told(lines: readonly { readonly row: CostReportRow; readonly text: string }[]): string[] {
  const sorted = lines.toSorted((a, b) => (b.row.sums.cost > a.row.sums.cost ? 1 : -1)).map(({ text }) => text);
  const more = sorted.length - sentencesMax;
  return more > 0 ? [...sorted.slice(0, sentencesMax), `And ${more} more.`] : sorted;
}

/** Today, and the coming days on which what these policies say changes. */
function turningDays(changes: readonly ConfigChange[], today: UsageDate): UsageDate[] {
  const days = changes.flatMap(({ section, to }) => {
    if (section !== "policies" || to === null) return [];
    const { from, expires, deprecated_on } = to as ModelPolicy;
    return [from, expires && addDays(expires, 1), deprecated_on];
  });
  return [today, ...new Set(days.filter((day) => day !== undefined && day > today))].sort() as UsageDate[];
}

/** Models in use that would be unapproved, told at the policy that says so, or whose absence does. */
function unapproved(changes: readonly ConfigChange[], rows: readonly CostReportRow[], configs: Configs): UsageEffects {
  const [before, after] = [compileConfig(configs.before).verdict, compileConfig(configs.after).verdict];
  const ofPolicies = changes.filter(isOfPolicies);
  const days = turningDays(ofPolicies, configs.today);
  const lines = rows.flatMap((row) => {
    const use = row.dimensions as Omit<ModelUse, "usageDate">;
    const isLost = (usageDate: UsageDate) =>
      after({ ...use, usageDate }).status === "unapproved" && before({ ...use, usageDate }).status !== "unapproved";
    const usageDate = days.find(isLost);
    if (usageDate === undefined) return [];
    const { policy, reason } = after({ ...use, usageDate });
    const was = before({ ...use, usageDate }).policy;
    const byId = (id: string | undefined) =>
      ofPolicies.find((change) => change.section === "policies" && change.id === id);
    const cause =
      byId(policy) ?? byId(was) ?? ofPolicies.find(({ section }) => section === "settings") ?? ofPolicies[0];
    const since = usageDate === configs.today ? "" : ` from ${usageDate} on`;
    const text =
      `${use.provider}/${use.model} in ${use.environment} by ${use.team} (${amountOf(row)}) ` +
      `becomes unapproved${since}: ${reason}.`;
    return cause === undefined ? [] : [{ cause, row, text }];
  });
  return new Map([...Map.groupBy(lines, ({ cause }) => cause)].map(([cause, ofCause]) => [cause, told(ofCause)]));
}

/** Values in use that would be as good as missing. */
function unregistered(
  changes: readonly ConfigChange[],
  dimension: AttributionDimension,
  rows: readonly CostReportRow[],
  configs: Configs,
): UsageEffects {
  const [before, after] = [compileConfig(configs.before).registry, compileConfig(configs.after).registry];
  const isKnown = (registry: typeof before, value: string) => registry.valueOf(dimension, value) !== undefined;
  const lines = rows.flatMap((row) => {
    const value = row.dimensions[dimension] ?? UNALLOCATED;
    if (value === UNALLOCATED || isKnown(after, value) || !isKnown(before, value)) return [];
    const text = `${dimension} ${JSON.stringify(value)} (${amountOf(row)}) is not registered: what says so will be unallocated.`;
    return [{ row, text }];
  });
  const cause = changes.find(({ id }) => id === dimension) ?? changes[0];
  return lines.length === 0 || cause === undefined ? new Map() : new Map([[cause, told(lines)]]);
}

/** What the changes mean for the models and values in use. Reads usage only where policies or the registry change. */
export async function usageEffects(
  changes: readonly ConfigChange[],
  configs: Configs,
  costReport: CostReportOf,
): Promise<UsageEffects> {
  const { today } = configs;
  const rowsBy = async (groupBy: CostReportQuery["groupBy"]) => {
    const from = addDays(today, 1 - lookBackDays);
    return (await costReport({ from, to: today, granularity: "total", groupBy, filters: {} })).rows;
  };
  const policies = changes.some(isOfPolicies)
    ? unapproved(changes, await rowsBy(["provider", "model", "environment", "team"]), configs)
    : [];
  const found = [...policies];
  for (const dimension of ATTRIBUTION_DIMENSIONS) {
    const ofDimension = changes.filter((change) => isOfDimension(change, dimension));
    if (ofDimension.length === 0 || configs.after.registry[dimension]?.mode !== "strict") continue;
    found.push(...unregistered(ofDimension, dimension, await rowsBy([dimension]), configs));
  }
  return new Map(found);
}
