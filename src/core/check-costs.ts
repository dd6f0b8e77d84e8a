import { checkAmount } from "./check-amount.ts";
import { checkPeriod } from "./check-period.ts";
import { checkRegistered } from "./check-registry.ts";
import { checkScope } from "./check-scope.ts";
import type { Config, FixedCost, Registry, SharedCost } from "./config.ts";
import type { FieldError } from "./field-error.ts";
import { scopesOverlap } from "./scope-relation.ts";

function checkSplit({ split }: SharedCost, registry: Registry, path: string): FieldError[] {
  if (split.by === "usage") return checkScope(registry, split.of, `${path}.split.of`);
  const seen = new Set<string>();
  return split.weights.flatMap(({ team, weight }, i): FieldError[] => {
    const at = `${path}.split.weights[${i}]`;
    const again = seen.has(team);
    seen.add(team);
    return [
      ...(weight > 0 ? [] : [{ path: `${at}.weight`, found: String(weight), wanted: "a number above 0" }]),
      ...(again ? [{ path: `${at}.team`, found: JSON.stringify(team), wanted: "each team once" }] : []),
      ...checkRegistered(registry, "team", team, `${at}.team`),
    ];
  });
}

const sameDays = (a: SharedCost, b: SharedCost) =>
  (a.to === undefined || b.from <= a.to) && (b.to === undefined || a.from <= b.to);

function checkShared(costs: readonly SharedCost[], registry: Registry): FieldError[] {
  return costs.flatMap((cost, i) => {
    const path = `shared_costs[${i}]`;
    const errors = [
      ...checkPeriod(cost.from, cost.to, `${path}.to`),
      ...checkSplit(cost, registry, path),
      ...checkScope(registry, cost.scope, `${path}.scope`),
    ];
    if (Object.keys(cost.scope).length === 0) {
      const wanted = "at least one dimension: all spend would be shared, and none left to measure by";
      return [...errors, { path: `${path}.scope`, found: "an empty object", wanted }];
    }
    const twin = costs.findIndex(
      (other, j) => j < i && sameDays(cost, other) && scopesOverlap(cost.scope, other.scope),
    );
    if (twin < 0) return errors;
    const wanted = `a scope without spend of shared_costs[${twin}], which is split by that one already`;
    return [...errors, { path: `${path}.scope`, found: `the scope of ${JSON.stringify(cost.id)}`, wanted }];
  });
}

function checkFixed(costs: readonly FixedCost[], registry: Registry): FieldError[] {
  return costs.flatMap((cost, i) => {
    const path = `fixed_costs[${i}]`;
    const { feature } = cost;
    return [
      ...checkAmount(cost.usd_per_month, `${path}.usd_per_month`),
      ...checkPeriod(cost.from, cost.to, `${path}.to`),
      ...checkRegistered(registry, "team", cost.team, `${path}.team`),
      ...(feature === undefined ? [] : checkRegistered(registry, "feature", feature, `${path}.feature`)),
    ];
  });
}

/** Amounts that are none, scopes of what nobody can be, and spend that would be split twice. */
export function checkCosts({ shared_costs, fixed_costs, registry }: Config): FieldError[] {
  return [...checkShared(shared_costs, registry), ...checkFixed(fixed_costs, registry)];
}
