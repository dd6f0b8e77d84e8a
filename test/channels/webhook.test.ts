import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { postWebhook } from "#aws/post-webhook.ts";
import { signWebhook, webhookId } from "#aws/sign-webhook.ts";
import { alertMessage, alertMessageOf } from "#contract/alert-message.ts";
import type { Instant } from "#core/time.ts";
import { queueMessageOf } from "#lambdas/shared/queue-message.ts";
import { answeringServer } from "../adapters-aws/answering-server.ts";
import { tempFolder } from "../local/temp-folder.ts";
import { sampleAlert } from "./sample-alert.ts";

const what = 'secret "finops/webhook"';
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const sign = (text: string, at: number, body = '{"test": 2432232314}') =>
  signWebhook({ text, what }, { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at: at as Instant });

interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

const docs = readFileSync(new URL("../../docs/channels.md", import.meta.url), "utf8");
const documented = (language: string) => {
  const code = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(docs)?.[1];
  if (code === undefined) throw new Error(`docs/channels.md has no example in ${language}`);
  return code;
};

type Verify = (received: Received & { readonly secret: string; readonly now: number }) => boolean;

/** The function that docs/channels.md gives to consumers, as it stands there. */
async function documentedVerify(): Promise<Verify> {
  using folder = tempFolder();
  writeFileSync(folder.file("verify.mjs"), documented("js"));
  const { verify } = (await import(pathToFileURL(folder.file("verify.mjs")).href)) as { verify: Verify };
  return verify;
}

