import { expect, test } from "vitest";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { unpackDay } from "#core/pack.ts";
import { dayMs, hourMs, type UsageDate } from "#core/time.ts";
import { adjustment, entry } from "./entries.ts";
import { killedAt } from "./killed-at.ts";
import { type MemoryLake, openMemoryLake } from "./memory-lake.ts";
import { openWorld } from "./world.ts";

type World = Awaited<ReturnType<typeof openWorld>>;

/** A history with late and old events, duplicates, an adjustment and an import; the last run has work in every step. */
async function live(world: World): Promise<void> {
  const first = entry({ id: "1", cost: 11n, customer: "c1" });
  await world.deliver([first, entry({ id: "2", time: "2026-11-22T01:00:00Z", cost: 13n })]);
  await world.run();
  world.wait(hourMs);
  await world.deliver([first], { cells: false });
  await world.deliver(adjustment(first, { team: "ads", cost: 3n }, "2026-11-22T13:00:00Z"));
  await world.deliver([entry({ id: "late", time: "2026-11-19T01:00:00Z", cost: 17n })]);
  const old = [entry({ id: "old", time: "2026-02-01T00:00:00Z", cost: 19n }), first];
  await world.deliver(old, { cells: false, importId: "import-1" });
  const counts = { live: { new: 0, known: 0, conflicting: 0 }, landed: 2, rejected: 0 };
  await world.imports.addPart("import-1", "part-1", world.now(), counts);
}

async function endState(world: World) {
  const packs = await world.closedDays.read("2026-01-01" as UsageDate, "2026-12-31" as UsageDate);
  return {
    events: await world.query("select key, cast(cost as varchar) from usage_events order by key"),
    costDaily: await world.query("select * from cost_daily order by all"),
    customerDaily: await world.query("select * from customer_daily order by all"),
    packs: packs.map(({ usageDate, generation, pack }) => ({ usageDate, generation, cells: unpackDay(pack) })),
    merged: (await world.imports.get("import-1"))?.merged,
    watermark: await world.state.watermark(),
  };
}

async function undisturbed(lake: MemoryLake) {
  await using world = await openWorld(lake);
  await live(world);
  expect(await world.run()).toMatchObject({
    status: "succeeded",
    days: ["2026-02-01", "2026-11-19", "2026-11-20"],
    differences: [],
  });
  return await endState(world);
}

test.each(["before", "after"] as const)(
  "killed %s any call and run again, a run ends in the same state",
  async (when) => {
    await using lake = await openMemoryLake();
    const wanted = await undisturbed(lake);
    expect(wanted.events.map(([, cost]) => cost).sort()).toEqual(
      [
        "0.000000000003",
        "-0.000000000011",
        "0.000000000011",
        "0.000000000013",
        "0.000000000017",
        "0.000000000019",
      ].sort(),
    );
    expect(wanted.merged).toEqual({ new: 1, known: 1, conflicting: 0 });
    expect(wanted.packs.map(({ usageDate }) => usageDate)).toEqual(["2026-02-01", "2026-11-19", "2026-11-20"]);
    for (let calls = 0; ; calls++) {
      await using world = await openWorld(lake);
      await live(world);
      const killed = killedAt(world.deps, calls, when);
      await makeRunPipeline(killed.deps)().catch(() => undefined);
      if (killed.alive()) {
        expect(calls).toBeGreaterThan(20);
        break;
      }
      await makeRunPipeline(world.deps)();
      expect(await endState(world), `killed ${when} call ${calls}`).toEqual(wanted);
    }
  },
);

test("run again with nothing new, it changes nothing", async () => {
  await using world = await openWorld();
  await live(world);
  await world.run();
  const { watermark: _, ...before } = await endState(world);
  world.wait(dayMs / 2);
  expect(await world.run()).toMatchObject({ status: "succeeded", days: [], differences: [] });
  const { watermark: __, ...after } = await endState(world);
  expect(after).toEqual(before);
});

test("two calls at a time are one run", async () => {
  await using world = await openWorld();
  await live(world);
  const [one, other] = await Promise.all([world.run(), world.run()]);
  expect(one).toBe(other);
});
