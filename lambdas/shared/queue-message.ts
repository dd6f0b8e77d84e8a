import * as z from "zod";
import { type AlertMessage, alertMessage, type NoticeMessage } from "#contract/alert-message.ts";

/** A record of SQS as Lambda gives it. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly SentTimestamp: string };
}

export interface QueueMessage {
  /** The same for the same message, delivered again. */
  readonly id: string;
  readonly content: AlertMessage | NoticeMessage;
  /** What a webhook gets: of an alert what was published, byte for byte. */
  readonly body: string;
}

const alertType = z.object({ type: z.string().startsWith("alert.") });

/** As CloudWatch publishes alarms. */
const alarm = z
  .object({
    AlarmName: z.string(),
    AlarmDescription: z.string().nullish(),
    NewStateValue: z.string(),
    NewStateReason: z.string(),
  })
  .transform(({ AlarmName, AlarmDescription, NewStateValue, NewStateReason }) => ({
    title: `${NewStateValue}: ${AlarmName}`,
    text: [AlarmDescription, NewStateReason].filter(Boolean).join("\n"),
  }));

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Far below what Slack and webhooks take. */
const textCharsMax = 12_000;

function noticeOf({ messageId, body, attributes }: QueueRecord, json: unknown): NoticeMessage {
  const known = alarm.safeParse(json);
  const other = { title: "Notice of the deployment", text: typeof json === "string" ? json : body };
  const { title, text } = known.success ? known.data : other;
  return {
    type: "notice",
    version: 1,
    timestamp: new Date(Number(attributes.SentTimestamp)).toISOString(),
    data: { id: messageId, title, text: text.slice(0, textCharsMax).toWellFormed() },
  };
}

/** What lies in the queue of a destination. Throws of an alert that is not of the contract. */
export function queueMessageOf(record: QueueRecord): QueueMessage {
  const json = jsonOf(record.body);
  if (alertType.safeParse(json).success) {
    const content = alertMessage.parse(json);
    return { id: content.data.id, content, body: record.body };
  }
  const content = noticeOf(record, json);
  return { id: content.data.id, content, body: JSON.stringify(content) };
}
