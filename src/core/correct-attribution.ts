import type { Attribution, AttributionTrace, ClaimedAttribution } from "./attribution.ts";
import { unregisteredError } from "./attribution-errors.ts";
import { ATTRIBUTION_DIMENSIONS } from "./dimensions.ts";
import type { FieldError } from "./field-error.ts";
import type { CompiledRegistry } from "./registry.ts";

type Corrected =
  | { readonly ok: true; readonly attribution: Attribution; readonly trace: AttributionTrace }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Of one part of a trace, what it says of the other fields. */
function ofOthers<T extends object>(part: T | undefined, corrected: ClaimedAttribution): T {
  return Object.fromEntries(Object.entries(part ?? {}).filter(([field]) => !Object.hasOwn(corrected, field))) as T;
}

/**
 * What a person says instead of some fields, aliases resolved; the others stay as they stand, whatever the registry says
 * of them now. A value that a strict dimension does not know is refused: a person can mend it at once.
 */
export function correctAttribution(
  { attribution, trace = {} }: { readonly attribution: Attribution; readonly trace?: AttributionTrace },
  correction: ClaimedAttribution,
  registry: CompiledRegistry,
): Corrected {
  const errors: FieldError[] = [];
  const meant: Record<string, string> = {};
  const aliased: Record<string, string> = {};
  for (const dimension of ATTRIBUTION_DIMENSIONS) {
    const sent = correction[dimension];
    if (sent === undefined) continue;
    const value = registry.valueOf(dimension, sent);
    if (value === undefined) {
      errors.push(unregisteredError(`correct.attribution.${dimension}`, dimension, sent, registry));
      continue;
    }
    meant[dimension] = value;
    if (value !== sent) aliased[dimension] = sent;
  }
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    attribution: { ...attribution, ...correction, ...meant },
    trace: {
      ...trace,
      filledBy: ofOthers(trace.filledBy, correction),
      overridden: ofOthers(trace.overridden, correction),
      aliased: { ...ofOthers(trace.aliased, correction), ...aliased },
      unregistered: ofOthers(trace.unregistered, correction),
    },
  };
}
