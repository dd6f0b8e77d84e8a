import { SNSClient } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { snsAlertChannel } from "#aws/sns-alert-channel.ts";
import { alertMessage, alertMessageOf } from "#contract/alert-message.ts";
import type { Alert } from "#core/alert.ts";
import { sampleAlert } from "../channels/sample-alert.ts";
import { alertChannelContract } from "../ports/alert-channel.contract.ts";
import { answeringServer } from "./answering-server.ts";

const topicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
const published = `<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>`;
const plainText = ({ title, facts }: Alert) => [title, ...facts.map(({ value }) => value)].join("\n");

/** SNS, with what it was sent. */
async function snsServer(textOf: (alert: Alert) => string = plainText) {
  const server = await answeringServer(() => ({ status: 200, body: published }));
  const forms = () => server.asked.map(({ body }) => new URLSearchParams(body.toString()));
  return {
    channel: snsAlertChannel({
      client: new SNSClient(server.client),
      topicArn,
      textOf,
      messageOf: (alert) =>
        JSON.stringify(alertMessageOf(alert, "https://finops.example.com/v1/alert-page?id=jtf4hnx9")),
    }),
    forms,
    told: () => forms().map((form) => (JSON.parse(form.get("Message") ?? "") as { email: string }).email),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

alertChannelContract("a topic of SNS", () => snsServer());

/** What SNS is sent for an alert. */
async function sent(changes: Partial<Alert>, textOf?: (alert: Alert) => string) {
  await using sns = await snsServer(textOf);
  await sns.channel.publish(sampleAlert(changes));
  const [form = new URLSearchParams()] = sns.forms();
  return {
    form,
    subject: form.get("Subject"),
    bytes: Buffer.byteLength(form.get("Message") ?? ""),
    message: JSON.parse(form.get("Message") ?? "") as Readonly<Record<string, string>>,
  };
}

function attributesOf(form: URLSearchParams): Record<string, string> {
  const places = [1, 2, 3, 4].map((n) => `MessageAttributes.entry.${n}`).filter((at) => form.has(`${at}.Name`));
  for (const at of places) expect(form.get(`${at}.Value.DataType`)).toBe("String");
  return Object.fromEntries(places.map((at) => [form.get(`${at}.Name`), form.get(`${at}.Value.StringValue`)]));
}

test("an alert is one message: text for people, JSON for queues, attributes to filter by", async () => {
  const { form, message } = await sent({});
  expect([form.get("Action"), form.get("TopicArn"), form.get("MessageStructure")]).toEqual([
    "Publish",
    topicArn,
    "json",
  ]);
  expect(Object.keys(message).sort()).toEqual(["default", "email", "sqs"]);
  expect(message.email).toBe(
    "Budget search has used 81 % of 1,000 USD\n812.20 USD of 1,000 USD\n1,015.25 USD by 30 November",
  );
  expect(message.default).toBe(message.email);
  expect(alertMessage.parse(JSON.parse(message.sqs ?? "")).data).toMatchObject({ severity: "warning", team: "search" });
  expect(attributesOf(form)).toEqual({ severity: "warning", team: "search", kind: "budget_actual" });
});

test("an alert of the whole company has the team none: an attribute may not be empty", async () => {
  const { form } = await sent({ team: null, severity: "critical" });
  expect(attributesOf(form)).toEqual({ severity: "critical", team: "none", kind: "budget_actual" });
});

test("what XML has no place for reaches neither a queue nor a filter", async () => {
  const { form, message } = await sent({ team: "a\uffffb", title: "c\ufffed\ud83ee" });
  expect(attributesOf(form).team).toBe("a\ufffdb");
  expect(message.sqs).not.toMatch(/[\ufffe\uffff\ud800-\udfff]/);
  expect(alertMessage.parse(JSON.parse(message.sqs ?? "")).data.title).toBe("c\ufffdd\ud83ee");
});

describe("the subject", () => {
  test.each([
    ["several lines", "one\r\n\ttwo", "[warning] one two"],
    ["letters that are not ASCII", "Zoë's büdget — 80 % 🦜", "[warning] Zoe's budget ? 80 % ?"],
    ["control characters", "a\u0007b\u007fc", "[warning] a?b?c"],
    ["nothing to say", " \n ", "[warning]"],
    ["99 characters with the severity", "x".repeat(89), `[warning] ${"x".repeat(89)}`],
    ["100 characters with the severity", "x".repeat(90), `[warning] ${"x".repeat(86)}...`],
  ])("of %s is made fit for email", async (_, title, fit) => {
    expect((await sent({ title })).subject).toBe(fit);
  });

  test("of what is resolved has no severity, and is never empty", async () => {
    expect((await sent({ event: "resolved", title: "Resolved: b" })).subject).toBe("Resolved: b");
    expect((await sent({ event: "resolved", title: " " })).subject).toBe("AI FinOps");
  });
});

describe("the text", () => {
  test("that is empty is the subject", async () => {
    const { message } = await sent({}, () => "");
    expect(message.email).toBe("[warning] Budget search has used 81 % of 1,000 USD");
  });

  test("keeps lines and letters, and nothing that a mail cannot carry", async () => {
    const { message } = await sent({}, () => "é 🦜 & <b>\n\tsecond\u0000\u001b\ufffe\ud83e line");
    expect(message.email).toBe("é 🦜 & <b>\n\tsecond\ufffd\ufffd\ufffd\ufffd line");
  });

  test.each(["é", "🦜", "xé", "漢x"])(
    "that is too long (%j) is cut between two characters, and says so",
    async (piece) => {
      const text = `${piece.repeat(24_000)}end`;
      const { message } = await sent({}, () => text);
      const [kept = "", note = ""] = (message.email ?? "").split("\n");
      expect(Buffer.byteLength(message.email ?? "")).toBeLessThanOrEqual(24_000);
      expect(Buffer.byteLength(message.email ?? "")).toBeGreaterThan(23_990);
      expect(text.startsWith(kept)).toBe(true);
      expect(note).toMatch(/^\[cut here/);
    },
  );

  test("of 24,000 bytes goes whole", async () => {
    const text = "é".repeat(12_000);
    expect((await sent({}, () => text)).message.email).toBe(text);
  });
});

test.each(['"', "\\", "\n", "\u0000", "漢", "🦜", "\ud83e"])(
  "whatever is how long (%j), it stays below the 256 KB that SNS takes",
  async (piece) => {
    const long = piece.repeat(40_000);
    const facts = Array.from({ length: 100 }, () => ({ label: long, value: long }));
    const { bytes } = await sent({ title: long, owner: "Ada", facts }, () => long.repeat(2));
    expect(bytes).toBeLessThan(256 * 1024 - 1_000);
  },
);
