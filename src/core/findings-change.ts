import type { Finding, StoredFinding } from "./finding.ts";
import type { Instant } from "./time.ts";

/**
 * What looking once more has changed, and is to be stored: new findings, those seen again, and resolved ones. `stored`
 * are those of the kinds and days that were looked at: one that is not found again is resolved; one that was resolved and
 * is found again is new.
 */
export function findingsChange(
  stored: readonly StoredFinding[],
  found: readonly Finding[],
  now: Instant,
): readonly StoredFinding[] {
  const before = new Map(stored.map((one) => [one.id, one]));
  const seen = found.map((finding): StoredFinding => {
    const known = before.get(finding.id);
    const stands = known !== undefined && known.resolvedAt === null;
    return { ...finding, since: stands ? known.since : now, lastSeen: now, resolvedAt: null };
  });
  const again = new Set(found.map(({ id }) => id));
  const over = stored.filter(({ id, resolvedAt }) => resolvedAt === null && !again.has(id));
  return [...seen, ...over.map((one) => ({ ...one, resolvedAt: now }))];
}
