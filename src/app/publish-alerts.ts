import type { Alert } from "#core/alert.ts";
import type { Instant } from "#core/time.ts";
import type { AlertChannel } from "./ports/alert-channel.ts";
import type { AlertStore } from "./ports/alerts.ts";
import { Unavailable } from "./unavailable.ts";

export interface PublishAlertsDeps {
  readonly alerts: Pick<AlertStore, "unpublished" | "markPublished">;
  readonly channel: AlertChannel;
  readonly clock: () => Instant;
  /** Of an alert that the channel will not take: it stays in the outbox, and is tried again with every call. */
  readonly onError: (alert: Alert, error: unknown) => void;
}

/** Of one call; the next one goes on. */
const publishedMax = 50;
/** So many that the channel will not take do not keep the others from it. */
const readMax = 200;

/**
 * Brings the outbox to the channel, oldest first: published, then marked, so that a kill between the two repeats an alert
 * and never loses one. While the channel or the store is unavailable, the rest waits for the next call.
 */
export function makePublishAlerts({ alerts, channel, clock, onError }: PublishAlertsDeps): () => Promise<void> {
  return async () => {
    let published = 0;
    for (const alert of await alerts.unpublished(readMax)) {
      if (published === publishedMax) return;
      try {
        await channel.publish(alert);
      } catch (error) {
        if (error instanceof Unavailable) throw error;
        onError(alert, error);
        continue;
      }
      await alerts.markPublished(alert, clock());
      published++;
    }
  };
}
