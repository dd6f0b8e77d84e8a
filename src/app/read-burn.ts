import { bookedByScope } from "#core/booked-by-scope.ts";
import { type BudgetState, evaluatedFrom } from "#core/budget-state.ts";
import { type BurnRate, burnRate } from "#core/burn-rate.ts";
import { scopeKey } from "#core/scope-key.ts";
import { dayMs, type Instant } from "#core/time.ts";
import type { BookedHours } from "./ports/booked-hours.ts";

/** The longest window of a burn rate, and the hour that it begins in. */
const readMs = 8 * dayMs;

/**
 * How fast budgets are booked to, by their ids, as of the evaluator's last reading. Of those that it has not read yet, and
 * of those that are measured in the lake, nothing is known.
 */
export const makeReadBurn =
  ({ booked }: { readonly booked: Pick<BookedHours, "last" | "hours"> }) =>
  async (states: readonly BudgetState[], now: Instant): Promise<ReadonlyMap<string, BurnRate>> => {
    const reading = await booked.last();
    if (reading === undefined) return new Map();
    const byScope = bookedByScope(reading, await booked.hours((now - readMs) as Instant));
    return new Map(
      states.flatMap((state): [string, BurnRate][] => {
        const ofScope = evaluatedFrom(state.budget) === "live" ? byScope.of(scopeKey(state.budget.scope)) : undefined;
        return ofScope === undefined ? [] : [[state.budget.id, burnRate(state, ofScope, now)]];
      }),
    );
  };
