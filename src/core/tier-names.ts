import { SERVICE_TIERS, type ServiceTier } from "./dimensions.ts";

/** Our names and the providers', in lower case. */
const tiers: ReadonlyMap<string, ServiceTier> = new Map([
  ...SERVICE_TIERS.map((tier): [string, ServiceTier] => [tier, tier]),
  ["default", "standard"],
  ["auto", "standard"],
  ["on_demand", "standard"],
  ["on-demand", "standard"],
  ["standard_only", "standard"],
  ["on_demand_flex", "flex"],
  ["on_demand_priority", "priority"],
  ["provisioned_throughput", "provisioned"],
  ["scale", "provisioned"],
  ["reserved", "provisioned"],
]);

/** The tier that somebody calls so, in whatever case; undefined when it is the name of none. */
export function serviceTierOf(name: string): ServiceTier | undefined {
  return tiers.get(name.toLowerCase());
}
