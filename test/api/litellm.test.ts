import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Instant } from "#core/time.ts";
import { litellmPosts } from "../formats/litellm-posts.ts";
import { openDoor, type SentBody } from "./door.ts";

/** When the captured posts were made. */
const capturedAt = Date.parse("2026-11-23T14:00:00Z") as Instant;

type Door = Awaited<ReturnType<typeof openDoor>>;

async function post(door: Door, body: SentBody, headers: Readonly<Record<string, string>> = {}, query = "") {
  const reply = await door.send("POST", `/v1/litellm${query}`, { body, headers });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

const payload = (change: object = {}) => ({
  id: "chatcmpl-1",
  litellm_call_id: "call-1",
  call_type: "acompletion",
  status: "success",
  startTime: capturedAt / 1000,
  model: "openai/gpt-4o",
  custom_llm_provider: "openai",
  metadata: { usage_object: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 } },
  response_cost: 0.0035,
  messages: [{ role: "user", content: "a very private question" }],
  ...change,
});

test("captured posts give 29 calls, and sent twice give no more", async () => {
  await using door = await openDoor(capturedAt);
  const answers: Record<string, number>[] = [];
  for (const round of [1, 2]) {
    for (const { body, contentType } of litellmPosts) {
      const reply = await post(door, body, { "content-type": contentType });
      expect(reply.status).toBe(200);
      answers.push({ round, ...reply.body } as Record<string, number>);
    }
  }
  const total = (round: number, ...names: string[]) =>
    answers
      .filter((answer) => answer.round === round)
      .reduce((sum, answer) => sum + names.reduce((all, name) => all + (answer[name] ?? 0), 0), 0);
  expect(total(1, "accepted", "quarantined")).toBe(29);
  expect(total(1, "no_usage")).toBe(10);
  expect(total(2, "duplicates")).toBe(29);
  expect(total(2, "accepted", "quarantined", "conflicts", "rejected")).toBe(0);
  expect(new Set((await door.entries()).map(({ key }) => key)).size).toBe(29);
});

test("prompts are not kept, and LiteLLM's cost is kept beside ours", async () => {
  await using door = await openDoor(capturedAt);
  const reply = await post(door, JSON.stringify(payload()), { "content-type": "application/json" });
  expect(reply.body).toMatchObject({ results: [{ id: `call-1:${capturedAt}000`, cost_usd: "0.0035" }] });
  const [entry] = await door.entries();
  expect(entry).toMatchObject({ source: "litellm/proxy", senderCost: 3_500_000_000n, cost: 3_500_000_000n });
  expect(await door.allStored()).not.toContain("private question");
});

test.each([
  ["an array, as JSON", JSON.stringify([payload(), payload({ litellm_call_id: "b" })]), "application/json"],
  [
    "lines, called JSON",
    `${JSON.stringify(payload())}\n${JSON.stringify(payload({ litellm_call_id: "b" }))}`,
    "application/json",
  ],
  [
    "lines, called NDJSON",
    `${JSON.stringify(payload())}\n\n${JSON.stringify(payload({ litellm_call_id: "b" }))}\n`,
    "application/x-ndjson",
  ],
  ["an array, called text", JSON.stringify([payload(), payload({ litellm_call_id: "b" })]), "text/plain"],
])("%s", async (_, body, contentType) => {
  await using door = await openDoor(capturedAt);
  const reply = await post(door, body, { "content-type": contentType });
  expect(reply.status).toBe(200);
  expect(await door.countEntries()).toBe(2);
});

test("a packed post is unpacked, and a proxy may have a name", async () => {
  await using door = await openDoor(capturedAt);
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const reply = await post(door, gzipSync(JSON.stringify([payload()])), headers, "?proxy=eu-1");
  expect(reply.status).toBe(200);
  expect(await door.entries()).toMatchObject([{ source: "litellm/eu-1" }]);
});

test("a bad line costs no other", async () => {
  await using door = await openDoor(capturedAt);
  const lines = [
    JSON.stringify(payload()),
    '{"id": "cut of',
    "null",
    JSON.stringify(payload({ status: "failure", metadata: {} })),
  ];
  const reply = await post(door, lines.join("\n"));
  expect(reply.status).toBe(207);
  expect(reply.body).toMatchObject({
    quarantined: 1,
    rejected: 2,
    no_usage: 1,
    results: [
      { status: "quarantined" },
      { status: "rejected", errors: [{ path: "line 2", found: '{"id": "cut of' }] },
      { status: "rejected" },
      { status: "no_usage", because: "failed_call" },
    ],
  });
  expect(await door.countEntries()).toBe(1);
});

test("nothing at all, and nothing but failures, is fine", async () => {
  await using door = await openDoor(capturedAt);
  expect((await post(door, "[]")).status).toBe(200);
  expect((await post(door, "")).status).toBe(200);
  expect((await post(door, JSON.stringify(payload({ status: "failure", metadata: {} })))).status).toBe(200);
});

test("what nobody can read is refused", async () => {
  await using door = await openDoor(capturedAt);
  expect((await post(door, "not json")).status).toBe(400);
  expect((await post(door, new Uint8Array([0xff, 0xfe, 0x7b]))).status).toBe(400);
  expect((await post(door, "0\n".repeat(5_001))).status).toBe(413);
  expect((await post(door, "[]", {}, "?proxy=a%2Fb")).status).toBe(400);
  expect((await post(door, "[]", {}, "?source=a")).status).toBe(400);
});

test("a ledger that is away is told as that: LiteLLM may send again", async () => {
  await using door = await openDoor(capturedAt);
  door.breakLedger("full");
  expect((await post(door, JSON.stringify([payload()]))).status).toBe(503);
  door.breakLedger(undefined);
  expect((await post(door, JSON.stringify([payload()]))).status).toBe(200);
  expect(await door.countEntries()).toBe(1);
});

test("a key's fixed team stands against the proxy's", async () => {
  await using door = await openDoor(capturedAt);
  const key = await door.createKey({ role: "ingest", fixed: { team: "platform" } });
  const metadata = { ...payload().metadata, user_api_key_team_alias: "search" };
  const reply = await door.send("POST", "/v1/litellm", { json: payload({ metadata }), key });
  expect(await reply.json()).toMatchObject({
    results: [{ warnings: expect.arrayContaining(["attribution_overridden"]) }],
  });
  expect(await door.entries()).toMatchObject([{ attribution: { team: "platform" } }]);
});
