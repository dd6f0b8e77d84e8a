import type { Finding, StoredFinding } from "./finding.ts";
import type { Instant } from "./time.ts";

export interface FindingsChange {
  /** What is to be stored: new, seen again, and resolved ones. */
  readonly put: readonly StoredFinding[];
  /** Those of which nobody has heard yet. */
  readonly raised: readonly StoredFinding[];
}

/**
 * What looking once more has changed. `stored` are those of the kinds and days that were looked at: one that is not
 * found again is resolved; one that was resolved and is found again is new.
 */
export function findingsChange(
  stored: readonly StoredFinding[],
  found: readonly Finding[],
  now: Instant,
): FindingsChange {
  const before = new Map(stored.map((one) => [one.id, one]));
  const put: StoredFinding[] = [];
  const raised: StoredFinding[] = [];
  for (const finding of found) {
    const known = before.get(finding.id);
    const stands = known !== undefined && known.resolvedAt === null;
    const next = { ...finding, since: stands ? known.since : now, lastSeen: now, resolvedAt: null };
    put.push(next);
    if (!stands) raised.push(next);
  }
  const again = new Set(found.map(({ id }) => id));
  for (const one of stored) {
    if (one.resolvedAt === null && !again.has(one.id)) put.push({ ...one, resolvedAt: now });
  }
  return { put, raised };
}
