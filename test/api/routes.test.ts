import { expect, test } from "vitest";
import { event, openDoor } from "./door.ts";

async function send(method: string, path: string, how?: "full" | "bug") {
  await using door = await openDoor();
  door.breakLedger(how);
  const reply = await door.send(method, path, method === "POST" ? { json: event() } : {});
  return { status: reply.status, headers: reply.headers, body: await reply.json(), faults: door.faults };
}

test.each(["/", "/v1", "/v1/event", "/v1/events/", "/v1/keys/a/b", "/v1/openapiXjson", "/v1/keys/"])(
  "%s is no path",
  async (path) => {
    expect(await send("GET", path)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  },
);

test.each([
  ["GET", "/v1/events", "POST"],
  ["DELETE", "/v1/keys", "GET, POST"],
  ["PUT", "/v1/reports/cost", "GET"],
])("%s %s is told which methods the path takes", async (method, path, allow) => {
  const reply = await send(method, path);
  expect(reply.status).toBe(405);
  expect(reply.headers.get("allow")).toBe(allow);
});

test("a fault of ours is a 500 with an id that stands in the log, and tells nothing of its cause", async () => {
  const reply = await send("POST", "/v1/events", "bug");
  expect(reply).toMatchObject({ status: 500, body: { error: { code: "internal", request_id: expect.any(String) } } });
  expect(JSON.stringify(reply.body)).not.toMatch(/secret detail|\.ts|at /);
  expect(String(reply.faults[0])).toContain("a secret detail of the ledger");
});

test.each([
  ["/v1/explanations?source=s", "query.id", "nothing"],
  ["/v1/explanations?source=s&id=a%00b", "query.id", '"a\\u0000b"'],
  ["/v1/reports/cost?from=2026-11-01&to=yesterday", "query.to", '"yesterday"'],
  ["/v1/reports/cost?from=2026-02-30&to=2026-03-01", "query.from", '"2026-02-30"'],
  ["/v1/reports/cost?from=2026-11-02&to=2026-11-01", "query.to", '"2026-11-01"'],
  ["/v1/reports/cost?from=1970-01-01&to=2026-11-01", "query.to", '"2026-11-01"'],
  ["/v1/reports/cost?from=2026-11-01&to=2026-11-02&group_by=team,colour", "query.group_by", '"team,colour"'],
  ["/v1/reports/cost?from=2026-11-01&to=2026-11-02&granularity=hourly", "query.granularity", '"hourly"'],
  ["/v1/reports/cost?from=2026-11-01&to=2026-11-02&limit=0", "query.limit", '"0"'],
  ["/v1/reports/cost?from=2026-11-01&to=2026-11-02&limit=9999", "query.limit", '"9999"'],
  ["/v1/reports/cost?from=2026-11-01&to=2026-11-02&cursor=x", "query.cursor", '"x"'],
  ["/v1/reports/cost?from=2026-11-01&to=2026-11-02&teams=search", "query.teams", '"search"'],
  ["/v1/reports/cost?from=2026-11-01&to=2026-11-02&__proto__=x", "query.__proto__", '"x"'],
  ["/v1/imports/..%2f..%2fetc", "path.id", '"../../etc"'],
  ["/v1/imports/%E0%A4%A", "path.id", '"%E0%A4%A"'],
])("%s is refused, naming the field and what was found", async (path, field, found) => {
  const reply = await send("GET", path);
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({
    error: { fields: [{ path: field, found, wanted: expect.stringMatching(/\w+/) }] },
  });
});

test("health and the OpenAPI document need no key", async () => {
  await using door = await openDoor();
  expect(await (await door.send("GET", "/v1/health", { key: null })).json()).toEqual({ status: "ok" });
  const document = await (await door.send("GET", "/v1/openapi.json", { key: null })).json();
  expect(document).toMatchObject({
    openapi: "3.1.0",
    paths: { "/v1/events": { post: { operationId: "sendEvents" } } },
  });
});
