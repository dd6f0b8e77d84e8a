import middy from "@middy/core";
import { meaningOf, postPatiently, reasonOf, retryAfterMs } from "#aws/delivery-retry.ts";
import type { Answer } from "#aws/post-json.ts";
import type { Instant } from "#core/time.ts";
import { remainingMs, withDeadline } from "./deadline.ts";
import type { Post } from "./destination.ts";
import { keptSecret } from "./kept-secret.ts";
import { logFault, logger, withLog } from "./log.ts";
import { type QueueMessage, type QueueRecord, queueMessageOf } from "./queue-message.ts";

export interface QueueEvent {
  readonly Records: readonly QueueRecord[];
}

/** What stays in the queue, to come again when it is visible again. */
export interface QueueResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface Delivery {
  readonly post: Post;
  /** The longest that a post takes. */
  readonly timeoutMs: number;
  readonly readSecret: () => Promise<string>;
  readonly clock: () => Instant;
  readonly wait: (ms: number) => Promise<void>;
}

/** To tell what came of an attempt, and to fail, before Lambda ends the invocation. */
const marginMs = 2_000;
const rememberedMax = 1_000;

/** "closed": it failed, and what follows it would too. */
type Outcome = "delivered" | "failed" | "closed";

function outcomeOf(answer: Answer, { id }: QueueMessage): Outcome {
  const more = { alert: id, reason: reasonOf(answer) };
  const meaning = meaningOf(answer);
  switch (meaning) {
    case "delivered":
      return "delivered";
    case "later":
      logger.warn("the destination does not take messages now: they stay in the queue", more);
      // Whoever fails at one message may take the next, unless it asks to be left alone.
      return answer.kind === "answered" && answer.status !== 429 && answer.retryAfter === null ? "failed" : "closed";
    case "unwelcome":
      logger.error("the destination refuses us: is what the secret holds still right?", more);
      return "closed";
    case "never":
      logger.error("the destination will not take this message: it goes to the dead-letter queue", more);
      return "failed";
    default:
      return meaning satisfies never;
  }
}

function makeDeliver({ post, timeoutMs, readSecret, clock, wait }: Delivery) {
  const secret = keptSecret(readSecret, clock);
  const hasTimeFor = (pauseMs: number) => remainingMs() >= pauseMs + timeoutMs + marginMs;
  const postWith = (text: string, message: QueueMessage) =>
    postPatiently(() => post(text, message), { clock, wait, hasTimeFor });
  // Of this process: a repeat of the queue is mostly seen by the one that took the first.
  const delivered = new Set<string>();
  let closedUntil = 0;

  const ask = async (message: QueueMessage): Promise<Answer> => {
    const text = await secret.get();
    const answer = await postWith(text, message);
    if (meaningOf(answer) !== "unwelcome") return answer;
    const renewed = await secret.renew();
    return renewed === text ? answer : await postWith(renewed, message);
  };

  return async (message: QueueMessage): Promise<Outcome> => {
    if (delivered.has(message.id)) return "delivered";
    if (clock() < closedUntil || !hasTimeFor(0)) return "closed";
    const answer = await ask(message);
    const outcome = outcomeOf(answer, message);
    if (outcome === "closed") closedUntil = clock() + (retryAfterMs(answer, clock()) ?? 0);
    if (outcome === "delivered") {
      delivered.add(message.id);
      const [oldest] = delivered;
      if (delivered.size > rememberedMax && oldest !== undefined) delivered.delete(oldest);
    }
    return outcome;
  };
}

/**
 * Posts each message of a batch, one after the other. What was not taken is reported, and the queue keeps it; when the
 * destination does not answer at all, the rest of the batch is not tried.
 */
export function deliverAlerts(delivery: Delivery) {
  const deliver = makeDeliver(delivery);

  const tryOne = async (record: QueueRecord): Promise<Outcome> => {
    let message: QueueMessage;
    try {
      message = queueMessageOf(record);
    } catch (error) {
      logFault("a message cannot be read: it goes to the dead-letter queue", error, { message: record.messageId });
      return "failed";
    }
    try {
      return await deliver(message);
    } catch (error) {
      logFault("messages cannot be sent: they stay in the queue", error, { alert: message.id });
      return "closed";
    }
  };

  return middy<QueueEvent, QueueResult>()
    .use(withDeadline)
    .use(withLog())
    .handler(async ({ Records }) => {
      const failures: { itemIdentifier: string }[] = [];
      let isClosed = false;
      for (const record of Records) {
        const outcome: Outcome = isClosed ? "closed" : await tryOne(record);
        isClosed = outcome === "closed";
        if (outcome !== "delivered") failures.push({ itemIdentifier: record.messageId });
      }
      return { batchItemFailures: failures };
    });
}
