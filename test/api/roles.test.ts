import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { identify } from "#api/identify.ts";
import type { Incoming } from "#api/incoming.ts";
import { STATUS_OF } from "#api/refusal.ts";
import { routes } from "#contract/routes.ts";
import { ROLES, type Role } from "#core/role.ts";
import { adminKey, openDoor } from "./door.ts";

type Name = keyof typeof routes;

const everybody = ["nobody", ...ROLES] as const;
const senders = ["ingest", "admin"] as const;
const readers = ["viewer", "finops", "admin"] as const;
const finops = ["finops", "admin"] as const;
const admins = ["admin"] as const;

/** Who may do what, and whether a key that is confined to teams may: written by hand. */
const MAY: Record<Name, readonly [readonly (Role | "nobody")[], "serves" | "refuses"]> = {
  sendEvents: [senders, "serves"],
  sendLiteLlm: [senders, "serves"],
  otlpTraces: [senders, "serves"],
  otlpMetrics: [senders, "serves"],
  importEvents: [senders, "serves"],
  readImport: [ROLES, "serves"],
  adjust: [finops, "refuses"],
  restate: [finops, "refuses"],
  quarantine: [readers, "refuses"],
  coverage: [readers, "serves"],
  costReport: [readers, "serves"],
  allocation: [readers, "serves"],
  senderCosts: [readers, "refuses"],
  authorize: [senders, "serves"],
  listBudgets: [readers, "serves"],
  requestApproval: [finops, "refuses"],
  listApprovals: [readers, "refuses"],
  readApproval: [readers, "refuses"],
  reviewApproval: [finops, "refuses"],
  approveApproval: [finops, "refuses"],
  rejectApproval: [finops, "refuses"],
  approvalOutcome: [readers, "refuses"],
  modelsReport: [readers, "serves"],
  modelUsage: [readers, "serves"],
  readConfig: [readers, "refuses"],
  planConfig: [finops, "refuses"],
  applyConfig: [finops, "refuses"],
  explain: [readers, "serves"],
  listPrices: [readers, "refuses"],
  setPrice: [finops, "refuses"],
  readDrivers: [readers, "refuses"],
  bridge: [readers, "refuses"],
  evaluateScenario: [readers, "refuses"],
  listScenarios: [readers, "refuses"],
  readScenario: [readers, "refuses"],
  scenarioPlan: [readers, "refuses"],
  setScenario: [finops, "refuses"],
  removeScenario: [finops, "refuses"],
  listAdoptionPlans: [readers, "refuses"],
  readAdoptionPlan: [readers, "refuses"],
  setAdoptionPlan: [finops, "refuses"],
  removeAdoptionPlan: [finops, "refuses"],
  listKeys: [admins, "refuses"],
  createKey: [admins, "refuses"],
  revokeKey: [admins, "refuses"],
  rotateKey: [admins, "refuses"],
  readAudit: [finops, "refuses"],
  auditHead: [finops, "refuses"],
  runPipeline: [admins, "refuses"],
  redrive: [admins, "refuses"],
  customerEvents: [admins, "refuses"],
  customerDays: [admins, "refuses"],
  eraseCustomer: [admins, "refuses"],
  readErasure: [admins, "refuses"],
  readForecast: [readers, "serves"],
  listForecastRuns: [readers, "refuses"],
  forecastAccuracy: [readers, "refuses"],
  listAnomalies: [readers, "refuses"],
  decideAnomaly: [finops, "refuses"],
  listAlerts: [readers, "serves"],
  alertMessages: [readers, "serves"],
  acknowledgeAlert: [finops, "refuses"],
  alertPage: [everybody, "serves"],
  alertPageScript: [everybody, "serves"],
  listFindings: [readers, "refuses"],
  listDoubles: [readers, "refuses"],
  status: [readers, "refuses"],
  health: [everybody, "serves"],
  openapi: [everybody, "serves"],
};

const names = Object.keys(routes) as Name[];
const isOpen = (name: Name, who: Role | "nobody", isConfined: boolean) =>
  MAY[name][0].includes(who) && (!isConfined || MAY[name][1] === "serves" || MAY[name][0].includes("nobody"));

const statusOf = (name: Name, who: Role | "nobody", isConfined: boolean) => {
  if (isOpen(name, who, isConfined)) return "taken";
  return who === "nobody" ? 401 : 403;
};

describe("every route by every role, of all teams and confined to some", () => {
  const headers = new Headers({ authorization: "Bearer any" });
  const request: Incoming = { method: "GET", url: "http://door/", headers, body: null };
  const callers = ROLES.flatMap((role) => [undefined, ["search"]].map((teams) => ({ role, teams })));

  test.each(names)("%s", async (name) => {
    const found = callers.map(async ({ role, teams }) => {
      const caller = { keyId: "key_1", role, attribution: { fixed: {}, defaults: {} }, ...(teams && { teams }) };
      const outcome = await identify(request, routes[name], async () => ({ status: "known", caller }));
      return [role, teams, outcome.ok ? "taken" : STATUS_OF[outcome.refusal.code]];
    });
    expect(await Promise.all(found)).toEqual(
      callers.map(({ role, teams }) => [role, teams, statusOf(name, role, teams !== undefined)]),
    );
  });
});

let door: Awaited<ReturnType<typeof openDoor>>;
const keys = new Map<string, string | null>([["nobody", null]]);

beforeAll(async () => {
  door = await openDoor();
  for (const role of ROLES) keys.set(role, await door.createKey({ role }));
  for (const role of ["ingest", "viewer"] as const) {
    keys.set(`${role} of search`, await door.createKey({ role, teams: ["search"] }));
  }
});
afterAll(() => door[Symbol.asyncDispose]());

describe("every route by every kind of key that can be made", () => {
  const kinds = [...everybody, "ingest of search", "viewer of search"] as const;

  test.each(names)("%s", async (name) => {
    const { method, path } = routes[name];
    for (const kind of kinds) {
      const [who, isConfined] = [kind.split(" ")[0] as Role | "nobody", kind.includes(" of ")];
      const reply = await door.send(method, path.replace("{id}", "imp_1"), { key: keys.get(kind) ?? null });
      const found = reply.status === 401 || reply.status === 403 ? reply.status : "taken";
      expect([kind, found]).toEqual([kind, statusOf(name, who, isConfined)]);
    }
  });
});

describe("keys", () => {
  test("a refusal of the role names the role it takes", async () => {
    const reply = await door.send("GET", "/v1/keys", { key: keys.get("viewer") ?? null });
    expect(await reply.json()).toMatchObject({
      error: { code: "forbidden", message: "A key of role viewer may not do this: it takes admin." },
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
