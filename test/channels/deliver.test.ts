import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { postTo } from "#lambdas/shared/destination.ts";
import { type Answer, type AnsweringServer, answeringServer } from "../adapters-aws/answering-server.ts";
import { captureOutput } from "../lambdas/output.ts";
import { slackPayload } from "./block-kit.ts";
import { batchOf, openDelivery, shownId, slackBody, slackPath, webhookSecret } from "./delivering.ts";

let output: ReturnType<typeof captureOutput>;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => {
  const logged = output.text();
  output[Symbol.dispose]();
  expect(logged).not.toMatch(/SECRET|services|127\.0\.0\.1/);
});

const ok: Answer = { status: 200, body: "ok" };
type Answers = Answer | "nothing" | "hang up";

/** A Slack that answers in turn as it is told, the last answer for ever. */
const slackServer = (...answers: readonly Answers[]): Promise<AnsweringServer> => {
  const left = [...answers];
  return answeringServer(() => (left.length > 1 ? left.shift() : left[0]) ?? ok);
};
const slackAt = (server: AnsweringServer, changes: Parameters<typeof openDelivery>[2] = {}) =>
  openDelivery("slack", `${server.client.endpoint}${slackPath}`, changes);
const idsOf = (server: AnsweringServer) => server.asked.map(({ body }) => shownId(body));

