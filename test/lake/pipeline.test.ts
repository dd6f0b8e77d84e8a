import { describe, expect, test } from "vitest";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { unpackDay } from "#core/pack.ts";
import { addDays, dayMs, hourMs, type UsageDate } from "#core/time.ts";
import { adjustment, entry } from "./entries.ts";
import { openWorld } from "./world.ts";

const costsByTeam = `select cast(usage_date as varchar), team, cast(entries as varchar), cast(requests as varchar),
  cast(uncached_input_tokens as varchar), cast(cost as varchar), cast(list_cost as varchar)
  from cost_daily order by usage_date, team`;

describe("a pipeline run", () => {
  test("rolls events up to the pico-dollar, by day and dimensions, and by customer", async () => {
    await using world = await openWorld();
    await world.deliver([
      entry({ id: "1", team: "search", customer: "c1", cost: 1n, input: 10 }),
      entry({ id: "2", team: "search", cost: 2_000_000_000_000n, input: 20 }),
      entry({ id: "3", team: "ads", customer: "c1", cost: 300n, input: 30 }),
      entry({ id: "4", team: "search", customer: "c1", cost: 4n, input: 40, time: "2026-11-21T00:00:00Z" }),
    ]);
    const record = await world.run();
    expect(record).toMatchObject({ status: "succeeded", days: ["2026-11-20", "2026-11-21"], differences: [] });
    expect(await world.query(costsByTeam)).toEqual([
      ["2026-11-20", "ads", "1", "1", "30", "0.000000000300", "0.000000000600"],
      ["2026-11-20", "search", "2", "2", "30", "2.000000000001", "4.000000000002"],
      ["2026-11-21", "search", "1", "1", "40", "0.000000000004", "0.000000000008"],
    ]);
    expect(
      await world.query(
        `select cast(usage_date as varchar), customer_id, feature, cost_class, cast(entries as varchar), cast(cost as varchar)
         from customer_daily order by usage_date, customer_id`,
      ),
    ).toEqual([
      ["2026-11-20", "c1", "answers", "cogs", "2", "0.000000000301"],
      ["2026-11-20", "unallocated", "answers", "cogs", "1", "2.000000000000"],
      ["2026-11-21", "c1", "answers", "cogs", "1", "0.000000000004"],
    ]);
  });

  test("takes an event once that was delivered twice in a file, in two files and in two runs", async () => {
    await using world = await openWorld();
    const one = entry({ id: "1", cost: 7n });
    await world.deliver([one, one], { cells: false });
    await world.deliver([one], { cells: false });
    await world.run();
    world.wait(2 * hourMs);
    await world.deliver([one], { cells: false });
    await world.deliver([entry({ id: "2", cost: 5n })], { cells: false });
    const record = await world.run();
    expect(record.days).toEqual(["2026-11-20"]);
    expect(await world.query(costsByTeam)).toEqual([
      ["2026-11-20", "search", "2", "2", "2000", "0.000000000012", "0.000000000024"],
    ]);
  });

  test("keeps what landed first when the same key lands with other content", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", cost: 7n, hash: "first" })], { sequence: 1 });
    await world.deliver([entry({ id: "1", cost: 9n, hash: "other" })], { sequence: 2, cells: false });
    await world.run();
    expect(await world.query("select content_hash, cast(cost as varchar) from usage_events")).toEqual([
      ["first", "0.000000000007"],
    ]);
  });

  test("recomputes the one day that a late event belongs to", async () => {
    await using world = await openWorld();
    await world.deliver([
      entry({ id: "1", time: "2026-11-18T23:59:59.999Z" }),
      entry({ id: "2", time: "2026-11-19T00:00:00Z" }),
      entry({ id: "3" }),
    ]);
    await world.run();
    world.wait(hourMs);
    await world.deliver([entry({ id: "late", time: "2026-11-19T05:00:00Z", cost: 1n })]);
    expect((await world.run()).days).toEqual(["2026-11-19"]);
    expect(await world.query(costsByTeam)).toEqual([
      ["2026-11-18", "search", "1", "1", "1000", "0.002500000000", "0.005000000000"],
      ["2026-11-19", "search", "2", "2", "2000", "0.002500000001", "0.005000000002"],
      ["2026-11-20", "search", "1", "1", "1000", "0.002500000000", "0.005000000000"],
    ]);
  });

  test("adds a reversal as negative sums and a rebooking where it belongs", async () => {
    await using world = await openWorld();
    const original = entry({ id: "1", team: "search", cost: 100n, input: 10 });
    await world.deliver([original]);
    await world.run();
    world.wait(hourMs);
    await world.deliver(adjustment(original, { team: "ads", cost: 60n, input: 6 }, "2026-11-22T13:00:00Z"));
    expect(await world.run()).toMatchObject({ days: ["2026-11-20"], differences: [] });
    expect(await world.query(costsByTeam)).toEqual([
      ["2026-11-20", "ads", "1", "1", "6", "0.000000000060", "0.000000000120"],
      ["2026-11-20", "search", "2", "0", "0", "0.000000000000", "0.000000000000"],
    ]);
  });

  test("counts an unpriced event with no cost", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", cost: null }), entry({ id: "2", cost: 4n })]);
    expect((await world.run()).differences).toEqual([]);
    expect(
      await world.query(
        "select price_status, cast(entries as varchar), cast(cost as varchar) from cost_daily order by 1",
      ),
    ).toEqual([
      ["priced", "1", "0.000000000004"],
      ["unpriced", "1", "0.000000000000"],
    ]);
    expect(await world.query("select count(*) from usage_events where cost is null")).toEqual([["1"]]);
  });

  test("is skipped when nothing has landed since the last one of the day", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1" })]);
    await world.run();
    world.wait(2 * 60_000);
    expect(await world.run()).toMatchObject({ status: "skipped", days: [] });
    await world.deliver([entry({ id: "2" })]);
    expect(await world.run()).toMatchObject({ status: "succeeded", days: ["2026-11-20"] });
    world.wait(dayMs);
    expect(await world.run()).toMatchObject({ status: "succeeded", days: [] });
  });

  test("finds what landed while the clock was set back", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1" })]);
    await world.run();
    world.wait(-3 * hourMs);
    await world.deliver([entry({ id: "2" })]);
    expect(await world.run()).toMatchObject({ status: "succeeded", days: ["2026-11-20"] });
  });

  test("is skipped while another run holds the lease, and goes on where a killed run of its own name held it", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1" })]);
    await world.state.takeLease("somebody", world.now(), hourMs);
    const error = "another run holds the lease: somebody, until 2026-11-22T13:00:00.000Z at the latest";
    expect(await world.run()).toMatchObject({ status: "skipped", error });
    expect(await world.state.lastRuns(1)).toMatchObject([{ status: "skipped", error }]);
    await world.state.releaseLease("somebody");
    await world.state.takeLease("test", world.now(), hourMs);
    expect(await world.run()).toMatchObject({ status: "succeeded", days: ["2026-11-20"] });
  });

  test("writes 400 days in statements of at most 90", async () => {
    await using world = await openWorld();
    const first = "2025-08-01" as UsageDate;
    const entries = Array.from({ length: 400 }, (_, i) =>
      entry({ id: `${i}`, cost: BigInt(i), time: `${addDays(first, i)}T12:00:00Z` }),
    );
    await world.deliver(entries, { cells: false });
    const named: Record<string, number[]> = {};
    const engine: QueryEngine = {
      run: (name, options) => {
        const dates = options?.substitutions?.dates;
        if (dates !== undefined) named[name] = [...(named[name] ?? []), dates.length];
        return world.engine.run(name, options);
      },
    };
    const run = makeRunPipeline({ ...world.deps, engine });
    expect((await run()).days.length).toBe(400);
    expect(named.merge_cost_daily).toEqual([90, 90, 90, 90, 40]);
    expect(named.merge_customer_daily).toEqual([90, 90, 90, 90, 40]);
    expect(Math.max(...Object.values(named).flat())).toBeLessThanOrEqual(90);
    // 0 + 1 + … + 399 pico-dollars.
    expect(await world.query("select cast(sum(cost) as varchar) from cost_daily")).toEqual([["0.000000079800"]]);
  });

  test("recomputes 900 days at most, the oldest, and the next run the rest", async () => {
    await using world = await openWorld();
    const first = "2023-08-01" as UsageDate;
    const days = Array.from({ length: 1_000 }, (_, i) => addDays(first, i));
    const entries = days.map((day) => entry({ id: day, cost: 1n, time: `${day}T12:00:00Z` }));
    await world.deliver(entries, { cells: false });
    expect((await world.run()).days).toEqual(days.slice(0, 900));
    expect(await world.state.watermark()).toBeUndefined();
    world.wait(60_000);
    expect((await world.run()).days).toEqual(days.slice(900));
    expect(await world.state.watermark()).toBe(world.now());
    expect(await world.query("select cast(sum(cost) as varchar) from cost_daily")).toEqual([["0.000000001000"]]);
  });

  test("a row of cost_daily that no entry stands for is removed with its day's next change", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", team: "ads" })]);
    await world.run();
    await world.engine.connection.run(
      "insert into cost_daily by name select * replace ('ghosts' as team, 0 as entries) from cost_daily",
    );
    await world.deliver([entry({ id: "2", team: "ads" })]);
    await world.run();
    expect(await world.query("select team, cast(entries as varchar) from cost_daily")).toEqual([["ads", "2"]]);
  });
});

