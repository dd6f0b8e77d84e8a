import { alertMessageOf } from "#contract/alert-message.ts";
import type { Instant } from "#core/time.ts";
import { type Delivery, deliverAlerts, type QueueEvent } from "#lambdas/shared/deliver.ts";
import { postTo } from "#lambdas/shared/destination.ts";
import { context } from "../lambdas/lambda-context.ts";
import { sampleAlert } from "./sample-alert.ts";

/** In the address of the Slack webhook, and the key of the other: nothing of it may be told to anybody. */
export const slackPath = "/services/T0SECRET/B0SECRET/xoxbSECRET";
export const webhookSecret = "whsec_U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU";

export const slackBody = (id: string): string =>
  JSON.stringify(
    alertMessageOf(sampleAlert({ id, title: `Alert ${id}` }), "https://finops.example.com/v1/alert-page?id=jtf4hnx9"),
  );

const recordOf = (body: string, i: number) => ({
  messageId: `message-${i}`,
  body,
  attributes: { SentTimestamp: "1795483800000" },
});

export const batchOf = (...bodies: readonly string[]): QueueEvent => ({ Records: bodies.map(recordOf) });

/** Which of them Slack was sent. */
export const shownId = (body: Buffer): string => /\*Alert ([\w-]+)\*/.exec(body.toString())?.[1] ?? "no id";

/** The function as Lambda runs it, by a clock that only its waits move. */
export function openDelivery(
  kind: "slack" | "webhook",
  url: string,
  changes: Partial<Delivery> = {},
  time = { now: 1_795_484_000_000 },
) {
  const clock = () => time.now as Instant;
  const waits: number[] = [];
  const timeoutMs = changes.timeoutMs ?? 5_000;
  const handler = deliverAlerts({
    post: postTo({ kind, url: () => url, secretId: "finops/destination", clock, timeoutMs }),
    timeoutMs,
    readSecret: async () => (kind === "slack" ? url : webhookSecret),
    clock,
    wait: async (ms) => {
      waits.push(ms);
      time.now += ms;
    },
    ...changes,
  });
  return {
    time,
    waits,
    /** The places in the batch of what stays in the queue. */
    invoke: async (event: QueueEvent, millisLeft = 30_000): Promise<number[]> => {
      const ends = time.now + millisLeft;
      const result = await handler(event, { ...context, getRemainingTimeInMillis: () => ends - time.now });
      const failed = result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      return event.Records.flatMap(({ messageId }, i) => (failed.includes(messageId) ? [i] : []));
    },
  };
}
