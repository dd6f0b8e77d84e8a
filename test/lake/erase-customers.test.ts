import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeCustomerDays, makeCustomerEvents, makeEraseCustomer, makeErasureStatus } from "#app/customers.ts";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { unpackDay } from "#core/pack.ts";
import { dayMs, hourMs, type UsageDate } from "#core/time.ts";
import { officer } from "../fakes/usage.ts";
import { adjustment, at, type EntrySketch, entry } from "./entries.ts";
import { killedAt } from "./killed-at.ts";
import { type MemoryLake, openMemoryLake } from "./memory-lake.ts";
import { openWorld } from "./world.ts";

type World = Awaited<ReturnType<typeof openWorld>>;

const sha256Hex = (text: string) => createHash("sha256").update(text).digest("hex");
const name = "ACME Ltd.";

interface Call extends EntrySketch {
  /** At 2.5 µUSD each. */
  readonly tokens: number;
}

const sketchOf = ({ tokens, ...sketch }: Call): EntrySketch => ({
  ...sketch,
  input: tokens,
  cost: BigInt(tokens) * 2_500_000n,
});

/** With what may tell who the customer is. */
function personal(sketch: Call): LedgerEntry {
  return { ...entry(sketchOf(sketch)), tags: { contact: "jo@acme.example" }, responseId: `resp-${sketch.id}` };
}

function desk(world: World) {
  let ids = 0;
  const clock = world.now;
  return {
    erase: makeEraseCustomer({ erasures: world.erasures, sha256Hex, clock, newId: () => String(++ids) }),
    status: makeErasureStatus({ erasures: world.erasures, clock, copiesKeptDays: 37 }),
  };
}

/** Sent, landed and in the ledger; two customers, two days, an adjustment. */
async function lived(world: World) {
  const first = personal({ id: "1", tokens: 11, customer: name });
  const entries = [
    first,
    personal({ id: "2", tokens: 13, customer: name, time: "2026-11-21T10:00:00Z" }),
    personal({ id: "3", tokens: 17, customer: "other" }),
    entry(sketchOf({ id: "4", tokens: 19 })),
  ];
  await world.ledger.append(entries);
  await world.deliver(entries);
  const adjusted = adjustment(first, sketchOf({ team: "ads", tokens: 3, customer: name }), "2026-11-22T11:00:00Z");
  await world.ledger.append(adjusted);
  await world.deliver(adjusted);
  await world.run();
  return { entries, adjusted };
}

const everything = async (world: World) =>
  JSON.stringify([
    await world.query("select * from usage_events"),
    await world.query("select * from customer_daily"),
    await world.query("select * from cost_daily"),
    [
      ...(
        await world.ledger.read((await world.query("select key from usage_events")).map(([key]) => String(key)))
      ).values(),
    ].map(({ charges: _, cost: __, listCost: ___, ...rest }) => rest),
  ]);

const sums = (world: World) =>
  world.query(
    "select cast(usage_date as varchar), team, cast(entries as varchar), cast(cost as varchar) from cost_daily order by all",
  );
const byCustomer = (world: World) =>
  world.query(`select cast(usage_date as varchar), customer_id, cast(sum(entries) as varchar), cast(sum(cost) as varchar)
    from customer_daily group by all order by all`);

