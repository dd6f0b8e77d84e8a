import type { Scope } from "./config.ts";
import { SPEND_DIMENSIONS } from "./dimensions.ts";

/** A scope as text, the same for scopes of the same filter: dimensions in their order, values sorted. `{}` is all spend. */
export function scopeKey(scope: Scope): string {
  const parts = SPEND_DIMENSIONS.flatMap((name): [string, readonly string[]][] => {
    const values = scope[name];
    return values === undefined ? [] : [[name, [...new Set(values)].sort()]];
  });
  return JSON.stringify(Object.fromEntries(parts));
}
