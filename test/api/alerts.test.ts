import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "#cli/program.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { later, raised, resolvedAfter } from "../fakes/alerts.ts";
import { openDoor } from "./door.ts";

let door: Awaited<ReturnType<typeof openDoor>>;
let viewer: string;
let confined: string;
let confinedToBoth: string;

const search = raised("search");
const support = raised("support", later(1));
const whole = raised("whole", later(2));
const over = raised("over", later(3));
const both = raised("both", later(-1));
const ended = resolvedAfter(over.state);
const handle = alertHandle(search.state.id);

/** Routed to a team, about the spend of some. */
function seenBy({ state, alert }: ReturnType<typeof raised>, team: string, visibleTo: readonly string[] | null) {
  return { state: { ...state, team, visibleTo }, alert: { ...alert, team, visibleTo } };
}

beforeAll(async () => {
  door = await openDoor();
  const { alerts } = door;
  const parts = [
    [0, search],
    [0, seenBy(support, "support", ["support"])],
    [0, seenBy(whole, "support", null)],
    [0, seenBy(both, "support", ["search", "support"])],
    [0, over],
    [1, ended],
  ] as const;
  for (const [expected, { state, alert }] of parts) await alerts.put(expected, state, { alert });
  await alerts.markPublished(search.alert, later(60_000));
  viewer = await door.createKey({ role: "viewer" });
  confined = await door.createKey({ role: "viewer", teams: ["support"] });
  confinedToBoth = await door.createKey({ role: "viewer", teams: ["support", "search"] });
});
afterAll(() => door[Symbol.asyncDispose]());

async function get(path: string, key = viewer) {
  const reply = await door.send("GET", path, { key });
  return { status: reply.status, body: (await reply.json()) as Record<string, { subject: string }[]> };
}
const subjects = async (path: string, key?: string) => {
  const { body } = await get(path, key);
  return (body.alerts ?? body.messages)?.map(({ subject }) => subject);
};
const acknowledge = (json: object, key?: string) =>
  door.send("POST", "/v1/alerts/acknowledgements", { json, ...(key && { key }) });