describe("an erased customer", () => {
  test("is in no table and no ledger item any more; what they cost stays, to the pico-dollar", async () => {
    await using world = await openWorld();
    await lived(world);
    const before = await sums(world);
    const { erase } = desk(world);
    await erase(name, "asked by letter", officer);
    world.wait(hourMs);
    expect(await world.run()).toMatchObject({
      status: "succeeded",
      days: ["2026-11-20", "2026-11-21"],
      differences: [],
    });
    expect(await sums(world)).toEqual(before);
    expect(await byCustomer(world)).toEqual([
      ["2026-11-20", "erased", "3", "0.000007500000"],
      ["2026-11-20", "other", "1", "0.000042500000"],
      ["2026-11-20", "unallocated", "1", "0.000047500000"],
      ["2026-11-21", "erased", "1", "0.000032500000"],
    ]);
    const found = await everything(world);
    expect(found).not.toContain(name);
    expect(found).not.toMatch(/resp-[12]/);
    expect(found).toContain("resp-3");
    expect(found.match(/jo@acme/g)).toHaveLength(2); // the other customer's: in the lake and in the ledger
  });

  test("sent again, an event of theirs is still a duplicate, and landed again it changes nothing", async () => {
    await using world = await openWorld();
    const { entries } = await lived(world);
    await desk(world).erase(name, "asked", officer);
    world.wait(hourMs);
    await world.run();
    const before = await everything(world);
    expect((await world.ledger.append(entries.slice(0, 1))).map(({ status }) => status)).toEqual(["duplicate"]);
    await world.deliver(entries, { cells: false });
    world.wait(hourMs);
    await world.run();
    expect(await everything(world)).toEqual(before);
  });

  test("what was received before and lands after is merged without them; what comes later is a new customer's", async () => {
    await using world = await openWorld();
    await lived(world);
    const late = personal({ id: "late", tokens: 23, customer: name, time: "2026-11-22T09:00:00Z" });
    const later = { ...personal({ id: "later", tokens: 29, customer: name }), receivedAt: at("2026-11-22T12:30:00Z") };
    await desk(world).erase(name, "asked", officer);
    world.wait(hourMs);
    await world.run();
    await world.deliver([late, later]);
    world.wait(hourMs);
    await world.run();
    expect(
      await world.query(
        "select event_id, customer_id, response_id from usage_events where event_id like 'late%' order by 1",
      ),
    ).toEqual([
      ["late", "erased", null],
      ["later", name, "resp-later"],
    ]);
    expect(await byCustomer(world)).toContainEqual(["2026-11-20", name, "1", "0.000072500000"]);
  });

  test("an adjustment made before the pipeline was there is of the erased event, whenever it came", async () => {
    await using world = await openWorld();
    const { entries } = await lived(world);
    await desk(world).erase(name, "asked", officer);
    const second = entries[1] as LedgerEntry;
    const adjusted = adjustment(second, sketchOf({ team: "ads", tokens: 5, customer: name }), "2026-11-22T12:10:00Z");
    await world.ledger.append(adjusted);
    await world.deliver(adjusted);
    for (let run = 0; run < 2; run++) {
      world.wait(hourMs);
      await world.run();
    }
    expect(await everything(world)).not.toContain(name);
  });

  test("may come back with a table restored from before: the first run of the next day erases them again", async () => {
    await using world = await openWorld();
    const { entries } = await lived(world);
    await desk(world).erase(name, "asked", officer);
    world.wait(hourMs);
    await world.run();
    const connection = world.engine.connection;
    await connection.run("delete from erasures");
    await connection.run(`update usage_events set customer_id = '${name}' where event_id = '1'`);
    await connection.run(
      `update customer_daily set customer_id = '${name}' where customer_id = 'erased' and usage_date = date '2026-11-20'`,
    );
    await world.ledger.erasure.replace(entries.slice(0, 1));
    expect(await everything(world)).toContain(name);
    world.wait(dayMs);
    expect(await world.run()).toMatchObject({ status: "succeeded" });
    expect(await everything(world)).not.toContain(name);
  });

  test("spend cells and packs of closed days never had them", async () => {
    await using world = await openWorld();
    await lived(world);
    const span = ["2026-11-01" as UsageDate, "2026-11-30" as UsageDate] as const;
    const packs = await world.closedDays.read(...span);
    expect(packs.length).toBeGreaterThan(0);
    const text = (value: unknown) => JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one));
    const cells = text(await world.spend.read(...span)) + text(packs.map(({ pack }) => unpackDay(pack)));
    expect(cells).toContain("search");
    for (const personal of [name, "jo@acme", "resp-1"]) expect(cells).not.toContain(personal);
    expect(packs.map(({ pack }) => Buffer.from(pack).toString("latin1")).join()).not.toContain(name);
  });

  test("erased twice, they are erased once: no entry is doubled", async () => {
    await using world = await openWorld();
    await lived(world);
    const { erase } = desk(world);
    await erase(name, "asked", officer);
    await erase(name, "asked again", officer);
    await world.deliver([personal({ id: "late", tokens: 23, customer: name })]);
    world.wait(hourMs);
    expect(await world.run()).toMatchObject({ status: "succeeded", differences: [] });
    expect(await world.query("select count(*), count(distinct key) from usage_events")).toEqual([["7", "7"]]);
  });
});

