import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "#contract/routes.ts";
import { ROLES, type Role } from "#core/role.ts";
import { adminKey, openDoor } from "./door.ts";

type Name = keyof typeof routes;

/** Who may do what, written by hand. */
const MAY: Record<Name, readonly (Role | "nobody")[]> = {
  sendEvents: ["ingest", "admin"],
  importEvents: ["ingest", "admin"],
  readImport: ["ingest", "viewer", "finops", "admin"],
  adjust: ["finops", "admin"],
  costReport: ["viewer", "finops", "admin"],
  explain: ["viewer", "finops", "admin"],
  listPrices: ["viewer", "finops", "admin"],
  setPrice: ["finops", "admin"],
  listKeys: ["admin"],
  createKey: ["admin"],
  revokeKey: ["admin"],
  runPipeline: ["admin"],
  redrive: ["admin"],
  customerEvents: ["admin"],
  customerDays: ["admin"],
  eraseCustomer: ["admin"],
  readErasure: ["admin"],
  status: ["viewer", "finops", "admin"],
  health: ["nobody", "ingest", "viewer", "finops", "admin"],
  openapi: ["nobody", "ingest", "viewer", "finops", "admin"],
};

let door: Awaited<ReturnType<typeof openDoor>>;
const keys = new Map<string, string | null>([["nobody", null]]);

beforeAll(async () => {
  door = await openDoor();
  for (const role of ROLES) keys.set(role, await door.createKey({ role }));
});
afterAll(() => door[Symbol.asyncDispose]());

const cases = Object.keys(routes).flatMap((name) =>
  [...ROLES, "nobody" as const].map((who) => [name as Name, who] as const),
);

test.each(cases)("%s by %s", async (name, who) => {
  const { method, path } = routes[name];
  const reply = await door.send(method, path.replace("{id}", "imp_1"), { key: keys.get(who) ?? null });
  if (MAY[name].includes(who)) expect([401, 403]).not.toContain(reply.status);
  else expect(reply.status).toBe(who === "nobody" ? 401 : 403);
});

describe("keys", () => {
  test("a refusal of the role names the role it takes", async () => {
    const reply = await door.send("GET", "/v1/keys", { key: keys.get("viewer") ?? null });
    expect(await reply.json()).toMatchObject({
      error: { code: "forbidden", message: expect.stringMatching(/viewer.*admin/) },
    });
  });

  test.each(["", "Bearer", "Basic abc", `Bearer ${"x".repeat(513)}`, "Bearer unknown-key", `Bearer ${adminKey} x`])(
    "authorization %j is refused and told how",
    async (authorization) => {
      const reply = await door.send("GET", "/v1/status", { key: null, headers: { authorization } });
      expect(reply.status).toBe(401);
      expect(reply.headers.get("www-authenticate")).toBe("Bearer");
    },
  );

  test("the role is checked before the body is read", async () => {
    const body = new ReadableStream({
      pull() {
        throw new Error("read");
      },
    });
    const headers = { "content-type": "application/json" };
    const reply = await door.send("POST", "/v1/events", { body, headers, key: keys.get("viewer") ?? null });
    expect(reply.status).toBe(403);
  });

  test("a revoked key is refused, its secret is never shown again", async () => {
    const made = await door.send("POST", "/v1/keys", { json: { name: "short-lived", role: "viewer" } });
    expect(made.status).toBe(201);
    const { id, key } = (await made.json()) as { id: string; key: string };
    expect((await door.send("DELETE", `/v1/keys/${id}`)).status).toBe(200);
    expect((await door.send("GET", "/v1/status", { key })).status).toBe(401);
    const list = await (await door.send("GET", "/v1/keys")).text();
    expect(list).toContain(id);
    expect(list).not.toContain(key);
    expect((await door.send("DELETE", "/v1/keys/key_none")).status).toBe(404);
  });
});
