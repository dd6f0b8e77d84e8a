import type { FieldError } from "#core/field-error.ts";
import { type Instant, usageDateOf } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import { makeReadConfig, type PlannedChange, plannedChanges, stateRevision } from "./plan-config.ts";
import type { ConfigStore } from "./ports/config.ts";
import type { PriceStore, StoredRate } from "./ports/prices.ts";
import { priceAudit } from "./prices.ts";
import {
  configAudit,
  type NewRate,
  type Occasion,
  type Proposal,
  type ProposeDeps,
  proposeConfig,
  type WantedState,
} from "./propose-config.ts";

export interface ApplyConfigDeps extends ProposeDeps {
  readonly config: ConfigStore;
  readonly prices: PriceStore;
  readonly clock: () => Instant;
  readonly newId: () => string;
}

export interface ApplyConfigRequest {
  readonly document: WantedState;
  /** Of the plan that is to be applied. */
  readonly expectedRevision: string;
  readonly reason: string;
}

export type ApplyConfigResult =
  | { readonly status: "applied"; readonly revision: string; readonly changes: readonly PlannedChange[] }
  /** The state is another one than the plan was of. Nothing has changed. */
  | { readonly status: "moved"; readonly revision: string }
  | { readonly status: "rejected"; readonly errors: readonly FieldError[] };

/** In the order of the document: of prices that overlap the one set last holds. */
function stored({ rate }: NewRate, place: number, { at, by }: Occasion, newId: () => string): StoredRate {
  return { ...rate, id: newId(), setAt: (at + place) as Instant, setBy: by };
}

const isToDo = ({ changes, newRates }: Proposal) => changes.length + newRates.length > 0;

/**
 * Makes a document hold: the config in one write that fails where it has moved, then each new price. Killed between the
 * two, the prices that are missing are in the next plan of the same document, and nothing else is.
 */
export const makeApplyConfig = (deps: ApplyConfigDeps) => {
  const { config, prices, clock, newId } = deps;
  const readState = makeReadConfig(deps);
  return async (
    { document, expectedRevision, reason }: ApplyConfigRequest,
    { keyId }: Caller,
  ): Promise<ApplyConfigResult> => {
    const occasion = { at: clock(), by: keyId, reason };
    const state = await readState();
    const revision = stateRevision(state);
    const proposed = proposeConfig(deps, state, document, occasion);
    if (proposed.ok && !isToDo(proposed.proposal)) return { status: "applied", revision, changes: [] };
    if (revision !== expectedRevision) return { status: "moved", revision };
    if (!proposed.ok) return { status: "rejected", errors: proposed.errors };
    const { proposal } = proposed;
    // Also where prices alone are new: of two that apply the same plan, one has moved the state for the other.
    const audit = proposal.changes.map((change) => configAudit(change, occasion));
    const replaced = await config.replace(state.revision, proposal.config, audit);
    if (replaced.status === "moved") return { status: "moved", revision: stateRevision(await readState()) };
    if (replaced.status === "too_large") throw new Error(`${replaced.what} was judged to be small enough`);
    for (const [place, rate] of proposal.newRates.entries()) {
      const set = stored(rate, place, occasion, newId);
      await prices.add(set, priceAudit(set, rate.how, set.note ?? reason));
    }
    const configs = { before: state.config, after: proposal.config, today: usageDateOf(occasion.at) };
    const changes = plannedChanges(proposal, configs);
    return { status: "applied", revision: stateRevision(await readState()), changes };
  };
};
