import { describe, expect, test } from "vitest";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { dayMs, hourMs } from "#core/time.ts";
import { entry } from "./entries.ts";
import { openWorld } from "./world.ts";

const keys = `select event_id, cast(usage_date as varchar), content_hash, import_id from usage_events
  order by event_id, usage_date`;
const old = "2025-03-01T10:00:00Z";

type World = Awaited<ReturnType<typeof openWorld>>;

/** The pipeline of this world, its engine watched. */
function watched(world: World, before: (statement: string, known: unknown) => Promise<void>) {
  const engine: QueryEngine = {
    run: async (statement, options) => {
      await before(statement, [options?.substitutions?.known_from, options?.substitutions?.known_to]);
      return world.deps.engine.run(statement, options);
    },
  };
  return makeRunPipeline({ ...world.deps, engine });
}

describe("a key counts once, whatever day it is given the second time", () => {
  test("by an import, after the event came live", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", hash: "live" })]);
    await world.run();
    world.wait(hourMs);
    await world.deliver([entry({ id: "1", time: old, hash: "imported" })], { importId: "imp-1", cells: false });
    expect(await world.run()).toMatchObject({ status: "succeeded", differences: [] });
    expect(await world.query(keys)).toEqual([["1", "2026-11-20", "live", ""]]);
  });

  test("live, after the event came by an import", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", time: old, hash: "imported" })], { importId: "imp-1", cells: false });
    await world.run();
    world.wait(3 * dayMs);
    await world.deliver([entry({ id: "1", hash: "live" }), entry({ id: "2", hash: "live" })], { cells: false });
    await world.run();
    expect(await world.query(keys)).toEqual([
      ["1", "2025-03-01", "imported", "imp-1"],
      ["2", "2026-11-20", "live", ""],
    ]);
  });

  test("by an import that lands while a run is about to merge: it waits for the next one, which looks at all days", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", hash: "live" })]);
    await world.run();
    world.wait(hourMs);
    await world.deliver([entry({ id: "2", hash: "live" })]);
    let imported = false;
    const run = watched(world, async (statement) => {
      if (statement !== "merge_usage_events" || imported) return;
      imported = true;
      const again = entry({ id: "1", time: "2026-11-19T10:00:00Z", hash: "imported" });
      const other = entry({ id: "3", time: "2026-11-20T09:00:00Z", hash: "imported" });
      await world.deliver([again, other], { importId: "imp-1", cells: false });
    });
    await run();
    const live = [
      ["1", "2026-11-20", "live", ""],
      ["2", "2026-11-20", "live", ""],
    ];
    expect(await world.query(keys)).toEqual(live);
    world.wait(hourMs);
    await run();
    expect(await world.query(keys)).toEqual([...live, ["3", "2026-11-20", "imported", "imp-1"]]);
  });
});

test("keys of all history are looked at where an import has landed, else those of the landed days", async () => {
  await using world = await openWorld();
  const seen: unknown[] = [];
  const run = watched(world, async (statement, known) => {
    if (statement === "merge_usage_events" || statement === "check_keys_once") seen.push([statement, known]);
  });
  await world.deliver([entry({ id: "1", time: "2026-11-18T10:00:00Z" }), entry({ id: "2" })]);
  await run();
  expect(seen.splice(0)).toEqual([
    ["merge_usage_events", ["2026-11-18", "2026-11-20"]],
    ["check_keys_once", ["2026-11-18", "2026-11-20"]],
  ]);
  world.wait(hourMs);
  await world.deliver([entry({ id: "3", time: old })], { importId: "imp-1", cells: false });
  await run();
  // Two stretches of days, and one day that has changed.
  expect(seen).toEqual([
    ["merge_usage_events", ["0001-01-01", "9999-12-31"]],
    ["merge_usage_events", ["0001-01-01", "9999-12-31"]],
    ["check_keys_once", ["0001-01-01", "9999-12-31"]],
  ]);
});

test("an id that is used again for another day, when the ledger has long forgotten it, is another event", async () => {
  await using world = await openWorld();
  await world.deliver([entry({ id: "1", time: "2026-11-20T10:00:00Z", cost: 5n })]);
  await world.run();
  world.wait(57 * dayMs);
  await world.run();
  world.wait(3 * dayMs);
  await world.deliver([entry({ id: "1", time: "2027-01-19T10:00:00Z", cost: 7n })]);
  expect(await world.run()).toMatchObject({ status: "succeeded", days: ["2027-01-19"], differences: [] });
  expect(await world.query("select cast(sum(cost) as varchar) from cost_daily")).toEqual([["0.000000000012"]]);
});
