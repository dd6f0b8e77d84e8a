import { describe, expect, test } from "vitest";
import { makeAuthenticate } from "#app/authenticate.ts";
import { makeSetAdminKey } from "#app/set-admin-key.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { memoryKeys } from "../fakes/memory-stores.ts";
import { at, sha256 } from "../fakes/usage.ts";

const clock = () => at("2026-11-23T12:00:00Z");
const [one, two] = ["the-first-admin-key-0123", "the-second-admin-key-0123"];

function setUp() {
  const keys = memoryKeys();
  const roleOf = async (token: string) => {
    const identified = await makeAuthenticate({ keys, clock, sha256 })(token);
    return identified.status === "known" ? identified.caller.role : undefined;
  };
  return { keys, roleOf, setAdminKey: makeSetAdminKey({ keys, clock, sha256 }) };
}

describe("the administrator's key", () => {
  test("works once it is set, and setting it again changes nothing", async () => {
    const { keys, roleOf, setAdminKey } = setUp();
    expect([await setAdminKey(one), await setAdminKey(one)]).toEqual(["set", "kept"]);
    expect([await roleOf(one), (await keys.list()).length]).toEqual(["admin", 1]);
    expect(JSON.stringify(await keys.list())).not.toContain(one);
  });

  test("another one replaces it: the one before is revoked, other keys are left alone", async () => {
    const { keys, roleOf, setAdminKey } = setUp();
    await keys.add(aKey({ hash: sha256("fin_x"), role: "finops" }), anAudit);
    await setAdminKey(one);
    expect(await setAdminKey(two)).toBe("set");
    expect([await roleOf(one), await roleOf(two), await roleOf("fin_x")]).toEqual([undefined, "admin", "finops"]);
    expect(keys.audits.slice(1).map(({ by, action, subject }) => [by, action, subject])).toEqual([
      ["deployment", "key.create", `key/admin_${sha256(one).slice(0, 16)}`],
      ["deployment", "key.create", `key/admin_${sha256(two).slice(0, 16)}`],
      ["deployment", "key.revoke", `key/admin_${sha256(one).slice(0, 16)}`],
    ]);
  });

  test("killed between the two, it is finished the next time", async () => {
    const { keys, roleOf, setAdminKey } = setUp();
    await setAdminKey(one);
    const killed = { ...keys, revoke: () => Promise.reject(new Error("killed")) };
    await expect(makeSetAdminKey({ keys: killed, clock, sha256 })(two)).rejects.toThrow("killed");
    expect([await roleOf(one), await roleOf(two)]).toEqual(["admin", "admin"]);
    expect(await setAdminKey(two)).toBe("kept");
    expect([await roleOf(one), await roleOf(two)]).toEqual([undefined, "admin"]);
  });

  test("one that was revoked does not come back, and the one that works stays", async () => {
    const { roleOf, setAdminKey } = setUp();
    await setAdminKey(one);
    await setAdminKey(two);
    await expect(setAdminKey(one)).rejects.toThrow(
      "this one was revoked or rotated; put another value into its secret",
    );
    expect([await roleOf(one), await roleOf(two)]).toEqual([undefined, "admin"]);
  });

  test("the value of another key is refused, and the one that works stays", async () => {
    const { keys, roleOf, setAdminKey } = setUp();
    await setAdminKey(one);
    await keys.add(aKey({ hash: sha256(two), role: "ingest" }), anAudit);
    await expect(setAdminKey(two)).rejects.toThrow("another key has this value");
    expect([await roleOf(one), await roleOf(two)]).toEqual(["admin", "ingest"]);
  });

  test.each(["", "too-short", "with a space in the middle", "k".repeat(513)])("%j is no key", async (token) => {
    const { keys, setAdminKey } = setUp();
    await expect(setAdminKey(token)).rejects.toThrow("wanted 16 to 512 printable characters without spaces");
    expect(await keys.list()).toEqual([]);
  });
});
