import type { Answer } from "#aws/post-json.ts";
import { postSlack } from "#aws/post-slack.ts";
import { postWebhook } from "#aws/post-webhook.ts";
import { type SlackMessage, slackMessage, slackNotice, type ToldAlert } from "#aws/slack-message.ts";
import type { AlertMessage } from "#contract/alert-message.ts";
import type { Instant } from "#core/time.ts";
import type { QueueMessage } from "./queue-message.ts";

/** Posts a message, once, with the text of the destination's secret. */
export type Post = (secret: string, message: QueueMessage) => Promise<Answer>;

export interface Destination {
  readonly kind: string;
  /** Of a webhook; Slack's address is its secret. */
  readonly url: () => string;
  /** How errors name the secret. */
  readonly secretId: string;
  readonly clock: () => Instant;
  readonly timeoutMs: number;
}

const eventOf: Record<AlertMessage["type"], ToldAlert["event"]> = {
  "alert.raised": "raised",
  "alert.worsened": "worsened",
  "alert.resolved": "resolved",
  "alert.told": "told",
};

const slackOf = ({ content }: QueueMessage): SlackMessage =>
  content.type === "notice"
    ? slackNotice(content.data)
    : slackMessage({ ...content.data, event: eventOf[content.type] });

/** Throws of a kind that there is not. */
export function postTo({ kind, url, secretId, clock, timeoutMs }: Destination): Post {
  const what = `secret "${secretId}"`;
  if (kind === "slack") return (text, message) => postSlack({ text, what }, slackOf(message), timeoutMs);
  if (kind === "webhook") {
    const address = url();
    return (text, message) =>
      postWebhook({ url: address, secret: { text, what } }, message, { at: clock(), timeoutMs });
  }
  throw new Error(`DESTINATION_KIND is "${kind}": want slack or webhook`);
}
