import { successorOf } from "#core/approved-models.ts";
import type { Attribution } from "#core/attribution.ts";
import { type BudgetState, isInScope, isUsedUp } from "#core/budget-state.ts";
import type { CheapestApproved } from "#core/cheapest-approved.ts";
import type { ModelPolicy, PolicyVerdict } from "#core/config.ts";
import { type CostClass, type PolicyStatus, type PriceStatus, UNALLOCATED } from "#core/dimensions.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Meter } from "#core/meters.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { dimensionsOf } from "#core/spend-cell.ts";
import type { Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { maySee, visibleTo } from "#core/visibility.ts";
import type { AuthorizeReadings, Known } from "./authorize-readings.ts";
import type { Caller } from "./caller.ts";
import { type PricedEvent, priceEvent } from "./price-event.ts";

type ReasonCode =
  | "model_unapproved"
  | "model_deprecated"
  | "attribution_incomplete"
  | "attribution_overridden"
  | "budget_used_up"
  | "unpriced"
  | "store_unreachable";

export interface Reason {
  /** What it does to the decision. */
  readonly effect: "deny" | "warn";
  readonly code: ReasonCode;
  readonly text: string;
  /** Its id. */
  readonly policy?: string;
  readonly budget?: string;
}

export interface Authorization {
  readonly decision: "allow" | "deny";
  readonly reasons: readonly Reason[];
  /** The catalogue's names. */
  readonly provider: string;
  readonly model: string;
  /** Null when nothing was expected, or it has no price. */
  readonly estimatedCost: PicoUsd | null;
  readonly priceStatus: PriceStatus;
  /** As the call would be booked. */
  readonly attribution: Attribution;
  readonly costClass: CostClass;
  readonly policyStatus: PolicyStatus;
  /** Of another model; null when none is approved that has a price, or this one is it. */
  readonly cheapest: (CheapestApproved & { readonly saving: PicoUsd | null }) | null;
  /** Of the config that decided; null when none could be read. */
  readonly revision: number | null;
  readonly degraded: Known["degraded"];
}

export interface AuthorizeDeps {
  readonly readings: AuthorizeReadings;
  readonly clock: () => Instant;
  readonly sha256: (text: string) => string;
  /** What is answered while the store cannot be reached: what was last known decides, or nothing may be called. */
  readonly whenUnreachable: "allow" | "deny";
}

interface Judged {
  readonly known: Known;
  readonly priced: PricedEvent;
  readonly verdict: PolicyVerdict;
}

const tokens: readonly Meter[] = ["uncached_input_tokens", "text_output_tokens"];

/** A call uses tokens, also where nobody has said how many: a limit on their price holds for it all the same. */
function verdictOf(asked: UsageEvent, entry: LedgerEntry, { rules, rate }: Known): PolicyVerdict {
  const { provider, model, usageDate, charges } = entry;
  const { environment, team } = entry.attribution;
  const expected = Object.keys(asked.quantities) as Meter[];
  const isOfTokens = expected.every((meter) => tokens.includes(meter));
  const unsaid = isOfTokens ? tokens.filter((meter) => !expected.includes(meter)) : [];
  const isPaid = entry.trace?.coveredBy === undefined;
  const implied = unsaid.flatMap((meter) => (isPaid ? rate({ ...asked, quantities: { [meter]: 1 } }).charges : []));
  const unitPrices = [...charges, ...implied];
  return rules.compiled.verdict({ provider, model, usageDate, environment, team, unitPrices });
}

function policyReasons({ known: { rules }, verdict: { status, policy, reason: text } }: Judged): Reason[] {
  const named = policy === undefined ? {} : { policy };
  if (status === "unapproved") return [{ effect: "deny", code: "model_unapproved", text, ...named }];
  const decided: ModelPolicy | undefined = rules.config.policies.list.find(({ id }) => id === policy);
  if (decided?.status !== "deprecated") return [];
  return [
    {
      effect: "warn",
      code: "model_deprecated",
      text: `${text}; unapproved from ${decided.deprecated_on} on`,
      ...named,
    },
  ];
}

function attributionReasons({ known: { rules }, priced: { fate, errors, entry, warnings } }: Judged): Reason[] {
  const effect = fate === "refused" ? "deny" : "warn";
  const told = errors.map(
    ({ path, found, wanted }): Reason => ({
      effect,
      code: "attribution_incomplete",
      text: `${path}: found ${found}, wanted ${wanted}`,
    }),
  );
  if (warnings.includes("attribution_incomplete")) {
    const { environment } = entry.attribution;
    const place = environment === UNALLOCATED ? "production" : environment;
    const text = `the attribution is incomplete, which ${place} takes (${rules.config.enforcement[place]})`;
    told.push({ effect, code: "attribution_incomplete", text });
  }
  if (warnings.includes("attribution_overridden")) {
    const text = "the key books it otherwise than the request says: see `attribution`";
    told.push({ effect: "warn", code: "attribution_overridden", text });
  }
  return told;
}

/** Who may not see a budget is told that it is used up, without its amounts. */
function budgetReasons(budgets: readonly BudgetState[], entry: LedgerEntry, caller: Caller): Reason[] {
  const dimensions = dimensionsOf(entry);
  return budgets
    .filter((state) => isUsedUp(state) && isInScope(state.budget.scope, dimensions))
    .map(({ budget, amount, spent, from, to }) => {
      const amounts = maySee(visibleTo(budget.scope), caller.teams)
        ? `: ${formatUsd(spent)} of ${formatUsd(amount)} USD`
        : "";
      return {
        effect: budget.when_used_up,
        code: "budget_used_up",
        text: `budget ${budget.id} is used up${amounts} from ${from} to ${to}`,
        budget: budget.id,
      };
    });
}

/** Without anything expected it is unpriced where the model has no rate at all. */
function priceReasons(entry: LedgerEntry, isExpected: boolean): Reason[] {
  if (entry.priceStatus !== "unpriced") return [];
  const which = isExpected ? " with these meters" : "";
  const text = `there is no price for ${entry.model} of ${entry.provider}${which}: it would be booked unpriced`;
  return [{ effect: "warn", code: "unpriced", text }];
}

function outageReasons({ degraded }: Known, whenUnreachable: AuthorizeDeps["whenUnreachable"]): Reason[] {
  if (degraded === null) return [];
  const effect = whenUnreachable === "deny" ? "deny" : "warn";
  const how = effect === "deny" ? "nothing is allowed until it answers" : "what was read last decides";
  return [{ effect, code: "store_unreachable", text: `the store of ${degraded.store} cannot be reached: ${how}` }];
}

function cheapestOf({ known: { findCheapest, rules }, priced: { entry }, verdict }: Judged, event: UsageEvent) {
  const { environment, team } = entry.attribution;
  const place = { environment, team, usageDate: entry.usageDate };
  const successor = successorOf(entry, verdict, rules.config.policies);
  const found = findCheapest(event, place, successor);
  if (found === undefined || (found.provider === entry.provider && found.model === entry.model)) return null;
  const saving = entry.listCost === null || entry.cost === null ? null : ((entry.cost - found.cost) as PicoUsd);
  const isSuccessor = found.provider === successor?.provider && found.model === successor.model;
  if (isSuccessor) return { ...found, saving };
  // Of a model that may be used anyway, only a cheaper one is an alternative.
  return verdict.status !== "unapproved" && saving !== null && saving <= 0n ? null : { ...found, saving };
}

/**
 * May this call be made? It is judged as the usage that it would become, by the same rules. Nothing is kept of the
 * question. Everything it needs is at hand: nothing is read for a request while it is fresh.
 */
export const makeAuthorize =
  ({ readings, clock, sha256, whenUnreachable }: AuthorizeDeps) =>
  async (event: Omit<UsageEvent, "time" | "id">, caller: Caller): Promise<Authorization> => {
    const known = await readings();
    const { rules, rate, revision, degraded } = known;
    const now = clock();
    const asked: UsageEvent = { ...event, id: "authorize", time: now };
    const priced = priceEvent(asked, caller, { rate, rules, sha256, now });
    const { entry } = priced;
    const verdict = verdictOf(asked, entry, known);
    const judged = { known, priced, verdict };
    const isExpected = Object.keys(event.quantities).length > 0;
    const reasons = [
      ...outageReasons(known, whenUnreachable),
      ...policyReasons(judged),
      ...attributionReasons(judged),
      ...budgetReasons(known.budgets, entry, caller),
      ...priceReasons(entry, isExpected),
    ];
    return {
      decision: reasons.some(({ effect }) => effect === "deny") ? "deny" : "allow",
      reasons,
      provider: entry.provider,
      model: entry.model,
      estimatedCost: isExpected ? entry.cost : null,
      priceStatus: entry.priceStatus,
      attribution: entry.attribution,
      costClass: entry.costClass,
      policyStatus: verdict.status,
      cheapest: isExpected ? cheapestOf(judged, asked) : null,
      revision,
      degraded,
    };
  };