describe("the check of the cells", () => {
  test("tells a day whose cells are ahead, then calls it standing when a second run finds the same", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", cost: 10n })]);
    const lost = entry({ id: "lost", cost: 5n });
    await world.deliver([lost], { landed: false });
    const difference = {
      usageDate: "2026-11-20",
      cells_usd: "0.000000000015",
      cost_daily_usd: "0.00000000001",
      combinations: 1,
    };
    expect((await world.run()).differences).toEqual([{ ...difference, standing: false }]);
    world.wait(hourMs);
    expect((await world.run()).differences).toEqual([{ ...difference, standing: true }]);
    await world.deliver([lost], { cells: false });
    expect((await world.run()).differences).toEqual([]);
  });

  test("sees two errors that cancel in the total, and a difference in nothing but a meter", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1", team: "a", cost: 10n }), entry({ id: "2", team: "b", cost: 20n })]);
    await world.deliver([entry({ id: "3", time: "2026-11-21T00:00:00Z" })]);
    await world.run();
    await world.engine.connection.run(
      `update cost_daily set cost = case team when 'a' then 0.000000000020 else 0.000000000010 end
       where usage_date = date '2026-11-20'`,
    );
    await world.engine.connection.run(
      "update cost_daily set uncached_input_tokens = 1001 where usage_date = date '2026-11-21'",
    );
    await world.deliver([entry({ id: "4", time: "2026-11-22T00:00:00Z" })]);
    expect((await world.run()).differences).toEqual([
      {
        usageDate: "2026-11-20",
        cells_usd: "0.00000000003",
        cost_daily_usd: "0.00000000003",
        combinations: 2,
        standing: false,
      },
      { usageDate: "2026-11-21", cells_usd: "0.0025", cost_daily_usd: "0.0025", combinations: 1, standing: false },
    ]);
  });

  test("a key that stands twice fails the run, which names the check", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1" })]);
    await world.run();
    await world.engine.connection.run("insert into usage_events select * from usage_events");
    await world.deliver([entry({ id: "2" })]);
    const record = await world.run();
    expect(record.status).toBe("failed");
    expect(record.error).toMatch(/^check_keys_once: found .*"copies":"2".*want no rows$/);
  });
});

