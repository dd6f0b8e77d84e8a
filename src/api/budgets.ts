import type { makeReadBudgets } from "#app/budget-states.ts";
import type { Caller } from "#app/caller.ts";
import type { ConfigStore } from "#app/ports/config.ts";
import type { ForecastStore } from "#app/ports/forecasts.ts";
import type { BudgetBody } from "#contract/budgets.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { foreseen, type Projection, projectSpend } from "#core/budget-forecast.ts";
import { allocatedTo, childrenOf } from "#core/budget-hierarchy.ts";
import { type BudgetState, isUsedUp, percentOf, teamOf } from "#core/budget-state.ts";
import { thresholdsOf, thresholdUsd } from "#core/budget-thresholds.ts";
import type { BurnRate } from "#core/burn-rate.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { formatInstant, type Instant, usageDateOf } from "#core/time.ts";
import { maySee, visibleTo } from "#core/visibility.ts";

export interface BudgetsDeps {
  readonly config: Pick<ConfigStore, "read">;
  readonly readBudgets: ReturnType<typeof makeReadBudgets>;
  readonly forecasts: Pick<ForecastStore, "latest">;
  /** By the budget's id; without one of a budget nothing is known of what it books by the hour. */
  readonly readBurn: (states: readonly BudgetState[], now: Instant) => Promise<ReadonlyMap<string, BurnRate>>;
  readonly clock: () => Instant;
}

const copied = (lists: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, [...values]]));

function thresholdsBody(state: BudgetState, projection: Projection): BudgetBody["thresholds"] {
  const { budget, amount, spent, asOf } = state;
  const known = {
    actual: asOf === null ? null : spent,
    forecast: foreseen(projection),
  };
  return thresholdsOf(budget).map((threshold) => {
    const at = thresholdUsd(threshold, amount);
    const compared = known[threshold.on];
    return { ...threshold, at_usd: formatUsd(at), reached: compared === null ? null : compared >= at };
  });
}

function projectedBody(
  projection: Projection,
  { amount }: BudgetState,
): Pick<BudgetBody, "projected" | "not_projected"> {
  if (projection.status === "none") return { projected: null, not_projected: projection.reason };
  const { mean, p10, p90, usedUpOn, confidence, asOf } = projection;
  return {
    projected: {
      ...{ mean_usd: formatUsd(mean), p10_usd: formatUsd(p10), p90_usd: formatUsd(p90) },
      ...{ percent: percentOf(mean, amount), used_up_on: usedUpOn, confidence, as_of: asOf },
    },
  };
}

function burnBody({ evenPerHour, windows, usedUpAt, fast, slow }: BurnRate): NonNullable<BudgetBody["burn"]> {
  return {
    even_usd_per_hour: formatUsd(evenPerHour),
    windows: windows.map(({ hours, knownHours, booked, perHour, multiple }) => ({
      ...{ hours, known_hours: knownHours, multiple },
      ...{ booked_usd: formatUsd(booked), usd_per_hour: formatUsd(perHour) },
    })),
    used_up_at: usedUpAt === null ? null : formatInstant(usedUpAt),
    ...{ fast: fast !== null, slow: slow !== null },
  };
}

/** What of a budget is given to its parts, and what it has spent outside them. */
function partsBody(
  state: BudgetState,
  parts: readonly BudgetState[],
): Pick<BudgetBody, "allocated_usd" | "unallocated_usd" | "spent_in_no_part_usd"> {
  const allocated = allocatedTo(
    parts.map(({ budget }) => budget),
    state,
  );
  const isOfOneMoment = [state, ...parts].every(({ evaluated }) => evaluated === "live");
  const spentInParts = parts.reduce((sum, { spent }) => sum + spent, 0n);
  return {
    allocated_usd: formatUsd(allocated),
    unallocated_usd: formatUsd((state.amount - allocated) as PicoUsd),
    spent_in_no_part_usd: isOfOneMoment ? formatUsd((state.spent - spentInParts) as PicoUsd) : null,
  };
}

function spentBody({ amount, spent, byClass, asOf }: BudgetState) {
  return {
    spent_usd: asOf === null ? null : formatUsd(spent),
    spent_percent: asOf === null ? null : percentOf(spent, amount),
    by_class: Object.fromEntries([...byClass].map(([name, cost]) => [name, formatUsd(cost)])),
  };
}

function narrowedBody({ scope, customer_id, tags }: BudgetState["budget"]) {
  return {
    scope: copied(scope),
    ...(customer_id && { customer_id: [...customer_id] }),
    ...(tags && { tags: copied(tags) }),
  };
}

interface Context {
  readonly parts: readonly BudgetState[];
  readonly projection: Projection;
  readonly burn: BurnRate | undefined;
  readonly parent: string | null;
}

function bodyOf(state: BudgetState, { parts, projection, burn, parent }: Context): BudgetBody {
  const { budget, amount, from, to, evaluated, asOf } = state;
  const { id, owner, period, when_used_up } = budget;
  return {
    ...{ id, owner, team: teamOf(budget), ...narrowedBody(budget), period, from, to },
    ...{ amount_usd: formatUsd(amount), ...spentBody(state), used_up: isUsedUp(state), when_used_up },
    thresholds: thresholdsBody(state, projection),
    ...projectedBody(projection, state),
    ...(burn && { burn: burnBody(burn) }),
    ...{ parent, ...partsBody(state, parts), evaluated },
    as_of: asOf === null ? null : formatInstant(asOf),
  };
}

/** A key that is confined to teams sees the budgets of theirs alone, and of no other that they are parts of. */
export const makeListBudgets =
  ({ config: store, readBudgets, forecasts, readBurn, clock }: BudgetsDeps): Handlers<Routes, Caller>["listBudgets"] =>
  async (_, caller) => {
    const now = clock();
    const [{ config }, run] = await Promise.all([store.read(), forecasts.latest()]);
    const seen = config.budgets.filter(({ scope }) => maySee(visibleTo(scope), caller.teams));
    const states = await readBudgets(seen, now);
    const burns = await readBurn(states, now);
    const ids = new Set(seen.map(({ id }) => id));
    const parts = childrenOf(states.map((state) => ({ parent: state.budget.parent, state })));
    const budgets = states.map((state) => {
      const { id, parent } = state.budget;
      return bodyOf(state, {
        parts: (parts.get(id) ?? []).map((part) => part.state),
        projection: projectSpend(state, run, usageDateOf(now)),
        burn: burns.get(id),
        parent: parent !== undefined && ids.has(parent) ? parent : null,
      });
    });
    return { status: 200, body: { currency: "USD", budgets, as_of: formatInstant(now) } };
  };