test("an erasure is erasing until a run that began an hour after it, then expiring, then done", async () => {
  await using world = await openWorld();
  await lived(world);
  const { erase, status } = desk(world);
  const { id } = await erase(name, "asked", officer);
  const statusNow = async () => (await status(id))?.status;
  await world.run();
  expect(await everything(world)).not.toContain(name);
  expect(await statusNow()).toBe("erasing");
  world.wait(hourMs);
  await world.run();
  expect(await status(id)).toMatchObject({
    status: "expiring",
    cleanedAt: world.now(),
    goneBy: world.now() + 37 * dayMs,
  });
  world.wait(37 * dayMs);
  expect(await statusNow()).toBe("done");
  expect(await status("era_none")).toBeUndefined();
});

/** Runs whose every page of erased entries takes so long; which pages they asked for, by the key before them. */
function slowWorld(world: World, pageMs: number) {
  const pages: unknown[] = [];
  const engine: QueryEngine = {
    run: async (name, inputs) => {
      if (name === "erased_keys") {
        pages.push(inputs?.parameters?.[0]);
        world.wait(pageMs);
      }
      return world.engine.run(name, inputs);
    },
  };
  return { pages, run: makeRunPipeline({ ...world.deps, engine }) };
}

test("a customer of more than one page is erased over as many runs as it takes, and each goes on where the last came to", async () => {
  await using world = await openWorld();
  const many = Array.from({ length: 10_500 }, (_, i) =>
    entry({ id: `e${i}`, customer: name, time: `2026-11-${20 + (i % 2)}T10:00:00Z` }),
  );
  await world.ledger.append(many);
  await world.deliver(many);
  await world.run();
  const { erase } = desk(world);
  const [first, second] = [await erase(name, "asked", officer), await erase("nobody", "asked", officer)];
  world.wait(hourMs);
  const { pages, run } = slowWorld(world, 5 * 60_000);
  const named = async () => {
    const kept = await world.ledger.read(many.map(({ key }) => key));
    return [...kept.values()].filter(({ attribution }) => attribution.customer_id === name).length;
  };
  const cleaned = async () => (await world.erasures.list()).map(({ cleanedAt }) => cleanedAt !== null);
  expect(await run()).toMatchObject({ status: "succeeded" });
  expect([await named(), await cleaned()]).toEqual([500, [false, false]]);
  const place = await world.erasures.sweep(first.id);
  expect(place?.usageDate).toBe("2026-11-21");
  await run();
  expect([await named(), await cleaned()]).toEqual([0, [false, false]]);
  await run();
  expect(await cleaned()).toEqual([true, true]);
  expect(pages.slice(0, 2)).toEqual(["", place?.key]);
  expect([pages.length, await world.erasures.sweep(first.id), await world.erasures.sweep(second.id)]).toEqual([
    ...[3, undefined, undefined],
  ]);
});

test("the first run of a day looks again no longer than any other", async () => {
  await using world = await openWorld();
  const { entries } = await lived(world);
  await desk(world).erase(name, "asked", officer);
  world.wait(hourMs);
  await world.run();
  await world.ledger.erasure.replace(entries.slice(0, 1));
  world.wait(dayMs);
  const { pages, run } = slowWorld(world, 5 * 60_000);
  expect(await run()).toMatchObject({ status: "succeeded" });
  expect(pages).toHaveLength(1);
  expect(await everything(world)).not.toContain(name);
  world.wait(dayMs);
  await run();
  expect(pages).toHaveLength(2);
  expect(pages[1]).not.toBe("");
});

test("an adjustment of a year-old event forgets the customer in the ledger too; other old entries are not asked for", async () => {
  await using world = await openWorld();
  const old = { ...personal({ id: "old", tokens: 7, customer: name, time: "2025-11-20T10:00:00Z" }) };
  await world.deliver([{ ...old, receivedAt: at("2025-11-20T10:00:01Z") }], { cells: false });
  const adjusted = adjustment(
    old,
    sketchOf({ id: "old", team: "ads", tokens: 3, customer: name, time: "2025-11-20T10:00:00Z" }),
    "2026-11-22T11:00:00Z",
  );
  await world.ledger.append(adjusted);
  await world.deliver(adjusted);
  await world.run();
  await desk(world).erase(name, "asked", officer);
  world.wait(hourMs);
  await world.run();
  const kept = [...(await world.ledger.read(adjusted.map(({ key }) => key))).values()];
  expect(kept.map(({ usageDate, attribution }) => [usageDate, attribution.customer_id])).toEqual(
    adjusted.map(() => ["2025-11-20", "erased"]),
  );
});

