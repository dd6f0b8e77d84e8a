import { describe, expect, test } from "vitest";
import { makePipelineRun } from "#app/pipeline-run.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { parseUsd } from "#core/money.ts";
import { unpackDay } from "#core/pack.ts";
import { hourMs, type UsageDate } from "#core/time.ts";
import { adjustment, entry } from "./entries.ts";
import { killedAt } from "./killed-at.ts";
import { openMemoryLake } from "./memory-lake.ts";
import { openWorld } from "./world.ts";

type World = Awaited<ReturnType<typeof openWorld>>;

const day = "2026-11-20" as UsageDate;
const pad = (sequence: number) => String(sequence).padStart(40, "0");

/** Lands entries that the stream has under these sequences, and that the cells never hear of. */
function land(world: World, sequence: number, ...entries: readonly LedgerEntry[]): Promise<void> {
  return world.deliver(entries, { cells: false, sequence });
}

/** As if all changes up to this one had been posted, or given up. */
function moveMark(world: World, sequence: number) {
  const posting = { shard: "shard", expectedMark: undefined, nextMark: pad(sequence) };
  return world.spend.post({ ...posting, cells: [], touchedClosedDays: [] });
}

async function runs(world: World, count: number) {
  for (let i = 1; i < count; i++) {
    await world.run();
    world.wait(hourMs);
  }
  return world.run();
}

/** Entries and cost of the cells of the day, by team. */
async function cells(world: World) {
  const found = await world.spend.read(day, day);
  return Object.fromEntries(found.map(({ dimensions, sums }) => [dimensions.team, [sums.entries, sums.cost]]));
}

