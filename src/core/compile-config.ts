import { type AttributeUse, makeAttributeUse } from "./attribute-usage.ts";
import { compileRules } from "./attribution-rules.ts";
import type { Config } from "./config.ts";
import { type Classify, compileCostClasses } from "./cost-class.ts";
import { compileCovers, type FindCover } from "./covered-sources.ts";
import { compilePolicies, type JudgeUse } from "./model-policy.ts";
import { type CompiledRegistry, compileRegistry } from "./registry.ts";

/** What a config decides of a use, worked out once: nothing of it is looked up for each event. */
export interface CompiledConfig {
  readonly registry: CompiledRegistry;
  readonly attribute: AttributeUse;
  readonly costClassOf: Classify;
  readonly verdict: JudgeUse;
  readonly coveredBy: FindCover;
}

export function compileConfig(config: Config): CompiledConfig {
  const registry = compileRegistry(config.registry);
  return {
    registry,
    attribute: makeAttributeUse(registry, compileRules(config.rules)),
    costClassOf: compileCostClasses(config.cost_classes),
    verdict: compilePolicies(config.policies),
    coveredBy: compileCovers(config.fixed_costs),
  };
}
