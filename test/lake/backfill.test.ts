import { expect, test } from "vitest";
import { unpackDay } from "#core/pack.ts";
import type { UsageDate } from "#core/time.ts";
import { entry } from "./entries.ts";
import { openWorld } from "./world.ts";

const date = (text: string) => text as UsageDate;
const costs = "select cast(usage_date as varchar), cast(cost as varchar) from cost_daily order by usage_date";

test("a backfill recomputes the days it names from their entries, and writes their packs again", async () => {
  await using world = await openWorld();
  await world.deliver(
    ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"].map((day, i) =>
      entry({ id: day, cost: BigInt(i + 1), time: `${day}T10:00:00Z` }),
    ),
    { cells: false },
  );
  await world.run();
  await world.engine.connection.run("update cost_daily set cost = 9 where usage_date > date '2026-02-28'");
  world.wait(60_000);
  const record = await world.run({ backfill: { from: date("2026-03-01"), to: date("2026-03-02") } });
  expect(record).toMatchObject({ status: "succeeded", days: ["2026-03-01", "2026-03-02"] });
  expect(await world.query(costs)).toEqual([
    ["2026-02-28", "0.000000000001"],
    ["2026-03-01", "0.000000000002"],
    ["2026-03-02", "0.000000000003"],
    ["2026-03-03", "9.000000000000"],
  ]);
});

test("a backfill of a day whose pack is wrong writes it again, though its entries are as many", async () => {
  await using world = await openWorld();
  const day = date("2026-03-01");
  const packed = async () => (await world.closedDays.read(day, day)).map(({ pack }) => unpackDay(pack)[0]?.sums.cost);
  await world.deliver([entry({ id: "1", cost: 7n, time: "2026-03-01T10:00:00Z" })], { cells: false });
  await world.run();
  const [good] = await world.closedDays.read(day, day);
  const wrong = unpackDay(good?.pack ?? new Uint8Array()).map((cell) => ({
    ...cell,
    sums: { ...cell.sums, cost: 8n as typeof cell.sums.cost },
  }));
  await world.closedDays.write([{ usageDate: day, generation: 0, cells: wrong }]);
  world.wait(60_000);
  await world.run({ backfill: { from: day, to: day } });
  expect(await packed()).toEqual([7n]);
});

test("a backfill that finds the lease taken says so in the list of runs, and is no run to go by", async () => {
  await using world = await openWorld();
  await world.deliver([entry({ id: "1" })]);
  await world.deliver([entry({ id: "lost" })], { landed: false });
  await world.run();
  world.wait(60_000);
  await world.state.takeLease("somebody", world.now(), 1_000);
  const backfill = { from: date("2026-11-20"), to: date("2026-11-20") };
  expect(await world.run({ id: "asked", backfill })).toMatchObject({ id: "asked", status: "skipped" });
  const error = "another run holds the lease: somebody, until 2026-11-22T12:01:01.000Z at the latest";
  expect(await world.state.lastRuns(1)).toMatchObject([{ id: "asked", error }]);
  await world.state.releaseLease("somebody");
  expect((await world.run()).differences).toMatchObject([{ usageDate: "2026-11-20", standing: true }]);
});

test("a backfill asked for while a run is under way is a run of its own, after it", async () => {
  await using world = await openWorld();
  await world.deliver([entry({ id: "1" })]);
  const day = date("2026-11-20");
  const [first, asked] = await Promise.all([world.run(), world.run({ backfill: { from: day, to: day } })]);
  expect([first.id, asked.id]).toEqual(["run-1", "run-2"]);
  expect(asked).toMatchObject({ status: "succeeded", days: [day] });
});
