import { expect, test } from "vitest";
import { guardOverload } from "#server/overload.ts";

const megabyte = 1024 * 1024;

function post(headers: Record<string, string>): Request {
  return new Request("http://door/v1/events", { method: "POST", headers });
}

/** A server in which every request stays until it is released. */
function busyServer() {
  const waiting: (() => void)[] = [];
  const handle = guardOverload(
    () =>
      new Promise((resolve) => {
        waiting.push(() => resolve(new Response("done")));
      }),
  );
  return { handle, waiting };
}

test("bodies up to 128 MB at once are let in, the next is 429 with Retry-After, and room comes back", async () => {
  const { handle, waiting } = busyServer();
  const inside = Array.from({ length: 32 }, () => handle(post({ "content-length": String(4 * megabyte) })));
  const refused = await handle(post({ "content-length": "1" }));
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({ error: { code: "too_many_requests" } });
  waiting[0]?.();
  expect(await (await inside[0])?.text()).toBe("done");
  const next = handle(post({ "content-length": "1" }));
  expect(waiting).toHaveLength(33);
  for (const release of waiting) release();
  expect((await next).status).toBe(200);
});

test("a thousand small ones are let in; a body of unknown length counts as the largest", () => {
  const { handle, waiting } = busyServer();
  for (let i = 0; i < 1_000; i++) void handle(post({ "content-length": "500" }));
  expect(waiting).toHaveLength(1_000);
  for (let i = 0; i < 50; i++) void handle(post({}));
  expect(waiting).toHaveLength(1_031);
});

test("a request that only reads is never refused", () => {
  const { handle, waiting } = busyServer();
  for (let i = 0; i < 32; i++) void handle(post({}));
  void handle(new Request("http://door/v1/health"));
  expect(waiting).toHaveLength(33);
});

test("a request that fails gives its room back", async () => {
  const handle = guardOverload(async () => {
    throw new Error("no");
  });
  for (let i = 0; i < 100; i++) await expect(handle(post({}))).rejects.toThrow("no");
});
