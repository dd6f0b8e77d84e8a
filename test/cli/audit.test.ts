import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;

async function json(words: readonly string[]) {
  const { exitCode, out, err } = await finops.run([...words, "--json"]);
  expect(exitCode, err).toBe(0);
  return JSON.parse(out);
}

/** Changes the file under the running server, as somebody with its disk could. */
function tamper(sql: string) {
  const database = new DatabaseSync(join(finops.folder, "data", "data", "control.db"), { timeout: 5_000 });
  database.exec(sql);
  database.close();
}

beforeAll(async () => {
  finops = await openFinops();
});
afterAll(() => finops[Symbol.asyncDispose]());

describe("keys", () => {
  test("a key is made for a team with a limit, rotated and revoked, and each act stands in the audit log", async () => {
    const made = await json([
      ...["keys", "create", "--name", "gateway", "--role", "ingest", "--team", "search", "--team", "chat"],
      ...["--requests-per-second", "50", "--reason", "a new gateway"],
    ]);
    expect(made).toMatchObject({ teams: ["search", "chat"], requests_per_second: 50 });
    const rotation = ["keys", "rotate", made.id, "--overlap-hours", "0.5", "--reason", "yearly"];
    const rotated = await json(rotation);
    const overlapMs = Date.parse(rotated.rotated_expires_at) - Date.parse(rotated.successor.created_at);
    expect([rotated.rotated, rotated.successor.teams, overlapMs]).toEqual([made.id, ["search", "chat"], 1_800_000]);
    expect(await finops.run(rotation)).toMatchObject({ exitCode: 1, err: expect.stringContaining("rotated before") });
    await json(["keys", "revoke", made.id, "--reason", "leaked"]);
    const price = ["--provider", "openai", "--discount-percent", "5"];
    await json(["prices", "set", ...price, "--from", "2026-01-01", "--restate", "--note", "contract 7"]);

    const { entries } = await json(["audit", "list"]);
    const told = ({ number, by, action, subject, reason }: Record<string, unknown>) =>
      [number, by, action, subject, reason].slice(0, 5);
    const successor = `key/${rotated.successor.id}`;
    expect(entries.map(told)).toEqual([
      [1, "admin", "key.create", `key/${made.id}`, "a new gateway"],
      [2, "admin", "key.rotate", `key/${made.id}`, "yearly"],
      [3, "admin", "key.create", successor, "yearly"],
      [4, "admin", "key.revoke", `key/${made.id}`, "leaked"],
      [5, "admin", "price.restate", expect.stringMatching(/^price\//), "contract 7"],
    ]);
    expect(JSON.stringify(entries)).not.toContain(made.key);
  });

  test.each([
    ["--overlap-hours", "soon"],
    ["--overlap-hours", "-1"],
    ["--overlap-hours", "721"],
  ])("an overlap of %s %s is wrong usage", async (...words) => {
    expect((await finops.run(["keys", "rotate", "key_1", ...words])).exitCode).toBe(2);
  });

  test("without --restate a price of the past is refused", async () => {
    const words = ["prices", "set", "--provider", "openai", "--discount-percent", "5", "--from", "2026-01-01"];
    expect((await finops.run(words)).exitCode).toBe(2);
  });
});

describe("the audit log", () => {
  test.each([
    [
      ["--action", "key"],
      [1, 2, 3, 4],
    ],
    [
      ["--action", "key.create"],
      [1, 3],
    ],
    [["--subject", "price"], [5]],
    [["--subject", "key", "--action", "key.rotate"], [2]],
    [["--subject", "ke"], []],
  ])("is listed by what it is about: %j", async (words, numbers) => {
    const { entries } = await json(["audit", "list", ...words]);
    expect(entries.map(({ number }: { number: number }) => number)).toEqual(numbers);
  });

  test("is read from any entry on, and ends with an empty page", async () => {
    const headers = { authorization: `Bearer ${finops.adminKey}` };
    const numbers = async (query: string) => {
      const reply = await fetch(`${finops.url}/v1/audit?${query}`, { headers });
      return ((await reply.json()) as { entries: { number: number }[] }).entries.map(({ number }) => number);
    };
    expect(await numbers("from=2&limit=2")).toEqual([2, 3]);
    expect(await numbers("")).toEqual([1, 2, 3, 4, 5]);
    expect(await numbers("from=6")).toEqual([]);
    for (const wrong of ["from=0", "limit=0", "limit=1001", "from=x"]) {
      expect((await fetch(`${finops.url}/v1/audit?${wrong}`, { headers })).status).toBe(400);
    }
  });

  test("is whole, and tells what to note", async () => {
    const found = await json(["audit", "verify"]);
    expect(found).toMatchObject({ status: "whole", entries: 5, last_hash: expect.stringMatching(/^[\w-]{43}$/) });
    const note = `${found.entries}:${found.last_hash}`;
    expect((await finops.run(["audit", "verify"])).out).toContain(`finops audit verify --expect ${note}`);
    expect((await finops.run(["audit", "verify", "--expect", note])).exitCode).toBe(0);
    expect((await finops.run(["audit", "verify", "--expect", "5"])).exitCode).toBe(2);
  });

  describe("tampered with", () => {
    let note: string;
    beforeAll(async () => {
      const { entries, last_hash } = await json(["audit", "verify"]);
      note = `${entries}:${last_hash}`;
      tamper("create table kept as select * from audit_entries; create table kept_head as select * from audit_head");
    });
    beforeEach(() => {
      tamper(`
        delete from audit_entries; insert into audit_entries select * from kept;
        delete from audit_head; insert into audit_head select * from kept_head`);
    });

    test.each([
      ["update audit_entries set by = 'key_other' where number = 2", "audit entry 2 was changed"],
      ["update audit_entries set to_json = null where number = 3", "audit entry 3 was changed"],
      ["update audit_entries set at = at + 1 where number = 5", "audit entry 5 was changed"],
      ["delete from audit_entries where number = 4", "audit entry 4 is missing"],
      ["delete from audit_entries where number = 1", "audit entry 1 is missing"],
      ["delete from audit_entries where number > 3", "audit entry 4 is missing"],
      ["delete from audit_entries", "audit entry 1 is missing"],
      ["update audit_head set number = 6", "audit entry 6 is missing"],
      ["update audit_head set hash = 'x'", "audit entry 5 is not the one that was noted"],
      ["delete from audit_head", "the head of the audit log is gone"],
      [
        "update audit_head set number = 3, hash = (select hash from audit_entries where number = 3)",
        "the head of the audit log was changed: it names entry 3, and there is an entry 5",
      ],
    ])("%s is found", async (sql, told) => {
      tamper(sql);
      const { exitCode, out, err } = await finops.run(["audit", "verify"]);
      expect([exitCode, out]).toEqual([1, ""]);
      expect(err).toContain(told);
    });

    test("an end that was cut off together with the head is found by what was noted", async () => {
      tamper(`
        delete from audit_entries where number > 3;
        update audit_head set number = 3, hash = (select hash from audit_entries where number = 3)`);
      expect((await finops.run(["audit", "verify"])).exitCode).toBe(0);
      const { exitCode, err } = await finops.run(["audit", "verify", "--expect", note]);
      expect(exitCode).toBe(1);
      expect(err).toContain("audit entry 4 is missing");
    });
  });
});