describe("a difference that stands", () => {
  test("is added to the cells when its changes were given up, and told; the next run finds none", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", team: "search", cost: 10n })]);
    await land(world, 500, entry({ id: "2", team: "search", cost: 5n }), entry({ id: "3", team: "ads", cost: 7n }));
    await moveMark(world, 501);
    expect(await world.run()).toMatchObject({ differences: [{ standing: false }], repairs: [] });
    world.wait(hourMs);
    expect(await world.run()).toMatchObject({
      status: "succeeded",
      differences: [{ usageDate: day, standing: true }],
      repairs: [{ usageDate: day, cells: 2, cost_usd: "0.000000000012", entries: 2 }],
    });
    expect(await cells(world)).toEqual({ search: [2n, 15n], ads: [1n, 7n] });
    expect(world.notes.map(({ subject }) => subject)).toEqual(["Live sums were repaired"]);
    expect(world.notes[0]?.text).toContain("2026-11-20: 0.000000000012 USD and 2 entries added to 2 cells");
    world.wait(hourMs);
    expect(await world.run()).toMatchObject({ differences: [], repairs: [] });
  });

  test("waits while a change of it is above the mark: its poster is late, and adds it itself", async () => {
    await using world = await openWorld();
    const late = entry({ id: "late", cost: 5n });
    await land(world, 500, late);
    await moveMark(world, 499);
    expect(await runs(world, 10)).toMatchObject({ differences: [{ standing: true }], repairs: [] });
    await makePostSpend({ spend: world.spend, clock: world.now })("shard", [
      { shard: "shard", sequence: "500", entry: late },
    ]);
    world.wait(hourMs);
    expect(await world.run()).toMatchObject({ differences: [], repairs: [] });
    expect(await cells(world)).toEqual({ search: [1n, 5n] });
    expect(world.notes.map(({ subject }) => subject)).toEqual(["Live sums and the lake differ"]);
  });

  test("is repaired when its changes have left the stream, and a late delivery of them adds nothing", async () => {
    await using world = await openWorld();
    const [trimmed, given] = [entry({ id: "trimmed", cost: 5n }), entry({ id: "given", cost: 3n })];
    await land(world, 500, given);
    await land(world, 700, trimmed);
    expect(await runs(world, 25)).toMatchObject({ repairs: [] });
    world.wait(2 * hourMs);
    expect(await world.run()).toMatchObject({ repairs: [{ entries: 2, cost_usd: "0.000000000008" }] });
    await makePostSpend({ spend: world.spend, clock: world.now })("shard", [
      { shard: "shard", sequence: "500", entry: given },
      { shard: "shard", sequence: "700", entry: trimmed },
      { shard: "shard", sequence: "701", entry: entry({ id: "new", cost: 100n }) },
    ]);
    expect(await cells(world)).toEqual({ search: [3n, 108n] });
  });

  test("waits when its poster comes back while the mark is being moved", async () => {
    await using world = await openWorld();
    const late = entry({ id: "late", cost: 5n });
    await land(world, 500, late);
    await runs(world, 20);
    world.wait(7 * hourMs);
    const postSpend = makePostSpend({ spend: world.spend, clock: world.now });
    const spend: typeof world.spend = {
      ...world.spend,
      post: async (posting) => {
        if (posting.shard === "shard") await postSpend("shard", [{ shard: "shard", sequence: "500", entry: late }]);
        return world.spend.post(posting);
      },
    };
    expect(await makeRunPipeline({ ...world.deps, spend })()).toMatchObject({ repairs: [] });
    expect(await cells(world)).toEqual({ search: [1n, 5n] });
  });

  test("waits when it has an imported event: the same one may still be sent live", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1" })], { cells: false, importId: "import-1" });
    expect(await runs(world, 40)).toMatchObject({ differences: [{ standing: true }], repairs: [] });
  });

  test("stays, and is told once, when any combination would be lowered", async () => {
    await using world = await openWorld();
    await land(world, 500, entry({ id: "1", team: "ads", cost: 9n }));
    await moveMark(world, 500);
    await world.deliver([entry({ id: "2", team: "search", cost: 1n })], { landed: false });
    expect(await runs(world, 5)).toMatchObject({ differences: [{ combinations: 2, standing: true }], repairs: [] });
    expect(await cells(world)).toEqual({ search: [1n, 1n] });
    expect(world.notes.map(({ subject }) => subject)).toEqual(["Live sums and the lake differ"]);
  });

  test("stays when entries are missing that take money back", async () => {
    await using world = await openWorld();
    const original = entry({ id: "1", cost: 9n });
    await world.deliver([original]);
    await land(world, 500, ...adjustment(original, { team: "ads", cost: 9n }, "2026-11-22T10:00:00Z"));
    await moveMark(world, 501);
    expect(await runs(world, 4)).toMatchObject({ differences: [{ combinations: 2, standing: true }], repairs: [] });
  });

  test("stays when sums differ and no entry is missing", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", cost: 9n })], { sequence: 500 });
    await moveMark(world, 500);
    await world.run();
    await world.engine.connection.run("update cost_daily set cost = cost + 1");
    await world.deliver([entry({ id: "2", time: "2026-11-21T10:00:00Z" })]);
    expect(await runs(world, 4)).toMatchObject({ differences: [{ standing: true }], repairs: [] });
  });

  test("of a closed day touches it, so that its pack is written again", async () => {
    await using world = await openWorld();
    const packed = async () => (await world.closedDays.read(day, day)).map(({ pack }) => unpackDay(pack)[0]?.sums.cost);
    await world.deliver([entry({ id: "1", cost: 10n })]);
    await world.run();
    expect(await packed()).toEqual([10n]);
    await land(world, 500, entry({ id: "2", cost: 5n }));
    await moveMark(world, 500);
    await runs(world, 2);
    expect((await world.spend.generations(day, day)).get(day)).toBe(2);
    world.wait(hourMs);
    await world.run();
    expect(await packed()).toEqual([15n]);
  });
});

