import { unregisteredError } from "#core/attribution-errors.ts";
import { ATTRIBUTION_DIMENSIONS } from "#core/dimensions.ts";
import type { FieldError } from "#core/field-error.ts";
import type { CompiledRegistry } from "#core/registry.ts";
import type { Assignment } from "#core/restatement.ts";

/** What a strict dimension does not know of the values to assign: said of all events at once, and none is touched. */
export function assignmentErrors(set: Assignment, registry: CompiledRegistry): readonly FieldError[] {
  return ATTRIBUTION_DIMENSIONS.flatMap((dimension) => {
    const sent = set[dimension];
    const isKnown = sent === undefined || registry.valueOf(dimension, sent) !== undefined;
    return isKnown ? [] : [unregisteredError(`set.${dimension}`, dimension, sent, registry)];
  });
}
