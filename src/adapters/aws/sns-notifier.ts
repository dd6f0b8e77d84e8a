import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Notifier } from "#app/ports/notifier.ts";
import { serviceError } from "./service-errors.ts";

/** Fewer than 100, and no control characters; mail programs show ASCII everywhere. */
const subjectCharsMax = 99;
/** SNS takes 256 KB with subject and attributes. */
const textBytesMax = 250_000;
const cutNote = "\n[cut here: the rest was too long for a notification]";

function subjectOf(subject: string): string {
  const ascii = subject
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/\s+/g, " ")
    .replace(/[^\x20-\x7e]/gu, "?")
    .trim();
  const cut = ascii.length > subjectCharsMax ? `${ascii.slice(0, subjectCharsMax - 3)}...` : ascii;
  return cut === "" ? "AI FinOps" : cut;
}

/** Cut between two characters, never within one. */
function textOf(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= textBytesMax) return text;
  let end = textBytesMax - Buffer.byteLength(cutNote);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString() + cutNote;
}

/** Publishes to a topic, which sends emails. What SNS would refuse is made fit: a notification must arrive. */
export function snsNotifier(deps: { readonly client: SNSClient; readonly topicArn: string }): Notifier {
  const { client, topicArn } = deps;
  return {
    async notify({ subject, text }) {
      const fit = subjectOf(subject);
      const publish = new PublishCommand({ TopicArn: topicArn, Subject: fit, Message: textOf(text) || fit });
      try {
        await client.send(publish);
      } catch (error) {
        throw serviceError(error, { part: "notifier", resource: `topic "${topicArn}"` });
      }
    },
  };
}
