import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCostReport } from "#app/cost-report.ts";
import { makeCoverage } from "#app/coverage.ts";
import { makeQuarantine } from "#app/quarantine.ts";
import type { UsageDate } from "#core/time.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { at, event, sender } from "../fakes/usage.ts";
import { type MemoryLake, openMemoryLake } from "./memory-lake.ts";
import { days, openRestatedWorld } from "./restated-world.ts";

let lake: MemoryLake;
beforeAll(async () => {
  lake = await openMemoryLake();
});
afterAll(() => lake[Symbol.asyncDispose]());

async function open() {
  const world = await openRestatedWorld(lake);
  const { spend, closedDays, keys, now: clock, deps } = world;
  const costReport = makeCostReport({ spend, closedDays, clock });
  return {
    ...world,
    quarantine: makeQuarantine({ engine: world.engine, costReport, rules: deps.rules, keys }),
    coverage: makeCoverage({ spend, closedDays, clock, rules: deps.rules }),
  };
}

const { claimed } = event();
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(claimed).filter(([name]) => !names.includes(name)));

test("usage in quarantine is grouped by what it lacks, with why and what it probably is for", async () => {
  await using world = await open();
  world.inForce.rules = rulesOf({
    registry: { team: { mode: "strict", values: [{ id: "search" }, { id: "checkout" }] } },
  });
  await world.keys.add(aKey({ id: "key_app", hash: "1" }), anAudit);
  const defaults = { feature: "answers" };
  await world.keys.add(aKey({ id: "key_later", hash: "2", attribution: { fixed: {}, defaults } }), anAudit);
  const key = (keyId: string) => ({ ...sender, keyId });
  await world.send([event({ id: "good-1" }), event({ id: "good-2" })], key("key_app"));
  await world.send(
    [
      event({ id: "1", claimed: without("feature") }),
      event({ id: "2", claimed: without("feature"), requests: 3, time: at("2026-11-21T10:00:00Z") }),
      event({ id: "3", claimed: { ...claimed, team: "chekout" }, quantities: { uncached_input_tokens: 1 } }),
      event({ id: "4", claimed: without("region"), model: "nobody" }),
    ],
    key("key_app"),
  );
  await world.send([event({ id: "5", claimed: without("feature", "region") })], key("key_later"));
  await world.send([event({ id: "6", source: "new", claimed: without("feature") })], key("key_gone"));
  await world.settle();
  const { groups, isComplete, total, unallocated } = await world.quarantine(days.from, days.to);

  const shown = groups.map(({ source, keyId, model, lacks, events, requests, cost, unpriced, firstDay, lastDay }) => ({
    of: `${source} ${keyId} ${model}`,
    lacks: lacks.map(({ dimension, reason, found, suggestion }) => [
      ...[dimension, reason, found],
      suggestion && `${suggestion.value} by ${suggestion.by}`,
    ]),
    counts: [events, requests, cost, unpriced],
    days: [firstDay, lastDay],
  }));
  expect(shown).toEqual([
    {
      of: "gateway key_app big",
      lacks: [["feature", "no_default", null, "answers by key"]],
      counts: [2n, 4n, 16_000_000_000n, 0n],
      days: ["2026-11-20", "2026-11-21"],
    },
    {
      of: "gateway key_later big",
      // The key has a default now, and had none when this was booked.
      lacks: [
        ["feature", "missing", null, "answers by source"],
        ["region", "no_default", null, "emea by source"],
      ],
      counts: [1n, 1n, 8_000_000_000n, 0n],
      days: ["2026-11-20", "2026-11-20"],
    },
    {
      of: "new key_gone big",
      lacks: [["feature", "missing", null, null]],
      counts: [1n, 1n, 8_000_000_000n, 0n],
      days: ["2026-11-20", "2026-11-20"],
    },
    {
      of: "gateway key_app big",
      lacks: [["team", "unregistered", "chekout", "checkout by spelling"]],
      counts: [1n, 1n, 5_000_000n, 0n],
      days: ["2026-11-20", "2026-11-20"],
    },
    {
      of: "gateway key_app nobody",
      lacks: [["region", "no_default", null, "emea by key"]],
      counts: [1n, 1n, 0n, 1n],
      days: ["2026-11-20", "2026-11-20"],
    },
  ]);
  expect(isComplete).toBe(true);
  expect([total, unallocated]).toEqual([48_005_000_000n, 32_005_000_000n]);
});

test("what was assigned or voided has left the quarantine", async () => {
  await using world = await open();
  await world.send([event({ id: "1", claimed: without("feature") }), event({ id: "2", claimed: without("team") })]);
  await world.settle();
  await world.restate({ kind: "assign", filter: { missing: "feature" }, set: { feature: "chat" } });
  await world.settle();
  expect((await world.quarantine(days.from, days.to)).groups).toMatchObject([{ lacks: [{ dimension: "team" }] }]);
  await world.restate({ id: "2", kind: "assign", filter: { missing: "team" }, set: { team: "ads" } });
  await world.settle();
  expect(await world.quarantine(days.from, days.to)).toMatchObject({ groups: [], unallocated: 0n });
});

test("coverage is allocated of all spend, per day and team, from cells and packs alike", async () => {
  await using world = await open();
  world.inForce.rules = rulesOf({ coverage: { target_percent: "66.6" } });
  await world.send([
    event({ id: "1" }),
    event({ id: "2", claimed: without("feature") }),
    event({ id: "3", time: at("2026-11-21T10:00:00Z") }),
    event({ id: "4", time: at("2026-11-21T10:00:00Z"), claimed: without("team") }),
    event({ id: "5", time: at("2026-11-22T10:00:00Z"), claimed: { ...claimed, team: "ads" } }),
    event({ id: "6", model: "nobody", claimed: {} }),
  ]);
  await world.settle();
  const rows = async (by: "total" | "day" | "team", teams?: readonly string[]) => {
    const { rows: found } = await world.coverage({ ...days, by, ...(teams && { teams }) });
    return found.map(({ of, allocated, total }) => [of, allocated / 1_000_000_000n, total / 1_000_000_000n]);
  };
  const wanted = {
    total: [["", 24n, 40n]],
    day: [
      ["2026-11-20", 8n, 16n],
      ["2026-11-21", 8n, 16n],
      ["2026-11-22", 8n, 8n],
    ],
    team: [
      ["ads", 8n, 8n],
      ["search", 16n, 24n],
      ["unallocated", 0n, 8n],
    ],
  };
  for (const by of ["total", "day", "team"] as const) expect(await rows(by)).toEqual(wanted[by]);
  // Three days on these days are packed.
  world.wait(3 * 86_400_000);
  await world.settle();
  expect((await world.closedDays.read("2026-11-20" as UsageDate, "2026-11-22" as UsageDate)).length).toBe(3);
  for (const by of ["total", "day", "team"] as const) expect(await rows(by)).toEqual(wanted[by]);
  expect(await rows("team", ["search"])).toEqual([["search", 16n, 24n]]);
  expect((await world.coverage({ ...days, by: "total" })).target).toEqual({ target_percent: "66.6" });
});
