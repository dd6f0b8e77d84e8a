import type { StoredAnomaly } from "#core/anomaly.ts";
import type { AuditDraft } from "#core/audit.ts";
import type { UsageDate } from "#core/time.ts";

export interface AnomalyStore {
  /**
   * Writes each whole, by its id; with the audit entry of a person's change, both or neither. Without one, an anomaly
   * whose stored decision is later than the given one is left as it is: somebody decided since it was read.
   */
  put(anomalies: readonly StoredAnomaly[], audit?: AuditDraft): Promise<void>;
  /** Of usage days from `from` on, latest first. Kept for 400 days. */
  list(from: UsageDate): Promise<readonly StoredAnomaly[]>;
  get(id: string): Promise<StoredAnomaly | undefined>;
}
