import type { ModelName } from "#core/approved-models.ts";
import { wholeCatalogue } from "#core/catalogue-models.ts";
import { compileConfig } from "#core/compile-config.ts";
import type { ModelPolicy } from "#core/config.ts";
import type { ConfigChange } from "#core/config-changes.ts";
import { ATTRIBUTION_DIMENSIONS, type AttributionDimension, UNALLOCATED } from "#core/dimensions.ts";
import type { ModelUse } from "#core/model-policy.ts";
import { formatUsd } from "#core/money.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { addDays, type UsageDate } from "#core/time.ts";
import type { Configs } from "./config-effects.ts";
import type { CostReportQuery, CostReportRow, makeCostReport } from "./cost-report.ts";
import { openedModels } from "./opened-models.ts";
import type { ApprovalStore } from "./ports/approvals.ts";
import type { KeyStore } from "./ports/keys.ts";
import { keysNamed, unmatchedKeys, unmatchedPolicies } from "./unmatched.ts";

/** The usage that a plan looks at: of so many days up to today. */
const lookBackDays = 30;
const sentencesMax = 10;

/** Sentences by the change that they explain. */
export type UsageEffects = ReadonlyMap<ConfigChange, readonly string[]>;

export interface UsageEffectsDeps {
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly keys: Pick<KeyStore, "list">;
  readonly approvals: Pick<ApprovalStore, "list">;
}

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

/** Today, and the coming days on which what these policies said or would say changes. */
function turningDays(changes: readonly ConfigChange[], today: UsageDate): UsageDate[] {
  const policies = changes.flatMap(({ section, from, to }) => (section === "policies" ? [from, to] : []));
  const days = policies.flatMap((policy) => {
    if (policy === null) return [];
    const { from, expires, deprecated_on } = policy as ModelPolicy;
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
    if (row.sums.requests === 0n) return [];
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

/** Policies that two persons have approved and that would go, or be others. */
async function takenBack(changes: readonly ConfigChange[], approvals: Pick<ApprovalStore, "list">) {
  const gone = changes.filter(({ section, from }) => section === "policies" && from !== null);
  const isApproved = ({ from }: ConfigChange) => (from as ModelPolicy).status === "approved";
  if (!gone.some(isApproved)) return new Map<ConfigChange, string[]>();
  const granted = (await approvals.list()).filter(({ approval }) => approval.status === "approved");
  return new Map(
    gone.filter(isApproved).map((change) => {
      const by = granted.find(({ approval }) => approval.policy.id === change.id)?.approval.id;
      const what = change.change === "remove" ? "takes back" : "changes";
      const line = `${what} what approval ${by} has granted: \`finops export\` shows the policy as it stands`;
      return [change, by === undefined ? [] : [line]];
    }),
  );
}

function merged(all: readonly UsageEffects[]): UsageEffects {
  const lines = all.flatMap((effects) => [...effects]);
  const byChange = Map.groupBy(lines, ([change]) => change);
  return new Map([...byChange].map(([change, of]) => [change, of.flatMap(([, texts]) => texts)]));
}

/**
 * What the changes mean for the models and values in use, and what they let through. `priced`: what the company has
 * prices of its own for. Reads usage only where policies or the registry change.
 */
export async function usageEffects(
  changes: readonly ConfigChange[],
  configs: Configs,
  priced: readonly ModelName[],
  { costReport, catalog, keys, approvals }: UsageEffectsDeps,
): Promise<UsageEffects> {
  const { today } = configs;
  const rowsBy = async (groupBy: CostReportQuery["groupBy"]) => {
    const from = addDays(today, 1 - lookBackDays);
    return (await costReport({ from, to: today, granularity: "total", groupBy, filters: {} })).rows;
  };
  const found: UsageEffects[] = [];
  const policies = changes.filter(isOfPolicies);
  if (policies.length > 0) {
    const rows = await rowsBy(["provider", "model", "environment", "team"]);
    const used = rows.map(({ dimensions: { provider = "", model = "" } }) => ({ provider, model }));
    const days = turningDays(policies, today);
    found.push(openedModels({ policies, days, used }, configs), unapproved(changes, rows, configs));
    found.push(unmatchedPolicies(policies, [...wholeCatalogue(catalog).models, ...used, ...priced]));
    found.push(await takenBack(policies, approvals));
  }
  const ofKeys = changes.filter((change) => keysNamed(change).length > 0);
  if (ofKeys.length > 0) found.push(unmatchedKeys(ofKeys, await keys.list()));
  for (const dimension of ATTRIBUTION_DIMENSIONS) {
    const ofDimension = changes.filter((change) => isOfDimension(change, dimension));
    if (ofDimension.length === 0 || configs.after.registry[dimension]?.mode !== "strict") continue;
    found.push(unregistered(ofDimension, dimension, await rowsBy([dimension]), configs));
  }
  return merged(found);
}
