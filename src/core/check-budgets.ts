import { evaluatedFrom } from "./budget-state.ts";
import { checkAmount } from "./check-amount.ts";
import { checkParents } from "./check-budget-parents.ts";
import { checkRegistered } from "./check-registry.ts";
import { checkScope } from "./check-scope.ts";
import { checkThresholds } from "./check-thresholds.ts";
import type { Budget, Config } from "./config.ts";
import type { FieldError } from "./field-error.ts";
import { isTooLong, LAKE_BUDGETS_MAX, TAGS_MAX } from "./measured-spend.ts";
import { scopeKey } from "./scope-key.ts";

function checkChanges({ changes = [] }: Budget, path: string): FieldError[] {
  return changes.flatMap(({ from, amount_usd }, i) => {
    const errors = checkAmount(amount_usd, `${path}.changes[${i}].amount_usd`);
    const before = changes[i - 1];
    if (before === undefined || from > before.from) return errors;
    const wanted = `a day after ${before.from}, that of the change before it: in order, each day once`;
    return [...errors, { path: `${path}.changes[${i}].from`, found: JSON.stringify(from), wanted }];
  });
}

/** `authorize` has the cells alone: it cannot tell what customers and tags have spent. */
function checkWhenUsedUp(budget: Budget, path: string): FieldError[] {
  if (budget.when_used_up === "warn" || evaluatedFrom(budget) === "live") return [];
  const wanted =
    "warn: what customers or tags have spent is known after a run of the pipeline, too late to deny a call";
  return [{ path: `${path}.when_used_up`, found: '"deny"', wanted }];
}

/** What a query of the lake can ask for. */
function checkNarrowed({ customer_id = [], tags = {} }: Budget, path: string): FieldError[] {
  const lists = [
    ["customer_id", customer_id] as const,
    ...Object.entries(tags).map(([tag, values]) => [`tags.${tag}`, values] as const),
  ];
  const tooLong = lists.filter(([, values]) => isTooLong(values));
  const errors = tooLong.map(([name, values]): FieldError => {
    const wanted = "values of less than 1000 characters together: a tag that they all carry takes their place";
    return { path: `${path}.${name}`, found: `${values.length} values`, wanted };
  });
  const tagCount = Object.keys(tags).length;
  if (tagCount <= TAGS_MAX) return errors;
  return [...errors, { path: `${path}.tags`, found: `${tagCount} tags`, wanted: `at most ${TAGS_MAX} tags` }];
}

/** Its forecast stands in a statement of the lake with its scope as text, each character as six digits at most. */
const scopeCharactersMax = 4_000;

function checkScopeSize({ scope }: Budget, path: string): FieldError[] {
  const { length } = scopeKey(scope);
  if (length <= scopeCharactersMax) return [];
  const wanted = `a scope of at most ${scopeCharactersMax} characters: what its values have in common takes their place`;
  return [{ path: `${path}.scope`, found: `${length} characters`, wanted }];
}

function checkLakeBudgets(budgets: readonly Budget[]): FieldError[] {
  const places = budgets.flatMap((budget, i) => (evaluatedFrom(budget) === "lake" ? [i] : []));
  const first = places[LAKE_BUDGETS_MAX];
  if (first === undefined) return [];
  const wanted = `at most ${LAKE_BUDGETS_MAX} of customers or tags: each is a query of the lake after every run`;
  return [{ path: `budgets[${first}]`, found: `${places.length} budgets of customers or tags`, wanted }];
}

/** Amounts that are none, scopes of what nobody can be, and parts that are none or more than the whole. */
export function checkBudgets({ budgets, registry }: Pick<Config, "budgets" | "registry">): FieldError[] {
  const errors = budgets.flatMap((budget, i) => {
    const path = `budgets[${i}]`;
    return [
      ...checkAmount(budget.amount_usd, `${path}.amount_usd`),
      ...checkChanges(budget, path),
      ...checkScope(registry, budget.scope, `${path}.scope`),
      ...checkScopeSize(budget, path),
      ...(budget.team === undefined ? [] : checkRegistered(registry, "team", budget.team, `${path}.team`)),
      ...checkThresholds(budget, path),
      ...checkWhenUsedUp(budget, path),
      ...checkNarrowed(budget, path),
    ];
  });
  return [...errors, ...checkLakeBudgets(budgets), ...checkParents(budgets)];
}
