import { SNSClient } from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { snsNotifier } from "#aws/sns-notifier.ts";
import { notifierContract } from "../ports/notifier.contract.ts";
import { answeringServer } from "./answering-server.ts";

const topicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
const published = `<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>`;

/** SNS, with what it was sent. */
async function snsServer() {
  const server = await answeringServer(() => ({ status: 200, body: published }));
  return {
    notifier: snsNotifier({ client: new SNSClient(server.client), topicArn }),
    told: () =>
      server.asked.map(({ body }) => {
        const form = new URLSearchParams(body.toString());
        expect(form.get("TopicArn")).toBe(topicArn);
        return { subject: form.get("Subject") ?? "", text: form.get("Message") ?? "" };
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

notifierContract("a topic of SNS", snsServer);

/** What SNS is sent for a note. */
async function sent(subject: string, text: string): Promise<{ subject: string; text: string }> {
  await using sns = await snsServer();
  await sns.notifier.notify({ subject, text });
  return sns.told()[0] ?? { subject: "", text: "" };
}

test.each([
  ["several lines", "one\r\n\ttwo", "one two"],
  ["letters that are not ASCII", "Zoë's büdget — 80 % 🦜", "Zoe's budget ? 80 % ?"],
  ["control characters", "a\u0007b\u007fc", "a?b?c"],
  ["nothing to say", " \n ", "AI FinOps"],
  ["99 characters", "x".repeat(99), "x".repeat(99)],
  ["100 characters", "x".repeat(100), `${"x".repeat(96)}...`],
])("a subject of %s is made fit for email", async (_, subject, fit) => {
  expect((await sent(subject, "text")).subject).toBe(fit);
});

test("a note without text has its subject as text", async () => {
  expect((await sent("Pipeline failed", "")).text).toBe("Pipeline failed");
});

test("a text of at most 250,000 bytes goes whole", async () => {
  const text = "é".repeat(125_000);
  expect((await sent("s", text)).text).toBe(text);
});

test.each(["é", "🦜", "xé", "漢x"])("a longer text of %j is cut between two characters, and says so", async (piece) => {
  const text = `${piece.repeat(125_000)}end`;
  const cut = (await sent("s", text)).text;
  const [kept = "", note = ""] = cut.split("\n");
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(250_000);
  expect(Buffer.byteLength(cut)).toBeGreaterThan(249_990);
  expect(text.startsWith(kept)).toBe(true);
  expect(note).toMatch(/^\[cut here/);
});
