import { expect, test } from "vitest";
import { event, openDoor } from "./door.ts";

const { id, source, time, ...data } = event();

const headers = {
  "content-type": "application/json",
  "ce-specversion": "1.0",
  "ce-type": "com.example.ai.call",
  "ce-id": id,
  "ce-source": source,
  "ce-time": time,
};

type Door = Awaited<ReturnType<typeof openDoor>>;

async function post(
  door: Door,
  changed: Record<string, string | undefined>,
  body: unknown = data,
  path = "/v1/events",
) {
  const all = Object.entries({ ...headers, ...changed });
  const kept = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
  const reply = await door.send("POST", path, { body: JSON.stringify(body), headers: kept });
  return { status: reply.status, body: await reply.json() };
}

test.each(["/v1/events", "/v1/imports"])(
  "%s takes an event whose id, source and time stand in headers",
  async (path) => {
    await using door = await openDoor();
    expect(await post(door, {}, data, path)).toMatchObject({ status: 200, body: { results: [{ id: "call-1" }] } });
    expect(await door.entries()).toMatchObject([{ id: "call-1", source: "my-service", time: Date.parse(time) }]);
  },
);

test("it is the same event as one sent whole", async () => {
  await using door = await openDoor();
  await post(door, {});
  const reply = await door.send("POST", "/v1/events", { json: event() });
  expect(await reply.json()).toMatchObject({ results: [{ status: "duplicate" }] });
});

test.each([
  ["Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"],
  ['"quoted \\"once\\""', 'quoted "once"'],
  ["100%", "100%"],
  ["a%2525b", "a%25b"],
])("a source written %s is %s", async (sent, meant) => {
  await using door = await openDoor();
  expect((await post(door, { "ce-source": sent })).status).toBe(200);
  expect(await door.entries()).toMatchObject([{ source: meant }]);
});

test.each([
  ["ce-id", undefined, "nothing", /^text: the id/],
  ["ce-source", undefined, "nothing", /^text: who/],
  ["ce-type", undefined, "nothing", /^text: what kind/],
  ["ce-specversion", undefined, "nothing", /^"1.0"$/],
  ["ce-specversion", "0.3", '"0.3"', /^"1.0"$/],
])("%s as %s is refused by that name", async (name, value, found, wanted) => {
  await using door = await openDoor();
  expect(await post(door, { [name]: value })).toMatchObject({
    status: 400,
    body: { results: [{ status: "rejected", errors: [{ path: name, found, wanted: expect.stringMatching(wanted) }] }] },
  });
});

test("a time that is none is the event's", async () => {
  await using door = await openDoor();
  const reply = await post(door, { "ce-time": "yesterday" });
  expect(reply).toMatchObject({
    status: 400,
    body: { results: [{ errors: [{ path: "time", found: '"yesterday"' }] }] },
  });
});

test.each([
  [{ events: [data] }, "events"],
  [[data], "data"],
  ["text", "data"],
])("a body of %j is not the data of one event", async (body, path) => {
  await using door = await openDoor();
  expect(await post(door, {}, body)).toMatchObject({ status: 400, body: { results: [{ errors: [{ path }] }] } });
});