describe("the signature", () => {
  test("is the one of the published example", () => {
    // standard-webhooks/libraries/javascript/src/webhook.test.ts, "sign function works".
    expect(sign(secret, 1_614_265_330_000)).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  test("of two secrets is two signatures, of which a consumer takes either", async () => {
    const verify = await documentedVerify();
    const now = 1_795_484_000_000;
    const received = { headers: sign(` ${other}\n${secret} `, now), body: '{"test": 2432232314}' };
    expect(received.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect([secret, other].map((one) => verify({ ...received, secret: one, now }))).toEqual([true, true]);
    expect(verify({ ...received, secret: `whsec_${Buffer.alloc(32, 8).toString("base64")}`, now })).toBe(false);
  });

  test.each(["", "whsec_", "hunter2hunter2hunter2hunter2hunter2", `whsec_${Buffer.alloc(23).toString("base64")}`])(
    "of a secret that is none (%j) is refused, and the secret not told",
    (text) => {
      expect(() => sign(text, 0)).toThrow(`${what}: want whsec_ and 24 to 64 random bytes in base64`);
    },
  );
});

test("the id of a webhook is a token: of each alert another one, and again the same", () => {
  const ids = ['["a","b"]/1', '["a","b"]/2', "ä\n.", "x".repeat(2_000)].map(webhookId);
  for (const id of ids) expect(id).toMatch(/^msg_[\w-]{43}$/);
  expect(new Set(ids).size).toBe(4);
  expect(webhookId('["a","b"]/1')).toBe(ids[0]);
});

/** What a consumer gets of an alert. */
async function receive(alert = sampleAlert(), at = Date.now()): Promise<Received> {
  await using server = await answeringServer(() => ({ status: 204 }));
  const body = JSON.stringify(alertMessageOf(alert, "https://finops.example.com/v1/alert-page?id=jtf4hnx9"));
  const to = { url: `${server.client.endpoint}/hook`, secret: { text: secret, what } };
  const answer = await postWebhook(to, { id: alert.id, body }, { at: at as Instant, timeoutMs: 5_000 });
  expect(answer).toMatchObject({ kind: "answered", status: 204 });
  const [asked] = server.asked;
  expect([asked?.method, asked?.url.pathname, asked?.headers["content-type"]]).toEqual([
    "POST",
    "/hook",
    "application/json; charset=utf-8",
  ]);
  return { headers: asked?.headers as Received["headers"], body: asked?.body.toString() ?? "" };
}

describe("a consumer", () => {
  test("verifies it with the library of Standard Webhooks, and reads what was published", async () => {
    const alert = sampleAlert({ title: "Büdget 🦜 <b>" });
    const { headers, body } = await receive(alert);
    const read = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(alertMessage.parse(read).data.title).toBe("Büdget 🦜 <b>");
    expect(() => new Webhook(other).verify(body, headers as Record<string, string>)).toThrow();
  });

  test("verifies it with what docs/channels.md gives, which tells a forgery and a replay", async () => {
    const verify = await documentedVerify();
    const now = 1_795_484_000_000;
    const { headers, body } = await receive(sampleAlert(), now);
    const isTaken = (changes: Partial<Received> & { now?: number; secret?: string }) =>
      verify({ secret, headers, body, now, ...changes });
    const withHeader = (name: string, value: string | undefined) => isTaken({ headers: { ...headers, [name]: value } });
    expect(isTaken({})).toBe(true);
    expect([now - 299_000, now + 299_000].map((at) => isTaken({ now: at }))).toEqual([true, true]);
    expect({
      otherBody: isTaken({ body: body.replace("812.20", "12.20") }),
      otherSecret: isTaken({ secret: other }),
      otherId: withHeader("webhook-id", "msg_2"),
      laterTime: withHeader("webhook-timestamp", String(now / 1_000 + 1)),
      noTime: withHeader("webhook-timestamp", undefined),
      noSignature: withHeader("webhook-signature", undefined),
      cutSignature: withHeader("webhook-signature", headers["webhook-signature"]?.slice(0, 20)),
      otherVersion: withHeader("webhook-signature", headers["webhook-signature"]?.replace("v1,", "v2,")),
      replayed: isTaken({ now: now + 301_000 }),
      ofTheFuture: isTaken({ now: now - 301_000 }),
    }).toEqual({
      otherBody: false,
      otherSecret: false,
      otherId: false,
      laterTime: false,
      noTime: false,
      noSignature: false,
      cutSignature: false,
      otherVersion: false,
      replayed: false,
      ofTheFuture: false,
    });
  });

  test("finds the documented body", () => {
    const message = alertMessageOf(sampleAlert(), "https://finops.example.com/v1/alert-page?id=jtf4hnx9");
    expect(JSON.parse(documented("json"))).toEqual(message);
    expect(alertMessage.parse(message)).toEqual(message);
  });
});

test("a message stays below 48 KB: facts are left out from the end, and that is said", () => {
  const facts = Array.from({ length: 300 }, (_, i) => ({ label: `Label ${i}`, value: "漢".repeat(5_000) }));
  const { data } = alertMessageOf(sampleAlert({ title: "🦜".repeat(1_000), facts }), "https://x.example");
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(48_000);
  expect(data.title).toBe(`${"🦜".repeat(149)}…`);
  expect(data.facts[0]).toEqual({ label: "Label 0", value: `${"漢".repeat(1_999)}…` });
  const shown = data.facts.length - 1;
  expect(data.facts.at(-1)).toEqual({ label: "Left out", value: `${300 - shown} more facts, too long for a message` });
});

test("whatever an alert says, what was published is what is read from the queue", () => {
  const text = fc.array(fc.nat(0xffff).map((code) => String.fromCharCode(code))).map((units) => units.join(""));
  const facts = fc.array(fc.record({ label: text, value: text }), { maxLength: 5 });
  fc.assert(
    fc.property(text, text, facts, fc.option(text, { nil: null }), (id, title, told, team) => {
      const message = alertMessageOf(
        sampleAlert({ id: `${id}/1`, title, facts: told, team, owner: team }),
        "https://x.example",
      );
      const body = JSON.stringify(message);
      const record = { messageId: "m", body, attributes: { SentTimestamp: "1795483800000" } };
      expect(queueMessageOf(record)).toEqual({ id: `${id}/1`, content: message, body });
    }),
    { numRuns: 100 },
  );
});

describe("what is not posted to", () => {
  test.each(["http://example.com/hook", "ftp://example.com", "not an address", "", "https://"])(
    "%j, and the error does not tell it",
    async (url) => {
      const posted = postWebhook(
        { url, secret: { text: secret, what } },
        { id: "1", body: "{}" },
        { at: 0 as Instant, timeoutMs: 100 },
      );
      await expect(posted).rejects.toThrow("the webhook's url: it holds no address that begins with https://");
    },
  );

  test("another address, to which a redirect leads", async () => {
    await using elsewhere = await answeringServer(() => ({ status: 200 }));
    await using server = await answeringServer(() => ({
      status: 307,
      headers: { location: elsewhere.client.endpoint },
    }));
    const to = { url: server.client.endpoint, secret: { text: secret, what } };
    const answer = await postWebhook(to, { id: "1", body: "{}" }, { at: 0 as Instant, timeoutMs: 5_000 });
    expect(answer).toMatchObject({ kind: "answered", status: 307 });
    expect(elsewhere.asked).toEqual([]);
  });
});