describe("closed days", () => {
  test("are packed once their cells equal cost_daily; a touched one is packed again with its new generation", async () => {
    await using world = await openWorld();
    const dates = async () =>
      (await world.closedDays.read("2026-01-01" as UsageDate, "2026-12-31" as UsageDate)).map(
        ({ usageDate, generation, pack }) => [usageDate, generation, unpackDay(pack)[0]?.sums.cost],
      );
    await world.deliver([
      entry({ id: "1", cost: 1n, time: "2026-11-20T10:00:00Z" }),
      entry({ id: "2", cost: 2n, time: "2026-11-21T10:00:00Z" }),
      entry({ id: "3", cost: 3n, time: "2026-11-22T10:00:00Z" }),
    ]);
    await world.run();
    expect(await dates()).toEqual([["2026-11-20", 1, 1n]]);
    await world.deliver([entry({ id: "4", cost: 10n, time: "2026-11-20T11:00:00Z" })]);
    await world.run();
    expect(await dates()).toEqual([["2026-11-20", 2, 11n]]);
    world.wait(dayMs);
    await world.run();
    expect(await dates()).toEqual([
      ["2026-11-20", 2, 11n],
      ["2026-11-21", 0, 2n],
    ]);
  });

  test("are not packed while they differ", async () => {
    await using world = await openWorld();
    await world.deliver([entry({ id: "1" })], { cells: false });
    await world.run();
    expect(await world.closedDays.read("2026-01-01" as UsageDate, "2026-12-31" as UsageDate)).toEqual([]);
  });

  test("older than the cells are packed from the lake, again when an import adds to them", async () => {
    await using world = await openWorld();
    const old = "2026-03-01" as UsageDate;
    const packed = async () => (await world.closedDays.read(old, old)).map(({ pack }) => unpackDay(pack)[0]?.sums.cost);
    await world.deliver([entry({ id: "1", cost: 1n, time: "2026-03-01T10:00:00Z" })], { cells: false });
    await world.run();
    expect(await packed()).toEqual([1n]);
    await world.deliver([entry({ id: "2", cost: 5n, time: "2026-03-01T10:00:00Z" })], { cells: false });
    await world.run();
    expect(await packed()).toEqual([6n]);
  });

  test("that leave the cells before they were equal are packed from the lake the next day", async () => {
    await using world = await openWorld();
    const day = "2026-10-23" as UsageDate;
    await world.deliver([entry({ id: "1", cost: 1n, time: "2026-10-23T10:00:00Z" })], { cells: false });
    await world.run();
    expect(await world.closedDays.read(day, day)).toEqual([]);
    world.wait(dayMs);
    await world.run();
    expect((await world.closedDays.read(day, day)).length).toBe(1);
  });

  test("older than the cells keep their packs when the lake has lost entries, and the run names the day", async () => {
    await using world = await openWorld();
    const time = "2026-03-01T10:00:00Z";
    const costOn = async (day: string) =>
      (await world.closedDays.read(day as UsageDate, day as UsageDate)).map(
        ({ pack }) => unpackDay(pack)[0]?.sums.cost,
      );
    await world.deliver([entry({ id: "1", cost: 1n, time }), entry({ id: "2", cost: 2n, time })], { cells: false });
    await world.run();
    for (const table of ["usage_events", "cost_daily", "customer_daily", "usage_landing"]) {
      await world.engine.connection.run(`delete from ${table}`);
    }
    const other = entry({ id: "4", cost: 8n, time: "2026-03-02T10:00:00Z" });
    await world.deliver([entry({ id: "3", cost: 4n, time }), other], { cells: false });
    const record = await world.run();
    expect(record.status).toBe("failed");
    expect(record.error).toContain("pack_closed_days: 2026-03-01: the lake has 1 entries, the pack of that day 2");
    expect(await costOn("2026-03-01")).toEqual([3n]);
    expect(await costOn("2026-03-02")).toEqual([8n]);
  });

  test("touched again and lost from the lake altogether keep their packs", async () => {
    await using world = await openWorld();
    const day = "2026-10-23" as UsageDate;
    const packs = () => world.closedDays.read(day, day);
    await world.deliver([entry({ id: "1", cost: 1n, time: "2026-10-23T10:00:00Z" })]);
    await world.run();
    const before = await packs();
    expect(before.length).toBe(1);
    await world.deliver([entry({ id: "2", cost: 2n, time: "2026-10-23T10:00:00Z" })], { landed: false });
    for (const table of ["usage_events", "cost_daily", "customer_daily", "usage_landing"]) {
      await world.engine.connection.run(`delete from ${table}`);
    }
    world.wait(dayMs);
    expect((await world.run()).error).toContain("2026-10-23: the lake has 0 entries, the pack of that day 1");
    expect(await packs()).toEqual(before);
  });
});

