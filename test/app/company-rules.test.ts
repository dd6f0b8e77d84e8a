import { expect, test } from "vitest";
import { makeCompanyRules } from "#app/company-rules.ts";
import type { StoredConfig } from "#app/ports/config.ts";
import { Unavailable } from "#app/unavailable.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import type { Instant } from "#core/time.ts";
import { at } from "../fakes/usage.ts";

const start = at("2026-11-23T12:00:00Z");

function setUp() {
  const time = { now: start };
  const store = { stored: { config: INITIAL_CONFIG, revision: 0 } as StoredConfig, reads: 0, isDown: false };
  const read = async () => {
    store.reads++;
    if (store.isDown) throw new Unavailable("config");
    return store.stored;
  };
  const rules = makeCompanyRules({ config: { read }, clock: () => time.now });
  const elapse = (ms: number) => {
    time.now = (time.now + ms) as Instant;
  };
  return { store, rules, elapse };
}

const denied = { id: "p", status: "denied", owner: "o", reason: "r" } as const;
const changed = { ...INITIAL_CONFIG, policies: { unlisted: "allow" as const, list: [denied] } };

test("a change is in force after ten seconds, and compiled once", async () => {
  const { store, rules, elapse } = setUp();
  const before = await rules();
  store.stored = { config: changed, revision: 1 };
  elapse(9_999);
  expect(await rules()).toBe(before);
  elapse(1);
  const after = await rules();
  expect(after).toMatchObject({ revision: 1, config: changed });
  const use = { provider: "openai", model: "m", environment: "production", team: "t" } as const;
  const usageDate = "2026-11-23" as never;
  expect(before.compiled.verdict({ ...use, usageDate }).status).toBe("ungoverned");
  expect(after.compiled.verdict({ ...use, usageDate }).status).toBe("unapproved");
});

test("without a change the rules are read again and stay as they are compiled", async () => {
  const { store, rules, elapse } = setUp();
  const before = await rules();
  elapse(10_000);
  expect(await rules()).toBe(before);
  expect(store.reads).toBe(2);
});

test("many who ask at once read once", async () => {
  const { store, rules } = setUp();
  await Promise.all(Array.from({ length: 20 }, rules));
  expect(store.reads).toBe(1);
});

test("rules that cannot be read are an outage, and are asked for again", async () => {
  const { store, rules } = setUp();
  store.isDown = true;
  await expect(rules()).rejects.toThrow(Unavailable);
  store.isDown = false;
  expect((await rules()).revision).toBe(0);
});

test("a clock that was set back reads anew", async () => {
  const { store, rules, elapse } = setUp();
  await rules();
  elapse(-60_000);
  await rules();
  expect(store.reads).toBe(2);
});
