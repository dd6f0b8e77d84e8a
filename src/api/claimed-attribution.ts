import type { ClaimedAttribution } from "#core/attribution.ts";

type Sent<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/** What was said; a null says nothing. */
export function claimedOf<T extends Omit<ClaimedAttribution, "environment">>(sent: Sent<T> | null | undefined): T {
  return Object.fromEntries(Object.entries(sent ?? {}).filter(([, value]) => value != null)) as T;
}
