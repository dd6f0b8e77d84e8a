import type { FindingKind, StoredFinding } from "#core/finding.ts";

export interface FindingStore {
  /** Writes each whole, by its id. */
  put(findings: readonly StoredFinding[]): Promise<void>;
  /** Those that stand, and those resolved within the last 30 days; of one kind where it is named. Oldest `since` first. */
  list(kind?: FindingKind): Promise<readonly StoredFinding[]>;
}
