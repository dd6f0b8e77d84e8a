import type { Alert } from "#core/alert.ts";

/** Brings alerts to people: a topic of SNS, or the log of one machine. May be given the same one again. */
export interface AlertChannel {
  publish(alert: Alert): Promise<void>;
}
