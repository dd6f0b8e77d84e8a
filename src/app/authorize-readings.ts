import { type ApprovedModel, approvedModels } from "#core/approved-models.ts";
import type { BudgetState } from "#core/budget-state.ts";
import { type Catalogue, wholeCatalogue } from "#core/catalogue-models.ts";
import { type FindCheapest, makeFindCheapest } from "#core/cheapest-approved.ts";
import { compileConfig } from "#core/compile-config.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import type { CatalogFile, Rater } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { type Instant, usageDateOf } from "#core/time.ts";
import { makeReadLiveBudgets, rememberClosedDays } from "./budget-states.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { makeCostReport } from "./cost-report.ts";
import { lastKnown, type Reading } from "./last-known.ts";
import type { ConfigStore } from "./ports/config.ts";
import type { PriceStore } from "./ports/prices.ts";
import { makeRater } from "./rater.ts";

/** All that an authorization stands on. */
export interface Known {
  readonly rules: CompanyRules;
  readonly rate: Rater;
  readonly budgets: readonly BudgetState[];
  readonly findCheapest: FindCheapest;
  /** Null: no config could be read, and `rules` are those of a company that has decided nothing. */
  readonly revision: number | null;
  /** What cannot be read now, and since when. */
  readonly degraded: { readonly store: "config" | "prices" | "spend"; readonly since: Instant } | null;
}

export type AuthorizeReadings = () => Promise<Known>;

export interface AuthorizeReadingsDeps {
  readonly config: Pick<ConfigStore, "read">;
  readonly prices: PriceStore;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly clock: () => Instant;
}

interface Governed {
  readonly rules: CompanyRules;
  readonly approved: readonly ApprovedModel[];
}

/** A change of rules or prices holds within 10 s: no older reading is used where a new one can be had. */
const decided = { freshMs: 5_000, waitAfterMs: 10_000 };
/** Spend is a moment behind anyway. Only who asks after a silence waits for it. */
const spent = { freshMs: 5_000, waitAfterMs: 60_000 };

function governedNow(store: Pick<ConfigStore, "read">, catalogue: () => Catalogue) {
  return async (last: Governed | undefined): Promise<Governed> => {
    const { config, revision } = await store.read();
    if (last?.rules.revision === revision) return last;
    const isGoverned = config.policies.list.length > 0;
    return {
      rules: { config, revision, compiled: compileConfig(config) },
      approved: isGoverned ? approvedModels(config.policies, catalogue().models) : [],
    };
  };
}

function onceFor<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Made anew when either of the two that may change is another. */
function cheapestFor(catalogue: () => Catalogue) {
  let last:
    | { readonly approved: readonly ApprovedModel[]; readonly rate: Rater; readonly find: FindCheapest }
    | undefined;
  return (approved: readonly ApprovedModel[], rate: Rater): FindCheapest => {
    if (approved.length === 0) return () => undefined;
    if (last?.approved !== approved || last.rate !== rate)
      last = { approved, rate, find: makeFindCheapest(approved, catalogue(), rate) };
    return last.find;
  };
}

const nothingDecided: Governed = {
  rules: { config: INITIAL_CONFIG, revision: 0, compiled: compileConfig(INITIAL_CONFIG) },
  approved: [],
};

/**
 * The config, the prices and the states of budgets, each read at most every 5 s, and used as last read while their
 * store cannot be reached. Without any price of the company's ever read, list prices stand in.
 */
export function makeAuthorizeReadings(deps: AuthorizeReadingsDeps): AuthorizeReadings {
  const { catalog, prices, costReport, clock } = deps;
  const catalogue = onceFor(() => wholeCatalogue(catalog));
  const governed = lastKnown({ read: governedNow(deps.config, catalogue), clock, ...decided });
  const rater = lastKnown({ read: makeRater({ catalog, prices, clock, cacheTtlMs: 0 }), clock, ...decided });
  const readBudgets = makeReadLiveBudgets({ costReport: rememberClosedDays(costReport, clock) });
  let budgetsRead = nothingDecided.rules.config.budgets;
  const spending = lastKnown({ read: () => readBudgets(budgetsRead, clock()), clock, ...spent });
  const listRater = onceFor(() => makeCoreRater(catalog, []));
  const findCheapest = cheapestFor(catalogue);
  return async () => {
    const [config, rate] = await Promise.all([governed(), rater()]);
    const { rules, approved } = config.value ?? nothingDecided;
    budgetsRead = rules.config.budgets;
    const budgets: Reading<readonly BudgetState[]> =
      budgetsRead.length === 0
        ? { value: [], failingSince: null }
        : await spending(`${rules.revision} ${usageDateOf(clock())}`);
    const failing = { config: config.failingSince, prices: rate.failingSince, spend: budgets.failingSince };
    const [degraded = null] = Object.entries(failing).flatMap(([store, since]) =>
      since === null ? [] : [{ store: store as keyof typeof failing, since }],
    );
    const used = rate.value ?? listRater();
    return {
      rules,
      rate: used,
      budgets: (budgets.value ?? []).filter(({ to }) => to >= usageDateOf(clock())),
      findCheapest: findCheapest(approved, used),
      revision: config.value === undefined ? null : rules.revision,
      degraded,
    };
  };
}
