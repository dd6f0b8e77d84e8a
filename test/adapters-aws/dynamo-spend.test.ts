import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { SpendPosting } from "#app/ports/spend.ts";
import { dynamoSpend } from "#aws/dynamo-spend.ts";
import type { PicoUsd } from "#core/money.ts";
import { cellOf, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import { entryWith } from "../ports/sample-entry.ts";
import { type Faults, fakeDynamo } from "./fake-dynamo.ts";

beforeAll(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync"));
afterAll(() => vi.useRealTimers());

const day = (text: string) => text as UsageDate;
const mark = (place: number) => String(place).padStart(40, "0");

function cell(team: string, cost: bigint, usageDate = "2026-11-23"): SpendCell {
  const { dimensions, sums } = cellOf(entryWith({ quantities: { images: 2 } }));
  return {
    usageDate: day(usageDate),
    dimensions: { ...dimensions, team },
    sums: { ...sums, cost: cost as PicoUsd, listCost: cost as PicoUsd },
  };
}

const posting = (changed: Partial<SpendPosting>): SpendPosting => ({
  shard: "shard-1",
  expectedMark: undefined,
  nextMark: mark(1),
  cells: [cell("a", 5n)],
  touchedClosedDays: [],
  ...changed,
});

function open(faults?: Faults) {
  const dynamo = fakeDynamo(faults);
  const spend = dynamoSpend({ client: dynamo.client, table: "spend", random: () => 0.5 });
  const total = async () => (await spend.read(day("2026-01-01"), day("2026-12-31"))).map(({ sums }) => sums.cost);
  const transactions = () => dynamo.calls.filter(({ operation }) => operation === "TransactWriteItems");
  return { dynamo, spend, total, transactions };
}

function atFirst(times: number, place: "after" | "before" | "item", code: string): Faults {
  let left = times;
  return (at, operation) => (at === place && operation === "TransactWriteItems" && left-- > 0 ? code : undefined);
}

describe("a posting", () => {
  test("writes sums, days and the mark in one transaction, the mark's condition first", async () => {
    const { spend, transactions } = open();
    await spend.post(posting({ cells: [cell("a", 5n), cell("b", 7n)], touchedClosedDays: [day("2026-11-20")] }));
    expect(transactions().map(({ body }) => (body.TransactItems as unknown[]).length)).toEqual([4]);
    expect(transactions()[0]?.body.TransactItems).toMatchObject([
      { Update: { Key: { p: { S: "mark#shard-1" } }, ConditionExpression: "attribute_not_exists(m)" } },
      { Update: { Key: { p: { S: expect.stringMatching(/^2026-11-23#[0-7]$/) } } } },
      { Update: { Key: { p: { S: expect.stringMatching(/^2026-11-23#[0-7]$/) } } } },
      { Update: { Key: { p: { S: "generations" }, s: { S: "2026-11-20" } } } },
    ]);
  });

  test("that landed although the answer was lost is posted, once", async () => {
    const { spend, total, transactions } = open(atFirst(2, "after", "TimeoutError"));
    expect(await spend.post(posting({}))).toBe("posted");
    expect(transactions()).toHaveLength(3);
    expect(await total()).toEqual([5n]);
  });

  test("that landed although no answer came is Unavailable, and stale when it is posted again", async () => {
    const { spend, total } = open(atFirst(3, "after", "ECONNRESET"));
    await expect(spend.post(posting({}))).rejects.toThrow("spend is unavailable");
    expect(await spend.mark("shard-1")).toBe(mark(1));
    expect(await spend.post(posting({}))).toBe("stale");
    expect(await total()).toEqual([5n]);
  });

  test.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])(
    "that meets %s is tried again, and adds its sums once",
    async (code) => {
      const { spend, total } = open(atFirst(5, "item", code));
      expect(await spend.post(posting({}))).toBe("posted");
      expect(await total()).toEqual([5n]);
    },
  );

  test.each(["item", "before"] as const)(
    "that never gets through is Unavailable and leaves nothing (%s)",
    async (place) => {
      const code = place === "item" ? "TransactionConflict" : "ThrottlingException";
      const { spend, total } = open(atFirst(1_000, place, code));
      await expect(spend.post(posting({}))).rejects.toThrow("spend is unavailable");
      expect(await spend.mark("shard-1")).toBeUndefined();
      expect(await total()).toEqual([]);
    },
  );

  test("is stale when its mark has moved, whatever its cells collide with", async () => {
    const { dynamo, spend, total, transactions } = open();
    await spend.post(posting({}));
    dynamo.faults = (place, _, index) => (place === "item" && index === 1 ? "TransactionConflict" : undefined);
    expect(await spend.post(posting({ nextMark: mark(2) }))).toBe("stale");
    expect(transactions()).toHaveLength(2);
    expect(await total()).toEqual([5n]);
  });

  test("that DynamoDB will not have is our mistake: it names the item", async () => {
    const { spend } = open(atFirst(1, "item", "ValidationError"));
    await expect(spend.post(posting({}))).rejects.toThrow("spend: item 0 of the transaction was refused");
  });

  test("of a sum of more than 38 digits is refused and not rounded", async () => {
    const { dynamo, spend } = open();
    for (const sum of [10n ** 38n, -(10n ** 38n)]) {
      await expect(spend.post(posting({ cells: [cell("a", sum)] }))).rejects.toThrow("at most 38 digits");
    }
    expect(dynamo.calls.filter(({ operation }) => operation === "TransactWriteItems")).toEqual([]);
  });
});

describe("cells", () => {
  test("of many shards are spread over slots, and read as one", async () => {
    const { dynamo, spend, total } = open();
    for (let shard = 0; shard < 40; shard++) await spend.post(posting({ shard: `shardId-${shard}` }));
    const partitions = new Set([...dynamo.table.items.values()].map(({ p }) => p?.S ?? ""));
    expect([...partitions].filter((p) => /^2026-11-23#[0-7]$/.test(p))).toHaveLength(8);
    expect(await total()).toEqual([200n]);
  });

  test("are exact beyond what a double or 64 bits hold", async () => {
    const { spend, total } = open();
    await spend.post(posting({ cells: [cell("a", 12_345_678_901_234_567_890_123_456_789n)] }));
    await spend.post(posting({ shard: "shard-2", cells: [cell("a", -2n)] }));
    expect(await total()).toEqual([12_345_678_901_234_567_890_123_456_787n]);
  });

  test("of a shard stay in one slot", async () => {
    const { dynamo, spend } = open();
    await spend.post(posting({ cells: [cell("a", 1n), cell("b", 1n)] }));
    const partitions = [...dynamo.table.items.values()].map(({ p }) => p?.S ?? "").filter((p) => p.includes("#"));
    expect(new Set(partitions.filter((p) => p.startsWith("2026"))).size).toBe(1);
  });

  test("whose dimensions are too long for a key are kept apart and read as they were posted", async () => {
    const { dynamo, spend } = open();
    const long = (end: string) => cell(`${"ü".repeat(600)}${end}`, 5n);
    await spend.post(posting({ cells: [long("a"), long("b")] }));
    await spend.post(posting({ shard: "shard-9", cells: [long("a")] }));
    const longest = Math.max(...[...dynamo.table.items.values()].map(({ s }) => Buffer.byteLength(s?.S ?? "")));
    expect(longest).toBeLessThanOrEqual(1_024);
    const found = await spend.read(day("2026-11-23"), day("2026-11-23"));
    expect(found.map(({ dimensions, sums }) => [dimensions.team.slice(598), sums.cost]).sort()).toEqual([
      ["üüa", 10n],
      ["üüb", 5n],
    ]);
  });

  test("are read page by page", async () => {
    const { dynamo, spend } = open();
    await spend.post(posting({ cells: Array.from({ length: 50 }, (_, i) => cell(`team-${i}`, 1n)) }));
    dynamo.pageSize = 7;
    expect(await spend.read(day("2026-11-23"), day("2026-11-23"))).toHaveLength(50);
  });

  test("of days that have none cost no query", async () => {
    const { dynamo, spend, total } = open();
    await spend.post(posting({}));
    await spend.post(posting({ expectedMark: mark(1), nextMark: mark(2), cells: [cell("a", 1n, "2026-11-20")] }));
    dynamo.calls.length = 0;
    expect((await total()).sort()).toEqual([1n, 5n]);
    expect(dynamo.calls.map(({ operation }) => operation)).toEqual(Array.from({ length: 17 }, () => "Query"));
  });

  test("marks and generations are read strongly consistent", async () => {
    const { dynamo, spend } = open();
    await spend.post(posting({ touchedClosedDays: [day("2026-11-20")] }));
    dynamo.calls.length = 0;
    await spend.mark("shard-1");
    await spend.read(day("2026-11-23"), day("2026-11-23"));
    await spend.generations(day("2026-11-01"), day("2026-11-30"));
    expect(dynamo.calls.filter(({ body }) => body.ConsistentRead !== true)).toEqual([]);
    expect(dynamo.calls).toHaveLength(11);
  });

  test("that cannot be read are Unavailable, all of them", async () => {
    const { dynamo, spend } = open();
    await spend.post(posting({}));
    let queries = 0;
    dynamo.faults = (place) =>
      place === "before" && queries++ > 3 ? "ProvisionedThroughputExceededException" : undefined;
    await expect(spend.read(day("2026-11-23"), day("2026-11-23"))).rejects.toThrow("spend is unavailable");
    await expect(spend.mark("shard-1")).rejects.toThrow("spend is unavailable");
    await expect(spend.generations(day("2026-11-23"), day("2026-11-23"))).rejects.toThrow("spend is unavailable");
  });

  test("of a later version are refused by name", async () => {
    const { dynamo, spend } = open();
    await spend.post(posting({}));
    for (const [key, item] of dynamo.table.items) {
      if (item.p?.S?.startsWith("2026-11-23#")) dynamo.table.items.set(key, { ...item, v: { N: "2" } });
    }
    await expect(spend.read(day("2026-11-23"), day("2026-11-23"))).rejects.toThrow(/item 2026-11-23#\d .* version 2/);
  });
});
