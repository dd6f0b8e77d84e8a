import type { ConfigChange } from "#core/config-changes.ts";
import type { FieldError } from "#core/field-error.ts";
import { type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { type ConfigEffect, type Configs, effectOf, type Restates } from "./config-effects.ts";
import type { ConfigStore } from "./ports/config.ts";
import type { PriceStore, StoredRate } from "./ports/prices.ts";
import {
  type ConfigState,
  type NewRate,
  type Proposal,
  type ProposeDeps,
  proposeConfig,
  type WantedState,
} from "./propose-config.ts";
import { type UsageEffectsDeps, usageEffects } from "./usage-effects.ts";

export interface PlannedChange extends Omit<ConfigChange, "section"> {
  readonly section: ConfigChange["section"] | "prices";
  readonly restates?: Restates;
  /** Sentences on what the change means, where it does not say so itself. */
  readonly meaning: readonly string[];
}

/** A price that is not in the document and goes on none the less. */
export interface KeptPrice {
  readonly rate: StoredRate;
  readonly hint: string;
}

interface ConfigPlan {
  /** Of the state that the plan is of. */
  readonly revision: string;
  readonly changes: readonly PlannedChange[];
  readonly kept: readonly KeptPrice[];
}

export type PlanConfigResult =
  | ({ readonly status: "planned" } & ConfigPlan)
  | { readonly status: "rejected"; readonly errors: readonly FieldError[] };

export interface ReadConfigDeps {
  readonly config: Pick<ConfigStore, "read">;
  readonly prices: Pick<PriceStore, "list">;
}

export const makeReadConfig =
  ({ config, prices }: ReadConfigDeps) =>
  async (): Promise<ConfigState> => {
    const [stored, rates] = await Promise.all([config.read(), prices.list()]);
    return { ...stored, prices: rates };
  };

/** Two states of the same name are the same: prices are only ever added. */
export function stateRevision({ revision, prices }: ConfigState): string {
  return `r${revision}-p${prices.length}`;
}

function ofRate({ rate, how }: NewRate, today: UsageDate): PlannedChange {
  const { provider, model, meter, tier, from, to } = rate;
  const id = `${provider}/${model} ${meter} ${tier} from ${from}`;
  const planned = { section: "prices", id, change: "add", from: null, to: rate } as const;
  if (how === "ahead" || from > today) return { ...planned, meaning: [] };
  const last = (to !== null && to < today ? to : today) as UsageDate;
  const meaning =
    `What is booked from ${from} to ${last} keeps its price: ` +
    `\`finops reprice --from ${from} --to ${last}\` books the difference.`;
  return { ...planned, restates: { from: from as UsageDate, to: last }, meaning: [meaning] };
}

/** The changes of a proposal, as far as the config alone tells what they mean. */
export function plannedChanges(
  { changes, newRates }: Proposal,
  configs: Configs,
  more: ReadonlyMap<ConfigChange, readonly string[]> = new Map(),
): PlannedChange[] {
  const planned = changes.map((change): PlannedChange => {
    const effect: ConfigEffect = effectOf(change, configs);
    return { ...change, ...effect, meaning: [...effect.meaning, ...(more.get(change) ?? [])] };
  });
  return [...planned, ...newRates.map((rate) => ofRate(rate, configs.today))];
}

function keptPrices(rates: readonly StoredRate[], today: UsageDate): KeptPrice[] {
  return rates
    .filter(({ to }) => to === null || to >= today)
    .map((rate) => {
      const end = rate.to === null ? "without a last day" : `until ${rate.to}`;
      return { rate, hint: `goes on ${end}` };
    });
}

export interface PlanConfigDeps extends ReadConfigDeps, ProposeDeps, UsageEffectsDeps {
  readonly clock: () => Instant;
}

/** What a document would change, and what that means for what is booked and in use. Changes nothing. */
export const makePlanConfig = (deps: PlanConfigDeps) => {
  const readState = makeReadConfig(deps);
  return async (wanted: WantedState): Promise<PlanConfigResult> => {
    const at = deps.clock();
    const state = await readState();
    const proposed = proposeConfig(deps, state, wanted, { at, by: "", reason: "" });
    if (!proposed.ok) return { status: "rejected", errors: proposed.errors };
    const { proposal } = proposed;
    const configs = { before: state.config, after: proposal.config, today: usageDateOf(at) };
    const priced = [...state.prices, ...proposal.newRates.map(({ rate }) => rate)];
    const effects = await usageEffects(proposal.changes, configs, priced, deps);
    return {
      status: "planned",
      revision: stateRevision(state),
      changes: plannedChanges(proposal, configs, effects),
      kept: keptPrices(proposal.keptRates, configs.today),
    };
  };
};
