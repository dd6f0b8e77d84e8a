import type { Attribution, AttributionTrace } from "./attribution.ts";
import { missingDimensions } from "./attribution.ts";
import { type AttributionDimension, ENVIRONMENTS } from "./dimensions.ts";
import type { FieldError } from "./field-error.ts";
import type { CompiledRegistry } from "./registry.ts";

/** What is wanted in place of a value that the registry does not know. */
export function unregisteredError(
  path: string,
  dimension: AttributionDimension,
  sent: string,
  registry: CompiledRegistry,
): FieldError {
  const nearest = registry.nearestTo(dimension, sent);
  const hint = nearest === undefined ? "" : `: did you mean ${JSON.stringify(nearest)}?`;
  const wanted = `${dimension === "environment" ? `one of ${ENVIRONMENTS.join(", ")}` : `a registered ${dimension}`}${hint}`;
  return { path, found: JSON.stringify(sent).slice(0, 100), wanted };
}

/** Why an attribution is incomplete: each dimension that it lacks, with what was sent of it. */
export function attributionErrors(
  attribution: Attribution,
  trace: AttributionTrace | undefined,
  registry: CompiledRegistry,
): readonly FieldError[] {
  return missingDimensions(attribution).map((dimension) => {
    const path = `attribution.${dimension}`;
    const unknown = trace?.unregistered?.[dimension];
    if (unknown !== undefined) return unregisteredError(path, dimension, unknown, registry);
    const refused = trace?.overridden?.[dimension];
    if (refused !== undefined) {
      return { path, found: JSON.stringify(refused).slice(0, 100), wanted: `a ${dimension} that the key may book to` };
    }
    return { path, found: "nothing", wanted: "a value, from the event or from the key it is sent with" };
  });
}
