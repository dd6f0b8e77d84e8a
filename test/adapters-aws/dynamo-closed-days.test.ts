import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ClosedDay } from "#app/ports/closed-days.ts";
import { dynamoClosedDays } from "#aws/dynamo-closed-days.ts";
import { unpackDay } from "#core/pack.ts";
import { cellOf, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import { entryWith } from "../ports/sample-entry.ts";
import { type Faults, fakeDynamo } from "./fake-dynamo.ts";

beforeAll(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync"));
afterAll(() => vi.useRealTimers());

const date = "2026-11-01" as UsageDate;

/** A day whose pack takes about `kilobytes`: each cell has a team of its own with a long name. */
function day(kilobytes: number, generation: number, tag: string): ClosedDay {
  const sample = cellOf(entryWith({}));
  const cells = Array.from({ length: kilobytes }, (_, i): SpendCell => {
    return { ...sample, usageDate: date, dimensions: { ...sample.dimensions, team: `${tag}${i}`.padEnd(1_000, "x") } };
  });
  return { usageDate: date, generation, cells };
}

function open(faults?: Faults) {
  const dynamo = fakeDynamo(faults);
  const closedDays = dynamoClosedDays({ client: dynamo.client, table: "spend" });
  const read = async () => {
    const [found, ...more] = await closedDays.read(date, date);
    expect(more).toEqual([]);
    return found && { usageDate: found.usageDate, generation: found.generation, cells: unpackDay(found.pack) };
  };
  const itemBytes = () => [...dynamo.table.items.values()].map(({ b }) => Buffer.from(b?.B ?? "", "base64").length);
  return { dynamo, closedDays, read, itemBytes };
}

/** Fails from the n-th call of this operation on, before its effect. */
function fromTheNth(operation: string, n: number): Faults {
  let calls = 0;
  return (place, at) => (place === "before" && at === operation && ++calls >= n ? "AccessDeniedException" : undefined);
}

describe("a closed day", () => {
  test("of ordinary size is one item", async () => {
    const { closedDays, dynamo, read } = open();
    await closedDays.write([day(100, 1, "a")]);
    expect(dynamo.table.items.size).toBe(1);
    expect(await read()).toEqual(day(100, 1, "a"));
  });

  test("too large for an item is cut into pieces, and read whole", async () => {
    const { closedDays, itemBytes, read } = open();
    await closedDays.write([day(400, 1, "a")]);
    expect(itemBytes()).toHaveLength(3);
    expect(Math.max(...itemBytes())).toBeLessThanOrEqual(350_000);
    expect(await read()).toEqual(day(400, 1, "a"));
  });

  test.each([
    [400, 710],
    [710, 400],
    [400, 10],
    [10, 400],
    [400, 400],
  ])("of %i KB replaced by %i KB leaves nothing of the old one behind", async (before, after) => {
    const { closedDays, dynamo, read } = open();
    await closedDays.write([day(before, 1, "a")]);
    await closedDays.write([day(after, 2, "b")]);
    expect(await read()).toEqual(day(after, 2, "b"));
    expect(dynamo.table.items.size).toBe(1 + (after > 350 ? Math.ceil(after / 340) : 0));
  });

  test("written again as it is stays whole", async () => {
    const { closedDays, read } = open();
    await closedDays.write([day(400, 1, "a")]);
    await closedDays.write([day(400, 2, "a")]);
    expect(await read()).toEqual(day(400, 2, "a"));
  });

  test.each([1, 2, 3])(
    "whose replacement stops at its write %i is the old one, whole, and the new one afterwards",
    async (n) => {
      const { closedDays, dynamo, read } = open();
      await closedDays.write([day(400, 1, "a")]);
      dynamo.faults = fromTheNth("PutItem", n);
      await expect(closedDays.write([day(400, 2, "b")])).rejects.toThrow("AccessDenied");
      dynamo.faults = () => undefined;
      expect(await read()).toEqual(day(400, 1, "a"));
      await closedDays.write([day(400, 2, "b")]);
      expect(await read()).toEqual(day(400, 2, "b"));
    },
  );

  test("whose replacement stops before the old pieces are deleted is the new one", async () => {
    const { closedDays, dynamo, read } = open();
    await closedDays.write([day(400, 1, "a")]);
    dynamo.faults = fromTheNth("DeleteItem", 2);
    await expect(closedDays.write([day(400, 2, "b")])).rejects.toThrow("AccessDenied");
    expect(await read()).toEqual(day(400, 2, "b"));
  });

  test("replaced while it is read comes as the new one, whole", async () => {
    const { closedDays, dynamo, read } = open();
    await closedDays.write([day(400, 2, "b")]);
    const replaced = [...dynamo.table.items];
    await closedDays.write([day(400, 1, "a")]);
    dynamo.pageSize = 1;
    let queries = 0;
    dynamo.faults = (place, operation) => {
      if (place !== "before" || operation !== "Query" || ++queries !== 3) return undefined;
      dynamo.table.items.clear();
      for (const [key, item] of replaced) dynamo.table.items.set(key, item);
      return undefined;
    };
    expect(await read()).toEqual(day(400, 2, "b"));
    expect(queries).toBeGreaterThan(4);
  });

  test("of which a piece stays away is Unavailable, not half", async () => {
    const { closedDays, dynamo } = open();
    await closedDays.write([day(400, 1, "a")]);
    const piece = [...dynamo.table.items.keys()].find((key) => key.includes("#0001"));
    dynamo.table.items.delete(piece ?? "");
    await expect(closedDays.read(date, date)).rejects.toThrow("closed days is unavailable");
  });

  test("that cannot be written or read now is Unavailable", async () => {
    const { closedDays } = open((place) => (place === "before" ? "ThrottlingException" : undefined));
    await expect(closedDays.write([day(1, 1, "a")])).rejects.toThrow("closed days is unavailable");
    await expect(closedDays.read(date, date)).rejects.toThrow("closed days is unavailable");
  });
});

test("13 months are a query a month", async () => {
  const { closedDays, dynamo } = open();
  const small = (text: string) => ({ usageDate: text as UsageDate, generation: 0, cells: [] });
  await closedDays.write([small("2025-10-31"), small("2025-11-01"), small("2026-11-23"), small("2026-11-24")]);
  dynamo.calls.length = 0;
  const days = await closedDays.read("2025-11-01" as UsageDate, "2026-11-23" as UsageDate);
  expect(days.map(({ usageDate }) => usageDate)).toEqual(["2025-11-01", "2026-11-23"]);
  expect(dynamo.calls.map(({ operation }) => operation)).toEqual(Array.from({ length: 13 }, () => "Query"));
});
