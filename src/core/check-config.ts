import { checkAttributionRules } from "./check-attribution-rules.ts";
import { checkBudgets } from "./check-budgets.ts";
import { checkCostClasses } from "./check-cost-classes.ts";
import { checkCosts } from "./check-costs.ts";
import { checkPolicies } from "./check-policies.ts";
import { checkRegistry } from "./check-registry.ts";
import type { Config } from "./config.ts";
import type { FieldError } from "./field-error.ts";

function checkIds(path: string, items: readonly { readonly id: string }[]): FieldError[] {
  const first = new Map<string, number>();
  return items.flatMap(({ id }, i) => {
    const known = first.get(id);
    first.set(id, known ?? i);
    if (known === undefined) return [];
    return [
      { path: `${path}[${i}].id`, found: JSON.stringify(id), wanted: `an id of its own: ${path}[${known}] has it` },
    ];
  });
}

/** What a schema cannot say: what contradicts itself, can never come about, or would count something twice. */
export function checkConfig(config: Config): readonly FieldError[] {
  return [
    ...checkIds("rules", config.rules),
    ...checkIds("cost_classes", config.cost_classes),
    ...checkIds("policies.list", config.policies.list),
    ...checkIds("shared_costs", config.shared_costs),
    ...checkIds("fixed_costs", config.fixed_costs),
    ...checkIds("sources", config.sources),
    ...checkIds("precedence", config.precedence),
    ...checkIds("budgets", config.budgets),
    ...checkRegistry(config.registry),
    ...checkAttributionRules(config),
    ...checkCostClasses(config.cost_classes),
    ...checkPolicies(config),
    ...checkCosts(config),
    ...checkBudgets(config),
  ];
}