test("300 orders are let known in statements of 100, each once, whatever was known before", async () => {
  await using world = await openWorld();
  await lived(world);
  const { erase } = desk(world);
  await erase("one", "asked", officer);
  await world.run();
  for (let i = 0; i < 300; i++) await erase(`customer-${i}`, "asked", officer);
  const statements: string[] = [];
  const engine: QueryEngine = {
    run: async (statement, inputs) => {
      statements.push(statement);
      return world.engine.run(statement, inputs);
    },
  };
  await makeRunPipeline({ ...world.deps, engine })();
  expect(statements.filter((statement) => statement === "insert_erasure")).toHaveLength(3);
  await world.run();
  expect(await world.query("select count(*), count(distinct erasure_id) from erasures")).toEqual([["301", "301"]]);
  expect(
    await world.query("select customer_hash, cast(erased_at as varchar) from erasures where erasure_id = 'era_8'"),
  ).toEqual([[sha256Hex("customer-6"), "2026-11-22 12:00:00"]]);
});

describe("the export of a customer", () => {
  test("has each of their entries, and their days, and nobody else's", async () => {
    await using world = await openWorld();
    const { entries, adjusted } = await lived(world);
    const deps = { engine: world.engine, sha256Hex };
    const events = await makeCustomerEvents(deps)(name);
    expect(events.next).toBeUndefined();
    const wanted = [...entries.slice(0, 2), ...adjusted].map(({ key }) => key);
    expect(events.entries.map(({ key }) => key).sort()).toEqual(wanted.sort());
    expect(events.entries.find(({ id }) => id === "2")).toEqual(entries[1]);
    const days = await makeCustomerDays(deps)(name);
    expect(days.days.map(({ usageDate, cost, entries: count }) => [usageDate, cost, count])).toEqual([
      ["2026-11-20", 7_500_000n, 3n],
      ["2026-11-21", 32_500_000n, 1n],
    ]);
  });

  test("comes in pages of 1,000, each row once", async () => {
    await using world = await openWorld();
    const many = Array.from({ length: 2_500 }, (_, i) =>
      entry({ id: `e${i}`, customer: name, time: `2026-11-${20 + (i % 2)}T10:00:00Z` }),
    );
    await world.deliver(many);
    await world.run();
    const page = makeCustomerEvents({ engine: world.engine, sha256Hex });
    const keys: string[] = [];
    const sizes: number[] = [];
    let next: Awaited<ReturnType<typeof page>>["next"];
    do {
      const found = await page(name, next);
      keys.push(...found.entries.map(({ key }) => key));
      sizes.push(found.entries.length);
      next = found.next;
    } while (next !== undefined);
    expect(sizes).toEqual([1_000, 1_000, 500]);
    expect(new Set(keys)).toEqual(new Set(many.map(({ key }) => key)));
  });
});

test("killed at any call, an erasure goes on in the next run", async () => {
  await using lake: MemoryLake = await openMemoryLake();
  for (let calls = 0; ; calls++) {
    const when = calls % 2 === 0 ? "before" : "after";
    await using world = await openWorld(lake);
    await lived(world);
    const before = await sums(world);
    const { id } = await desk(world).erase(name, "asked", officer);
    world.wait(2 * hourMs);
    const killed = killedAt(world.deps, calls, when);
    await makeRunPipeline(killed.deps)().catch(() => undefined);
    if (killed.alive()) {
      expect(calls).toBeGreaterThan(20);
      break;
    }
    await makeRunPipeline(world.deps)();
    expect(await everything(world), `killed ${when} call ${calls}`).not.toContain(name);
    expect(await sums(world)).toEqual(before);
    expect((await world.erasures.get(id))?.cleanedAt, `killed ${when} call ${calls}`).toBe(world.now());
  }
});
