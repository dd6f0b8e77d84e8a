import { checkRegistered } from "./check-registry.ts";
import type { Registry, Scope } from "./config.ts";
import { ATTRIBUTION_DIMENSIONS, UNALLOCATED } from "./dimensions.ts";
import type { FieldError } from "./field-error.ts";

/** Values that no spend can have: such a scope would be of less than it says, or of nothing. */
export function checkScope(registry: Registry, scope: Scope, path: string): FieldError[] {
  return ATTRIBUTION_DIMENSIONS.flatMap((dimension) =>
    (scope[dimension] ?? []).flatMap((value, i) =>
      value === UNALLOCATED ? [] : checkRegistered(registry, dimension, value, `${path}.${dimension}[${i}]`),
    ),
  );
}
