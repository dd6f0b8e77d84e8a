import { type MessageAttributeValue, PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { AlertChannel } from "#app/ports/alert-channel.ts";
import type { Alert } from "#core/alert.ts";
import { serviceError } from "./service-errors.ts";

/** Fewer than 100, and no control characters; mail programs show ASCII everywhere. */
const subjectCharsMax = 99;
/**
 * SNS takes 256 KB, counted as JSON, which at most doubles what is printable. The text is in it twice; the message of the
 * queues, once, is below 48 KB.
 */
const textBytesMax = 24_000;
const cutNote = "\n[cut here: the rest was too long for a notification]";

function subjectOf({ event, title, severity }: Alert): string {
  // The title of a resolved one says so, and it is no longer severe.
  const ascii = (event === "resolved" ? title : `[${severity}] ${title}`)
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/\s+/g, " ")
    .replace(/[^\x20-\x7e]/gu, "?")
    .trim();
  const cut = ascii.length > subjectCharsMax ? `${ascii.slice(0, subjectCharsMax - 3)}...` : ascii;
  return cut === "" ? "AI FinOps" : cut;
}

/** SNS and queues carry what XML can: a message with one of these would be refused, or lost between the two. */
const carried = (text: string) => text.toWellFormed().replace(/[\ufffe\uffff]/g, "\ufffd");

/** Cut between two characters, never within one. */
function textOf(text: string): string {
  const printable = carried(text).replace(/[^\P{Cc}\n\t]/gu, "\ufffd");
  const bytes = Buffer.from(printable);
  if (bytes.length <= textBytesMax) return printable;
  let end = textBytesMax - Buffer.byteLength(cutNote);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString() + cutNote;
}

const attribute = (value: string): MessageAttributeValue => ({
  DataType: "String",
  StringValue: carried(value),
});

/**
 * Publishes to a topic, from which emails, Slack and webhooks are fed: `textOf` is what emails say, `messageOf` the JSON
 * for queues. The attributes `severity`, `team` ("none": of the whole company) and `kind` are what subscriptions filter by.
 * What SNS would refuse is made fit: an alert must arrive.
 */
export function snsAlertChannel(deps: {
  readonly client: SNSClient;
  readonly topicArn: string;
  readonly textOf: (alert: Alert) => string;
  readonly messageOf: (alert: Alert) => string;
}): AlertChannel {
  return {
    async publish(alert) {
      const subject = subjectOf(alert);
      const text = textOf(deps.textOf(alert)) || subject;
      const publish = new PublishCommand({
        TopicArn: deps.topicArn,
        Subject: subject,
        MessageStructure: "json",
        Message: JSON.stringify({ default: text, email: text, sqs: carried(deps.messageOf(alert)) }),
        MessageAttributes: {
          severity: attribute(alert.severity),
          team: attribute(alert.team ?? "none"),
          kind: attribute(alert.rule.kind),
        },
      });
      try {
        await deps.client.send(publish);
      } catch (error) {
        throw serviceError(error, { part: "alert channel", resource: `topic "${deps.topicArn}"` });
      }
    },
  };
}
