import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { event, openDoor, type SentBody } from "./door.ts";

async function post(body: SentBody, headers: Record<string, string> = {}) {
  await using door = await openDoor();
  const reply = await door.send("POST", "/v1/events", { body, headers });
  const answer = (await reply.json()) as { error?: { code: string; message: string } };
  return { status: reply.status, json: answer, kept: await door.countEntries() };
}

const json = { "content-type": "application/json" };
const gzip = { ...json, "content-encoding": "gzip" };

describe("what cannot be read is refused and nothing of it is kept", () => {
  test.each<[string, SentBody, Record<string, string>, number, RegExp]>([
    ["no content type", JSON.stringify(event()), { "content-type": "" }, 415, /application\/json/],
    [
      "text",
      JSON.stringify(event()),
      { "content-type": "text/plain" },
      415,
      /application\/json or application\/cloudevents/,
    ],
    ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, /application\/json/],
    ["another charset", JSON.stringify(event()), { "content-type": "application/json; charset=utf-16" }, 415, /UTF-8/],
    ["brotli", JSON.stringify(event()), { ...json, "content-encoding": "br" }, 415, /gzip/],
    ["nothing", "", json, 400, /not JSON/],
    ["half an object", '{"events": [', json, 400, /not JSON/],
    ["NaN", '{"requests": NaN}', json, 400, /not JSON/],
    ["bytes that are no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), json, 400, /not UTF-8/],
    ["an array", JSON.stringify([event()]), json, 400, /\{"events": \[/],
    ["text in JSON", '"event"', json, 400, /one event/],
    ["null", "null", json, 400, /one event/],
    ["events that are no array", '{"events": {}}', json, 400, /an array of events/],
    ["10 MB", `"${"x".repeat(10 * 1024 * 1024)}"`, json, 413, /4 MB/],
    [
      "1,001 events",
      JSON.stringify({ events: Array.from({ length: 1001 }, () => event()) }),
      json,
      413,
      /at most 1000/,
    ],
    ["33 levels", `${"[".repeat(33)}${"]".repeat(33)}`, json, 400, /deeper than 32/],
    ["a million open brackets", "[".repeat(1_000_000), json, 400, /deeper than 32/],
    ["text that calls itself gzip", JSON.stringify(event()), gzip, 400, /not whole gzip/],
    ["truncated gzip", gzipSync(JSON.stringify(event())).subarray(0, -12), gzip, 400, /not whole gzip/],
    ["a gzip bomb of 64 MB", gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)), gzip, 413, /16 MB when unpacked/],
  ])("%s", async (_, body, headers, status, message) => {
    const reply = await post(body, headers);
    expect(reply.status).toBe(status);
    expect(reply.json.error?.message).toMatch(message);
    expect(reply.json).not.toHaveProperty("error.stack");
    expect(reply.kept).toBe(0);
  });
});

describe("what can be read", () => {
  test.each<[string, SentBody, Record<string, string>]>([
    ["one event", JSON.stringify(event()), json],
    ["an envelope", JSON.stringify({ events: [event()] }), json],
    ["a charset", JSON.stringify(event()), { "content-type": 'Application/JSON; charset="UTF-8"' }],
    ["a byte order mark", `\ufeff${JSON.stringify(event())}`, json],
    ["gzip", gzipSync(JSON.stringify(event())), gzip],
    ["brackets inside a text", JSON.stringify({ ...event(), note: `${"[{".repeat(500)}\\"` }), json],
  ])("%s", async (_, body, headers) => {
    const reply = await post(body, headers);
    expect(reply).toMatchObject({ status: 200, json: { accepted: 1 } });
  });

  test("15 MB of text, dropped, in a small gzip", async () => {
    const reply = await post(gzipSync(JSON.stringify({ ...event(), prompt: "x".repeat(15 * 1024 * 1024) })), gzip);
    expect(reply).toMatchObject({ status: 200, json: { results: [{ warnings: ["content_dropped"] }] } });
  });

  test("no events at all", async () => {
    expect(await post('{"events": []}', json)).toMatchObject({ status: 200, json: { results: [], accepted: 0 } });
  });
});

describe("CloudEvents", () => {
  const { id, source, time, ...data } = event();
  const envelope = { specversion: "1.0", type: "ai.usage", id, source, time, data };

  test("a structured one is the event in its envelope", async () => {
    const reply = await post(JSON.stringify(envelope), { "content-type": "application/cloudevents+json" });
    expect(reply).toMatchObject({ status: 200, json: { results: [{ id, status: "accepted" }] } });
  });

  test("attributes of the envelope are not fields of the event, those of its data are", async () => {
    const sent = { ...envelope, subject: "x", traceparent: "00-1", data: { ...data, traceparent: "00-1" } };
    const reply = await post(JSON.stringify(sent), { "content-type": "application/cloudevents+json" });
    expect(reply.json).toMatchObject({ results: [{ warnings: ["unknown_fields"], unknown_fields: ["traceparent"] }] });
  });

  test("each of a batch is judged on its own", async () => {
    const batch = [envelope, { ...envelope, id: "b", specversion: "0.3" }, { ...envelope, id: "c", data: "text" }, 7];
    const reply = await post(JSON.stringify(batch), { "content-type": "application/cloudevents-batch+json" });
    expect(reply.status).toBe(207);
    expect(reply.json).toMatchObject({
      accepted: 1,
      rejected: 3,
      results: [
        { id, status: "accepted" },
        { id: "b", errors: [{ path: "specversion", found: '"0.3"', wanted: '"1.0"' }] },
        { id: "c", errors: [{ path: "data", found: '"text"' }] },
        { id: null, status: "rejected" },
      ],
    });
  });

  test("the envelope's id wins over one in its data", async () => {
    const sent = { ...envelope, data: { ...data, id: "other" } };
    const reply = await post(JSON.stringify(sent), { "content-type": "application/cloudevents+json" });
    expect(reply.json).toMatchObject({ results: [{ id }] });
  });

  test("a batch is an array", async () => {
    const reply = await post(JSON.stringify(envelope), { "content-type": "application/cloudevents-batch+json" });
    expect(reply.status).toBe(400);
  });
});