describe("an import", () => {
  const counts = { live: { new: 0, known: 0, conflicting: 0 }, rejected: 0 };

  test("is told how many of its landed events were new, known and conflicting", async () => {
    await using world = await openWorld();
    const time = "2026-03-01T10:00:00Z";
    await world.deliver([entry({ id: "k", time }), entry({ id: "c", time })], { cells: false });
    await world.run();
    const sent = [
      entry({ id: "n1", time }),
      entry({ id: "n2", time }),
      entry({ id: "k", time }),
      entry({ id: "c", time, hash: "other content" }),
      entry({ id: "n1", time }),
    ];
    await world.deliver(sent, { cells: false, importId: "import-1" });
    await world.imports.addPart("import-1", "part-1", world.now(), { ...counts, landed: 5 });
    await world.run();
    expect((await world.imports.get("import-1"))?.merged).toEqual({ new: 2, known: 2, conflicting: 1 });
    expect(await world.imports.unmerged()).toEqual([]);
  });

  test("that lands a part again after a retry counts it once", async () => {
    await using world = await openWorld();
    const sent = [entry({ id: "n1", time: "2026-03-01T10:00:00Z" })];
    await world.deliver(sent, { cells: false, importId: "import-1", sequence: 0 });
    await world.run();
    world.wait(hourMs);
    await world.deliver(sent, { cells: false, importId: "import-1", sequence: 0 });
    await world.imports.addPart("import-1", "part-1", world.now(), { ...counts, landed: 1 });
    await world.run();
    expect((await world.imports.get("import-1"))?.merged).toEqual({ new: 1, known: 0, conflicting: 0 });
  });

  test("of an event that the ledger took 40 days ago finds it known and counts nothing", async () => {
    await using world = await openWorld();
    const one = entry({ id: "1", cost: 7n });
    await world.deliver([one]);
    await world.run();
    world.wait(40 * dayMs);
    await world.deliver([one], { cells: false, importId: "import-1" });
    await world.imports.addPart("import-1", "part-1", world.now(), { ...counts, landed: 1 });
    expect((await world.run()).days).toEqual([]);
    expect((await world.imports.get("import-1"))?.merged).toEqual({ new: 0, known: 1, conflicting: 0 });
    expect(await world.query("select cast(sum(cost) as varchar) from cost_daily")).toEqual([["0.000000000007"]]);
  });
});