describe("the list of alerts", () => {
  test("has what fires, with what was told of it, and on request what has ended", async () => {
    expect(await subjects("/v1/alerts")).toEqual(["whole", "support", "search", "both"]);
    expect(await subjects("/v1/alerts?state=all")).toEqual(["over", "whole", "support", "search", "both"]);
    expect(await subjects("/v1/alerts?limit=1")).toEqual(["whole"]);
    expect((await get(`/v1/alerts?id=${handle}`)).body.alerts).toEqual([
      {
        id: '["budget_actual","search","2026-11-01/2026-11-30","80 %"]',
        ...{ handle, kind: "budget_actual", subject: "search", period: "2026-11-01/2026-11-30", threshold: "80 %" },
        ...{ severity: "warning", team: "search", owner: "Ada", title: "search spends too much" },
        facts: [
          { label: "What", value: "The month's spend has reached 80 % of its budget" },
          { label: "How much", value: "812.20 of 1,000.00 USD, 81.2 %" },
        ],
        ...{ since: "2026-11-24T01:30:00.000Z", status: "firing", changed_at: "2026-11-24T01:30:00.000Z", messages: 1 },
        acknowledgement: null,
      },
    ]);
  });

  test.each([
    ["a handle in capitals", handle.toUpperCase()],
    ["the beginning of a handle", handle.slice(0, 4)],
    ["a whole id", encodeURIComponent(search.state.id)],
  ])("finds an alert by %s", async (_, id) => {
    expect(await subjects(`/v1/alerts?id=${id}`)).toEqual(["search"]);
  });

  test("finds one that has ended by its handle, and none by a handle that is nobody's", async () => {
    expect(await subjects(`/v1/alerts?id=${alertHandle(over.state.id)}`)).toEqual(["over"]);
    expect(await subjects("/v1/alerts?id=zzzzzzzz")).toEqual([]);
  });

  test("goes to a team where one is named; a key that is confined sees what is of its teams alone", async () => {
    expect(await subjects("/v1/alerts?team=support")).toEqual(["whole", "support", "both"]);
    expect(await subjects("/v1/alerts?state=all", confined)).toEqual(["support"]);
    expect(await subjects("/v1/alerts?team=support", confined)).toEqual(["support"]);
    expect(await subjects("/v1/alerts", confinedToBoth)).toEqual(["support", "search", "both"]);
    expect(await subjects("/v1/alerts?team=support", confinedToBoth)).toEqual(["support", "both"]);
    expect(await subjects(`/v1/alerts?id=${handle}`, confined)).toEqual([]);
    expect((await get("/v1/alerts?team=search", confined)).status).toBe(403);
  });

  test.each(["state=some", "limit=0", "limit=1001", "id=abc", "feature=chat"])("refuses %s", async (query) => {
    const { status, body } = await get(`/v1/alerts?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { fields: [{ path: `query.${query.split("=")[0]}` }] } });
  });
});

test("the messages are the outbox, newest first, with when each went out", async () => {
  const { body } = await get("/v1/alerts/messages");
  expect(body.messages).toMatchObject([
    { subject: "over", event: "resolved", number: 2, title: "Resolved: over spends too much", published_at: null },
    { subject: "over", event: "raised", number: 1 },
    { subject: "whole" },
    { subject: "support" },
    { subject: "search", handle, at: "2026-11-24T01:30:00.000Z", published_at: "2026-11-24T01:31:00.000Z" },
    { subject: "both" },
  ]);
  expect(await subjects("/v1/alerts/messages?limit=2")).toEqual(["over", "over"]);
  expect(await subjects("/v1/alerts/messages?team=support&limit=2")).toEqual(["whole", "support"]);
  expect(await subjects("/v1/alerts/messages", confined)).toEqual(["support"]);
});

describe("acknowledging", () => {
  test("is written down with who, when and why, audited, and done once", async () => {
    const done = { by: "admin", at: "2026-11-23T12:00:00.000Z", note: "a load test" };
    const id = alertHandle(support.state.id);
    for (let i = 0; i < 2; i++) {
      const reply = await acknowledge({ id, note: "a load test" });
      expect([reply.status, await reply.json()]).toMatchObject([200, { handle: id, acknowledgement: done }]);
    }
    const audit = (await (await door.send("GET", "/v1/audit?limit=100")).json()) as { entries: { action: string }[] };
    expect(audit.entries.filter(({ action }) => action === "alert.acknowledge")).toMatchObject([
      { subject: `alert/${id}`, from: null, reason: "a load test" },
    ]);
    expect((await door.alerts.state(support.state.id))?.version).toBe(2);
  });

  test("says what it cannot do", async () => {
    expect((await acknowledge({ id: "zzzzzzzz" })).status).toBe(404);
    expect((await acknowledge({ id: alertHandle(over.state.id) })).status).toBe(409);
    expect((await acknowledge({ id: handle }, viewer)).status).toBe(403);
    expect((await acknowledge({ id: handle, note: "" })).status).toBe(400);
  });
});

describe("the command line", () => {
  async function finops(...words: string[]) {
    const [out, err]: [string[], string[]] = [[], []];
    const exitCode = await run(words, {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      isInteractive: false,
      ask: async () => undefined,
      env: { FINOPS_URL: "http://door", FINOPS_KEY: "the-admin-key" },
      fetch: (url, { method, headers, body }) =>
        door.send(method, url.slice("http://door".length), { headers, ...(body !== undefined && { body }) }),
      sleep: async () => {},
      newId: () => "1",
      now: () => later(0),
    });
    return { exitCode, out: out.join(""), err: err.join("") };
  }

  test("lists what fires, shows the inbox, and acknowledges", async () => {
    const done = await finops("alerts", "acknowledge", handle, "--note", "on it");
    expect([done.exitCode, done.out]).toEqual([0, expect.stringContaining(`${handle} is acknowledged`)]);
    const { out } = await finops("alerts");
    expect(out).toMatch(new RegExp(`${handle} +warning +firing +search +search spends too much .* admin on it`));
    expect(out).not.toContain("over spends");
    expect((await finops("alerts", "--all")).out).toContain("over spends too much");
    const inbox = await finops("alerts", "inbox", "--limit", "2");
    expect(inbox.out).toContain("Resolved: over spends too much");
    expect(inbox.out).toContain("2 of these wait for their channels.");
  });

  test("ends with 1 where there is no such alert", async () => {
    expect(await finops("alerts", "acknowledge", "zzzzzzzz")).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("There is no alert zzzzzzzz."),
    });
  });
});
