import { expect, test, vi } from "vitest";
import { event, openDoor } from "./door.ts";

const restatement = (changes: object = {}) => ({
  ...{ id: "r-1", kind: "reprice", from: "2026-11-01", to: "2026-11-30", filter: {}, reason: "late", dry_run: true },
  ...changes,
});

test.each<[string, object, string]>([
  ["the days in the wrong order", { to: "2026-10-31" }, "to"],
  ["no word on whether it books", { dry_run: undefined }, "dry_run"],
  ["an unknown filter", { filter: { tem: "search" } }, "filter.tem"],
  ["an unknown kind", { kind: "delete" }, "kind"],
  ["an assignment of nothing", { kind: "assign" }, "set"],
  ["an assignment of the purpose alone", { kind: "assign", set: { purpose: "internal" } }, "set"],
  ["an assignment of `unallocated`", { kind: "assign", set: { team: "unallocated" } }, "set.team"],
  ["something to set with another kind", { set: { team: "ads" } }, "set"],
  ["a void without a key", { kind: "void", filter: { received_since: "2026-11-20T00:00:00Z" } }, "filter"],
  ["a void without a moment", { kind: "void", filter: { key_id: "key_1" } }, "filter"],
  ["another cursor", { cursor: "[1]" }, "cursor"],
])("a restatement with %s is refused, naming the field", async (_, changes, path) => {
  await using door = await openDoor();
  const reply = await door.send("POST", "/v1/restatements", { json: restatement(changes) });
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ error: { code: "bad_request", fields: [{ path }] } });
});

test("a page says what the lake has: nothing yet", async () => {
  await using door = await openDoor();
  const reply = await door.send("POST", "/v1/restatements", { json: restatement() });
  expect(await reply.json()).toEqual({
    ...{ id: "r-1", kind: "reprice", dry_run: true, matched: 0, adjusted: 0, skipped: 0, refused: [] },
    ...{ still_unpriced: [], groups: [] },
    ...{ before_usd: "0", after_usd: "0", difference_usd: "0" },
    ...{ next_cursor: null, lake_until: null, unmerged_hours: null },
  });
});

test("days in the wrong order, or too many, have neither quarantine nor coverage", async () => {
  await using door = await openDoor();
  for (const path of ["quarantine", "coverage"]) {
    for (const days of ["from=2026-11-02&to=2026-11-01", "from=2020-01-01&to=2026-11-01"]) {
      const reply = await door.send("GET", `/v1/attribution/${path}?${days}`);
      expect(reply.status).toBe(400);
      expect(await reply.json()).toMatchObject({ error: { fields: [{ path: "query.to" }] } });
    }
  }
});

test("a key that is confined to teams sees the coverage of its teams alone", async () => {
  await using door = await openDoor();
  const { attribution } = event();
  await door.send("POST", "/v1/events", {
    json: { events: [event(), event({ id: "2", attribution: { ...attribution, team: "ads", feature: undefined } })] },
  });
  const key = await door.createKey({ role: "viewer", teams: ["search"] });
  const read = async (by: string | null) => {
    const path = "/v1/attribution/coverage?from=2026-11-01&to=2026-11-30&by=team";
    return (await door.send("GET", path, by === null ? {} : { key: by })).json();
  };
  const all = { coverage_percent: "50.0000", rows: [{ team: "ads" }, { team: "search" }] };
  await vi.waitFor(async () => expect(await read(null)).toMatchObject(all), { timeout: 2_000 });
  expect(await read(key)).toMatchObject({ coverage_percent: "100.0000", rows: [{ team: "search" }] });
  expect(await door.send("GET", "/v1/attribution/quarantine?from=2026-11-01&to=2026-11-30", { key })).toMatchObject({
    status: 403,
  });
});