describe("what somebody asks to lower", () => {
  const backfill = { from: day, to: day, lowerCells: true };

  /** Of the day the lake has 9, and the cells 6 more. */
  async function aboveTheLake(world: World) {
    await world.deliver([entry({ id: "1", team: "search", cost: 9n })], { sequence: 500 });
    await moveMark(world, 500);
    await world.run();
    const later = [entry({ id: "2", team: "search", cost: 4n }), entry({ id: "3", team: "ads", cost: 2n })];
    await world.deliver(later, { landed: false });
    return later;
  }

  test("is left as it is when the run before has not found it: it may be on its way to the lake, and lands", async () => {
    await using world = await openWorld();
    const later = await aboveTheLake(world);
    expect(await world.run({ backfill })).toMatchObject({ differences: [{ standing: false }], repairs: [] });
    await land(world, 501, ...later);
    expect(await world.run({ backfill })).toMatchObject({ differences: [], repairs: [] });
    expect(await cells(world)).toEqual({ search: [2n, 13n], ads: [1n, 2n] });
  });

  test("is left as it is when something new has come for the day, though the difference is the same", async () => {
    await using world = await openWorld();
    await aboveTheLake(world);
    await world.run();
    await world.deliver([entry({ id: "4", team: "search", cost: 1n })], { sequence: 400 });
    expect(await world.run({ backfill })).toMatchObject({ differences: [{ standing: false }], repairs: [] });
    expect(await cells(world)).toEqual({ search: [3n, 14n], ads: [1n, 2n] });
  });

  test("is lowered to the lake when the run before has found the same", async () => {
    await using world = await openWorld();
    await aboveTheLake(world);
    expect(await world.run({ backfill: { from: day, to: day } })).toMatchObject({ repairs: [] });
    expect(await world.run({ backfill })).toMatchObject({
      repairs: [{ usageDate: day, cells: 2, cost_usd: "-0.000000000006", entries: -2 }],
    });
    expect(await cells(world)).toMatchObject({ search: [1n, 9n], ads: [0n, 0n] });
    expect(await world.run()).toMatchObject({ differences: [] });
  });

  test("waits while the day has changes above the mark", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", cost: 9n })], { sequence: 500 });
    await world.deliver([entry({ id: "2", cost: 4n })], { landed: false });
    await world.run();
    expect(await world.run({ backfill })).toMatchObject({ differences: [{ standing: true }], repairs: [] });
    expect(await cells(world)).toEqual({ search: [2n, 13n] });
  });
});

