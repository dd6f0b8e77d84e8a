import type { Alert, AlertState } from "#core/alert.ts";
import type { AuditDraft } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";

export interface StoredAlert extends Alert {
  /** When every channel had taken it; null while it waits. */
  readonly publishedAt: Instant | null;
}

/** What becomes of a state: its alert, or the audit entry of the person who changed it. */
interface AlertChange {
  readonly alert?: Alert;
  readonly audit?: AuditDraft;
}

/** Where rules stand, and the outbox: the decision and its message are written together. */
export interface AlertStore {
  /** Those that fire: cheap while there are few. */
  firing(): Promise<readonly AlertState[]>;
  /** Those that fire and those that have ended, which are kept for 400 days; the last to change first. */
  states(): Promise<readonly AlertState[]>;
  state(id: string): Promise<AlertState | undefined>;
  /** Those whose handle begins so, up to 20. */
  called(handle: string): Promise<readonly AlertState[]>;
  /**
   * Writes a state with what comes of it, all or none. `stale`, and nothing written, when the stored version is not
   * `expected` (0: there is none).
   */
  put(expected: number, state: AlertState, change: AlertChange): Promise<"stored" | "stale">;
  /** Oldest first. */
  unpublished(limit: number): Promise<readonly Alert[]>;
  /** The first mark holds. */
  markPublished(alert: Alert, at: Instant): Promise<void>;
  /** Newest first; they are kept for 400 days. */
  alerts(query: { readonly limit: number }): Promise<readonly StoredAlert[]>;
}
