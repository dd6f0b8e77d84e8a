import { approvedModels, type ModelName, successorOf } from "#core/approved-models.ts";
import { wholeCatalogue } from "#core/catalogue-models.ts";
import { type FindCheapest, makeFindCheapest } from "#core/cheapest-approved.ts";
import type { ModelPolicies, PolicyVerdict } from "#core/config.ts";
import type { PolicyStatus } from "#core/dimensions.ts";
import type { Quantities } from "#core/meters.ts";
import { compilePolicies, type JudgeUse, type ModelUse } from "#core/model-policy.ts";
import { divHalfEven, type PicoUsd } from "#core/money.ts";
import type { CatalogFile, Rater } from "#core/price-book.ts";
import { addSums, type CellSums } from "#core/spend-cell.ts";
import { type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import type { makeCostReport } from "./cost-report.ts";
import type { ConfigStore } from "./ports/config.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

export interface ModelsInUseQuery {
  readonly from: UsageDate;
  /** Included. */
  readonly to: UsageDate;
  /** Of these teams alone; undefined: of all. */
  readonly teams: readonly string[] | undefined;
}

interface UnapprovedUse {
  readonly environment: string;
  readonly team: string;
  readonly policy: string | null;
  readonly reason: string;
  readonly cost: PicoUsd;
  readonly unpricedRequests: bigint;
}

export interface ModelInUse extends ModelName {
  readonly sums: CellSums;
  /** Calls without a price: `sums` have no cost of theirs. */
  readonly unpricedRequests: bigint;
  readonly environments: readonly string[];
  readonly teams: readonly string[];
  readonly firstSeen: UsageDate;
  readonly policyStatus: PolicyStatus;
  readonly unapproved: readonly UnapprovedUse[];
  /** Of the use that costs most of those that a deprecation decides. */
  readonly deprecated: { readonly on: UsageDate; readonly successor: string } | null;
  /** Paid per million tokens; null where it has no tokens or no price. */
  readonly perMillion: PicoUsd | null;
  readonly cheapest:
    | (ModelName & Pick<UnapprovedUse, "environment" | "team"> & { readonly perMillion: PicoUsd })
    | null;
}

export interface ModelsInUseDeps {
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly engine: QueryEngine;
  readonly config: Pick<ConfigStore, "read">;
  readonly rater: () => Promise<Rater>;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly clock: () => Instant;
}

/** What one team has used of a model in one environment. */
interface Use extends ModelName {
  readonly environment: string;
  readonly team: string;
  readonly sums: CellSums;
  readonly unpricedRequests: bigint;
}

const million = 1_000_000n;

function tokensOf({ quantities }: CellSums): bigint {
  return Object.entries(quantities).reduce(
    (sum, [meter, count]) => (meter.endsWith("_tokens") ? sum + count : sum),
    0n,
  );
}

function perMillionTokens(cost: bigint, sums: CellSums): PicoUsd | null {
  const tokens = tokensOf(sums);
  return tokens <= 0n ? null : (divHalfEven(cost * million, tokens) as PicoUsd);
}

/** The usage as one event of many calls, at the prices of now. */
function mixOf({ provider, model, sums }: Use, now: Instant): UsageEvent {
  const counted = Object.entries(sums.quantities).filter(([, quantity]) => quantity > 0n);
  return {
    ...{ source: "models", id: "models", time: now, provider, model, serviceTier: "standard", speed: "standard" },
    quantities: Object.fromEntries(counted.map(([meter, quantity]) => [meter, Number(quantity)])) as Quantities,
    requests: Math.max(1, Number(sums.requests)),
    ...{ claimed: {}, tags: {}, quantitiesEstimated: false },
  };
}

function byCost(a: { readonly sums: CellSums }, b: { readonly sums: CellSums }): number {
  if (a.sums.cost === b.sums.cost) return 0;
  return a.sums.cost > b.sums.cost ? -1 : 1;
}

const sorted = (names: readonly string[]) => [...new Set(names)].sort();

interface Judging {
  readonly policies: ModelPolicies;
  readonly verdict: JudgeUse;
  readonly findCheapest: FindCheapest;
  readonly rate: Rater;
  readonly now: Instant;
}

function placeOf({ environment, team }: Use, { now }: Judging): Pick<ModelUse, "environment" | "team" | "usageDate"> {
  return { environment: environment as ModelUse["environment"], team, usageDate: usageDateOf(now) };
}

interface JudgedUse {
  readonly use: Use;
  readonly judgement: PolicyVerdict;
}

function judgedUse(use: Use, judging: Judging): JudgedUse {
  const { provider, model } = use;
  const unitPrices = judging.rate(mixOf(use, judging.now)).charges;
  return { use, judgement: judging.verdict({ ...placeOf(use, judging), provider, model, unitPrices }) };
}

function deprecation(judged: readonly JudgedUse[], { policies: { list } }: Judging): ModelInUse["deprecated"] {
  const ids = judged.map(({ judgement }) => judgement.policy);
  const found = ids.flatMap((policy) => list.filter(({ id, status }) => id === policy && status === "deprecated"))[0];
  const { deprecated_on: on, successor } = found ?? {};
  return on === undefined || successor === undefined ? null : { on, successor };
}

function unapprovedUses(judged: readonly JudgedUse[]): { status: PolicyStatus; unapproved: UnapprovedUse[] } {
  const unapproved = judged
    .filter(({ judgement }) => judgement.status === "unapproved")
    .map(({ use: { environment, team, sums, unpricedRequests }, judgement: { policy = null, reason } }) => ({
      ...{ environment, team, policy, reason, cost: sums.cost, unpricedRequests },
    }));
  const status = unapproved.length > 0 ? "unapproved" : (judged[0]?.judgement.status ?? "ungoverned");
  return { status, unapproved };
}

function cheapestFor({ use, judgement }: JudgedUse, judging: Judging): ModelInUse["cheapest"] {
  const successor = successorOf(use, judgement, judging.policies);
  const found = judging.findCheapest(mixOf(use, judging.now), placeOf(use, judging), successor);
  if (found === undefined || (found.provider === use.provider && found.model === use.model)) return null;
  const perMillion = perMillionTokens(found.cost, use.sums);
  const { provider, model } = found;
  return perMillion === null ? null : { provider, model, perMillion, environment: use.environment, team: use.team };
}

function modelInUse(uses: readonly Use[], firstSeen: UsageDate, judging: Judging): ModelInUse {
  const ordered = uses.toSorted(byCost);
  const [dearest = uses[0]] = ordered as [Use];
  const { provider, model } = dearest as Use;
  const sums = ordered.slice(1).reduce((sum, use) => addSums(sum, use.sums), (dearest as Use).sums);
  const judged = ordered.map((use) => judgedUse(use, judging));
  const { status, unapproved } = unapprovedUses(judged);
  return {
    ...{ provider, model, sums, firstSeen, policyStatus: status, unapproved },
    deprecated: deprecation(judged, judging),
    unpricedRequests: uses.reduce((sum, use) => sum + use.unpricedRequests, 0n),
    environments: sorted(uses.map(({ environment }) => environment)),
    teams: sorted(uses.map(({ team }) => team)),
    perMillion: sums.cost === 0n ? null : perMillionTokens(sums.cost, sums),
    cheapest: cheapestFor(judged[0] as JudgedUse, judging),
  };
}

const nameKey = ({ provider, model }: ModelName) => JSON.stringify([provider, model]);

/** Of the lake's days; the newest ones may be in cells alone. */
async function firstDays(engine: QueryEngine, teams: ModelsInUseQuery["teams"]): Promise<Map<string, UsageDate>> {
  const first = new Map<string, UsageDate>();
  for (const { provider, model, team, first_seen } of await engine.run("models_first_seen")) {
    if (teams !== undefined && !teams.includes(String(team))) continue;
    const key = nameKey({ provider: String(provider), model: String(model) });
    const known = first.get(key);
    if (known === undefined || String(first_seen) < known) first.set(key, first_seen as UsageDate);
  }
  return first;
}

/** The models in use, by spend, each with what the policies of now say of it and what the cheapest approved one costs. */
export const makeModelsInUse = (deps: ModelsInUseDeps) => {
  const { costReport, engine, config: store, rater, catalog, clock } = deps;
  return async ({ from, to, teams }: ModelsInUseQuery): Promise<readonly ModelInUse[]> => {
    const filters = teams === undefined ? {} : { team: teams };
    const groupBy = ["provider", "model", "environment", "team", "price_status"] as const;
    const [first, daily, { config }, rate] = await Promise.all([
      firstDays(engine, teams),
      costReport({ from, to, granularity: "daily", groupBy, filters }),
      store.read(),
      rater(),
    ]);
    const catalogue = wholeCatalogue(catalog);
    const approved = approvedModels(config.policies, catalogue.models);
    const judging = {
      policies: config.policies,
      verdict: compilePolicies(config.policies),
      findCheapest: makeFindCheapest(approved, catalogue, rate),
      rate,
      now: clock(),
    };
    const byUse = new Map<string, Use>();
    const firstInRange = new Map<string, UsageDate>();
    for (const { date, dimensions, sums } of daily.rows) {
      const { provider = "", model = "", environment = "", team = "" } = dimensions;
      const name = nameKey({ provider, model });
      if (!firstInRange.has(name)) firstInRange.set(name, date as UsageDate);
      const key = JSON.stringify([provider, model, environment, team]);
      const known = byUse.get(key);
      const unpriced = dimensions.price_status === "unpriced" ? sums.requests : 0n;
      byUse.set(key, {
        ...{ provider, model, environment, team },
        sums: known ? addSums(known.sums, sums) : sums,
        unpricedRequests: (known?.unpricedRequests ?? 0n) + unpriced,
      });
    }
    const models = [...Map.groupBy(byUse.values(), nameKey)].map(([name, uses]) => {
      const [inLake, inRange] = [first.get(name), firstInRange.get(name) ?? from];
      return modelInUse(uses, inLake !== undefined && inLake < inRange ? inLake : inRange, judging);
    });
    return models.sort(byCost);
  };
};