describe("a repair of 150 cells", () => {
  const teams = Array.from({ length: 150 }, (_, i) => `team-${i}`);
  const lost = teams.map((team, i) => entry({ id: team, team, cost: BigInt(i + 1) }));
  const wanted = Object.fromEntries(teams.map((team, i) => [team, [1n, BigInt(i + 1)]]));

  /** A run that has found the difference standing. */
  async function stand(world: World) {
    await land(world, 500, ...lost);
    await moveMark(world, 900);
    await world.run();
    world.wait(hourMs);
    const run = makePipelineRun(world.deps);
    const begun = await run.begin({}, "test");
    if (begun.status !== "running") throw new Error("nothing to do");
    return run.task("check_cells", begun.state);
  }

  /** What all records say was added, in entries and USD; nothing of it is there twice. */
  async function told(world: World) {
    const repairs = (await world.state.lastRuns(100)).flatMap(({ repairs = [] }) => repairs);
    const cost = repairs.reduce((sum, { cost_usd }) => sum + (parseUsd(cost_usd) ?? 0n), 0n);
    return { entries: repairs.reduce((sum, { entries }) => sum + entries, 0), cost };
  }
  /** 1 + 2 + … + 150. */
  const allOfIt = { entries: 150, cost: 11_325n };

  test.each([
    ["before", "its run is not ended"],
    ["after", "its run is not ended"],
    ["before", "its run ends as failed"],
    ["after", "its run ends as failed"],
  ] as const)("killed %s any call and run again adds each once and tells all of it; %s", async (when, end) => {
    await using lake = await openMemoryLake();
    for (let calls = 0; ; calls++) {
      await using world = await openWorld(lake);
      const state = await stand(world);
      const killed = killedAt(world.deps, calls, when);
      const run = makePipelineRun(killed.deps);
      await run
        .task("repair_cells", state)
        .then((repaired) => run.finish(repaired))
        .catch(() => undefined);
      const ended = killed.alive();
      if (!ended && end === "its run ends as failed") await makePipelineRun(world.deps).finish(state, "killed");
      for (let i = 0; i < 3; i++) await world.run();
      expect(await cells(world), `killed ${when} call ${calls}`).toEqual(wanted);
      expect(await told(world), `killed ${when} call ${calls}`).toEqual(allOfIt);
      if (ended) {
        expect(calls).toBeGreaterThan(12);
        break;
      }
    }
  });

  test("of which the second posting was refused and then repeated is told as a whole", async () => {
    await using world = await openWorld();
    const state = await stand(world);
    let postings = 0;
    const post: typeof world.spend.post = async (posting) => {
      if (posting.cells.length > 0 && ++postings === 2) throw new Unavailable("spend");
      return world.spend.post(posting);
    };
    const run = makePipelineRun({ ...world.deps, spend: { ...world.spend, post } });
    await expect(run.task("repair_cells", state)).rejects.toThrow(Unavailable);
    const record = await run.finish(await run.task("repair_cells", state));
    expect(record.repairs).toMatchObject([{ usageDate: day, cells: 98, entries: 98 }]);
    expect(world.notes.map(({ subject }) => subject)).toEqual(["Live sums were repaired"]);
    for (let i = 0; i < 3; i++) await world.run();
    expect(await cells(world)).toEqual(wanted);
    expect(await told(world)).toEqual(allOfIt);
  });

  test("whose run ends while the store is out is told by the next run", async () => {
    await using world = await openWorld();
    const state = await stand(world);
    const repaired = await makePipelineRun(world.deps).task("repair_cells", state);
    const mark = async () => {
      throw new Unavailable("spend");
    };
    const out = makePipelineRun({ ...world.deps, spend: { ...world.spend, mark } });
    expect(await out.finish(repaired)).toMatchObject({ status: "succeeded", repairs: [] });
    expect(await world.run()).toMatchObject({ repairs: [{ usageDate: day, cells: 150, entries: 150 }] });
    await world.run();
    expect(await told(world)).toEqual(allOfIt);
  });

  test("adds nothing any more when its run has ended in between", async () => {
    await using world = await openWorld();
    const state = await stand(world);
    const run = makePipelineRun(world.deps);
    let postings = 0;
    const post: typeof world.spend.post = async (posting) => {
      if (posting.cells.length > 0 && ++postings === 2) await run.finish(state, "timed out");
      return world.spend.post(posting);
    };
    await makePipelineRun({ ...world.deps, spend: { ...world.spend, post } }).task("repair_cells", state);
    expect(await told(world)).toMatchObject({ entries: 98 });
    expect(Object.keys(await cells(world)).length).toBe(98);
  });

  test("done twice at a time adds each once", async () => {
    await using world = await openWorld();
    const state = await stand(world);
    expect(state.when.cells_to_repair).toBe(true);
    const run = makePipelineRun(world.deps);
    const [one] = await Promise.all([run.task("repair_cells", state), run.task("repair_cells", state)]);
    await run.finish(one);
    for (let i = 0; i < 3; i++) await world.run();
    expect(await cells(world)).toEqual(wanted);
    expect(await told(world)).toEqual(allOfIt);
  });

  test("ended twice is told once", async () => {
    await using world = await openWorld();
    const run = makePipelineRun(world.deps);
    const repaired = await run.task("repair_cells", await stand(world));
    await run.finish(repaired);
    expect(await run.finish(repaired)).toMatchObject({ repairs: [{ entries: 150 }] });
    await world.run();
    expect(await told(world)).toEqual(allOfIt);
  });
});
