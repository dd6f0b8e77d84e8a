import type { SentAttribution } from "#contract/attribution.ts";
import type { ClaimedAttribution } from "#core/attribution.ts";

/** What was said; a null says nothing. */
export function claimedOf(sent: SentAttribution | null | undefined): ClaimedAttribution {
  if (!sent) return {};
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value != null));
}