describe("what Slack takes", () => {
  test("is out of the queue, and within the limits of Block Kit", async () => {
    await using server = await slackServer(ok);
    expect(await slackAt(server).invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([]);
    expect(idsOf(server)).toEqual(["a", "b"]);
    for (const { url, body } of server.asked) {
      expect(url.pathname).toBe(slackPath);
      slackPayload.parse(JSON.parse(body.toString()));
    }
  });

  test("is not posted again when the queue gives it again", async () => {
    await using server = await slackServer(ok);
    const { invoke } = slackAt(server);
    await invoke(batchOf(slackBody("a")));
    expect(await invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([]);
    expect(idsOf(server)).toEqual(["a", "b"]);
  });
});

describe("when Slack is busy or out", () => {
  test.each<[string, readonly Answers[], readonly number[]]>([
    ["a pause that it asks for, in seconds", [{ status: 429, headers: { "retry-after": "2" } }, ok], [2_000]],
    [
      "a pause that it asks for, as a date",
      [{ status: 503, headers: { "retry-after": httpDate(3_000) } }, ok],
      [3_000],
    ],
    ["a short pause, of its own", [{ status: 429 }, ok], [500]],
    ["pauses that grow", [{ status: 500 }, { status: 502 }, ok], [500, 1_000]],
    ["a cut connection", ["hang up", ok], [500]],
  ])("it is asked again after %s", async (_, answers, waits) => {
    await using server = await slackServer(...answers);
    const delivery = slackAt(server);
    expect(await delivery.invoke(batchOf(slackBody("a")))).toEqual([]);
    expect(delivery.waits).toEqual(waits);
    expect(server.asked).toHaveLength(answers.length);
  });

  test("a message that fails three times stays in the queue, and the next one is tried", async () => {
    await using server = await slackServer({ status: 500 }, { status: 500 }, { status: 500 }, ok);
    expect(await slackAt(server).invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([0]);
    expect(idsOf(server)).toEqual(["a", "a", "a", "b"]);
    expect(output.text()).toContain("HTTP 500");
  });

  test("asked to wait longer, it asks nothing until then", async () => {
    await using server = await slackServer({ status: 429, headers: { "retry-after": "30" } }, ok);
    const delivery = slackAt(server);
    expect(await delivery.invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([0, 1]);
    delivery.time.now += 29_000;
    expect(await delivery.invoke(batchOf(slackBody("a")))).toEqual([0]);
    expect(server.asked).toHaveLength(1);
    delivery.time.now += 1_000;
    expect(await delivery.invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([]);
    expect(delivery.waits).toEqual([]);
  });

  test("asked to wait for a day, it asks again after ten minutes", async () => {
    await using server = await slackServer({ status: 429, headers: { "retry-after": "86400" } }, ok);
    const delivery = slackAt(server);
    await delivery.invoke(batchOf(slackBody("a")));
    delivery.time.now += 600_000;
    expect(await delivery.invoke(batchOf(slackBody("a")))).toEqual([]);
  });

  test("one that does not answer is asked once, and the rest of the batch waits", async () => {
    await using server = await slackServer("nothing");
    expect(await slackAt(server, { timeoutMs: 50 }).invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([0, 1]);
    expect(idsOf(server)).toEqual(["a"]);
    expect(output.text()).toContain("no answer in time");
  });

  test("one that nobody reaches is named by the code alone", async () => {
    const server = await slackServer(ok);
    await server[Symbol.asyncDispose]();
    expect(await slackAt(server).invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([0, 1]);
    expect(output.text()).toContain("ECONNREFUSED");
  });

  test("without time for an answer nothing is asked: it would be told twice", async () => {
    await using server = await slackServer({ status: 429, headers: { "retry-after": "4" } }, ok);
    const delivery = slackAt(server);
    expect(await delivery.invoke(batchOf(slackBody("a")), 6_000)).toEqual([0]);
    expect(server.asked).toEqual([]);
    expect(await delivery.invoke(batchOf(slackBody("a")), 10_000)).toEqual([0]);
    expect([server.asked.length, delivery.waits]).toEqual([1, []]);
  });
});

describe("what Slack will never take", () => {
  test.each([400, 413, 302])(
    "a %i stays for the dead-letter queue, is an error, and holds up nothing",
    async (status) => {
      await using server = await slackServer({ status, body: "invalid_payload" }, ok);
      expect(await slackAt(server).invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([0]);
      expect(idsOf(server)).toEqual(["a", "b"]);
      expect(output.text()).toMatch(/"level":"ERROR".*will not take this message/);
    },
  );

  test("an alert that is not of the contract, likewise", async () => {
    await using server = await slackServer(ok);
    const broken = slackBody("a").replace('"severity":"warning"', '"severity":"loud"');
    expect(await slackAt(server).invoke(batchOf(broken, slackBody("b")))).toEqual([0]);
    expect(idsOf(server)).toEqual(["b"]);
    expect(output.text()).toContain("severity");
  });
});

describe("the secret", () => {
  test.each([401, 403, 404, 410])("is read again after a %i, and the new address taken at once", async (status) => {
    await using old = await slackServer({ status, body: "no_service" });
    await using server = await slackServer(ok);
    const addresses = [old, server].map(({ client }) => `${client.endpoint}${slackPath}`);
    const readSecret = async () => (addresses.length > 1 ? addresses.shift() : addresses[0]) ?? "";
    const { invoke } = slackAt(server, { readSecret });
    expect(await invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([]);
    expect([idsOf(old), idsOf(server)]).toEqual([["a"], ["a", "b"]]);
  });

  test("that is the same as before is an error, and all messages stay", async () => {
    await using server = await slackServer({ status: 404, body: "no_service" });
    expect(await slackAt(server).invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([0, 1]);
    expect(server.asked).toHaveLength(1);
    expect(output.text()).toMatch(/"level":"ERROR".*refuses us/);
  });

  test("is read once in five minutes", async () => {
    await using server = await slackServer(ok);
    let reads = 0;
    const readSecret = async () => {
      reads++;
      return `${server.client.endpoint}${slackPath}`;
    };
    const delivery = slackAt(server, { readSecret });
    await delivery.invoke(batchOf(slackBody("a"), slackBody("b")));
    delivery.time.now += 299_999;
    await delivery.invoke(batchOf(slackBody("c")));
    expect(reads).toBe(1);
    delivery.time.now += 1;
    await delivery.invoke(batchOf(slackBody("d")));
    expect(reads).toBe(2);
  });

  test("that cannot be read keeps all messages in the queue", async () => {
    await using server = await slackServer(ok);
    const readSecret = () => Promise.reject(new Error('secret "finops/destination": access is denied'));
    expect(await slackAt(server, { readSecret }).invoke(batchOf(slackBody("a"), slackBody("b")))).toEqual([0, 1]);
    expect(output.text()).toContain('secret \\"finops/destination\\": access is denied');
  });

  test.each(["slack", "webhook"] as const)("of %s that holds something else is named, and not told", async (kind) => {
    await using server = await slackServer(ok);
    const readSecret = async () => "SECRET but no address and no key";
    const { invoke } = openDelivery(kind, server.client.endpoint, { readSecret });
    expect(await invoke(batchOf(slackBody("a")))).toEqual([0]);
    expect(output.text()).toMatch(/secret \\"finops\/destination\\": (it holds no address|want whsec_)/);
    expect(server.asked).toEqual([]);
  });
});

describe("what else comes through the topic", () => {
  const alarm = {
    AlarmName: "ai-finops-lost-events",
    AlarmDescription: "Events were lost. Runbook: docs/runbooks/lost-events.md",
    NewStateValue: "ALARM",
    NewStateReason: "Threshold Crossed",
    Region: "EU (Frankfurt)",
  };

  test("an alarm of CloudWatch is a notice with its name, state and reason", async () => {
    await using server = await slackServer(ok);
    expect(await slackAt(server).invoke(batchOf(JSON.stringify(alarm)))).toEqual([]);
    const payload = slackPayload.parse(JSON.parse(server.asked[0]?.body.toString() ?? ""));
    expect(payload.text).toBe("ALARM: ai-finops-lost-events");
    expect(payload.blocks[1]).toMatchObject({ text: { text: `${alarm.AlarmDescription}\nThreshold Crossed` } });
  });

  test.each([
    ["a text", "AWS Budget Notification: 50 USD"],
    ["a text of EventBridge", JSON.stringify("AWS Budget Notification: 50 USD")],
  ])("%s is a notice for a webhook too", async (_, body) => {
    await using server = await slackServer({ status: 204 });
    expect(await openDelivery("webhook", server.client.endpoint).invoke(batchOf(body))).toEqual([]);
    expect(JSON.parse(server.asked[0]?.body.toString() ?? "")).toEqual({
      type: "notice",
      version: 1,
      timestamp: "2026-11-24T01:30:00.000Z",
      data: { id: "message-0", title: "Notice of the deployment", text: "AWS Budget Notification: 50 USD" },
    });
  });
});

test("a webhook gets an alert byte for byte as it was published, each attempt with a signature of its time", async () => {
  await using server = await slackServer({ status: 503 }, { status: 503 }, { status: 202 });
  const delivery = openDelivery("webhook", `${server.client.endpoint}/hook`);
  const body = `${slackBody("a").slice(0, -1)},"later_field":1}`;
  expect(await delivery.invoke(batchOf(body))).toEqual([]);
  expect(server.asked.map((asked) => asked.body.toString())).toEqual([body, body, body]);
  const headers = server.asked.map((asked) => asked.headers);
  expect(headers.map((each) => each["webhook-timestamp"])).toEqual(["1795484000", "1795484000", "1795484001"]);
  expect(new Set(headers.map((each) => each["webhook-id"])).size).toBe(1);
  expect(JSON.stringify(headers)).not.toContain(webhookSecret.slice(6));
});

test("a kind that there is not stops it at its start", () => {
  const destination = { kind: "teams", url: () => "", secretId: "s", clock: () => 0 as never, timeoutMs: 1 };
  expect(() => postTo(destination)).toThrow('DESTINATION_KIND is "teams": want slack or webhook');
});

/** So long after the clock of a delivery begins. */
function httpDate(afterMs: number): string {
  return new Date(1_795_484_000_000 + afterMs).toUTCString();
}
