import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makePostSpend } from "#app/post-spend.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Change } from "#core/ledger-entry.ts";
import { entriesOf } from "../fakes/entries.ts";
import { memorySpend } from "../fakes/memory-spend.ts";
import { at, event } from "../fakes/usage.ts";

const now = at("2026-11-23T12:00:00Z");

async function changesOf(count: number, teams: number, time: (i: number) => string): Promise<Change[]> {
  const events = Array.from({ length: count }, (_, i) =>
    event({ id: `call-${i}`, time: at(time(i)), claimed: { ...event().claimed, team: `team-${i % teams}` } }),
  );
  const entries = await entriesOf(events);
  return entries.map((entry, i) => ({ shard: "s", sequence: String(i + 8), entry }));
}

const today = () => "2026-11-23T10:00:00Z";
const padded = (sequence: number) => String(sequence).padStart(40, "0");

function setUp(clock = now) {
  const spend = memorySpend();
  return { spend, post: makePostSpend({ spend, clock: () => clock }) };
}

const costs = (spend: ReturnType<typeof memorySpend>) => [...spend.cells.values()].map(({ sums }) => sums.cost);

describe("posting changes", () => {
  test("adds them to their cells and moves the mark to the last one", async () => {
    const { spend, post } = setUp();
    await post("s", await changesOf(5, 2, today));
    expect(costs(spend)).toEqual([24_000_000_000n, 16_000_000_000n]);
    expect(spend.postings).toMatchObject([
      { shard: "s", expectedMark: undefined, nextMark: padded(12), touchedClosedDays: [] },
    ]);
  });

  test("nothing to post writes nothing", async () => {
    const { spend, post } = setUp();
    await post("s", []);
    expect(spend.postings).toEqual([]);
  });

  test("the same changes again, and those that overlap, count once; 9 comes before 10", async () => {
    const { spend, post } = setUp();
    const changes = await changesOf(5, 1, today);
    await post("s", changes.slice(0, 2));
    await post("s", changes.slice(0, 2));
    await post("s", changes);
    expect(costs(spend)).toEqual([40_000_000_000n]);
    expect(spend.postings.map(({ expectedMark, nextMark }) => [expectedMark, nextMark])).toEqual([
      [undefined, padded(9)],
      [padded(9), padded(12)],
    ]);
  });

  test("a change twice in one delivery counts once", async () => {
    const { spend, post } = setUp();
    const [a, b] = await changesOf(2, 1, today);
    await post("s", [a, a, b, b] as Change[]);
    expect(costs(spend)).toEqual([16_000_000_000n]);
  });

  test("shards have marks of their own", async () => {
    const { spend, post } = setUp();
    const changes = await changesOf(2, 1, today);
    await post("s", changes);
    await post("t", changes);
    expect(costs(spend)).toEqual([32_000_000_000n]);
  });
});

describe("a posting", () => {
  test("holds at most 99 cells, and each cell of a delivery is in one of them", async () => {
    const { spend, post } = setUp();
    await post("s", await changesOf(750, 250, today));
    const sizes = spend.postings.map(({ cells }) => cells.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(99);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(250);
    expect(spend.cells.size).toBe(250);
    expect(spend.postings.at(-1)?.nextMark).toBe(padded(757));
  });

  test("of one group of cells that is too many is cut in the order of its changes", async () => {
    const { spend, post } = setUp();
    await post("s", await changesOf(3_000, 3_000, today));
    const sizes = spend.postings.map(({ cells }) => cells.length);
    expect(Math.max(...sizes)).toBe(99);
    expect(spend.cells.size).toBe(3_000);
    expect(spend.postings.at(-1)?.nextMark).toBe(padded(3_007));
  });

  test("of 99 cells takes any number of changes to the same cells", async () => {
    const { spend, post } = setUp();
    await post("s", await changesOf(300, 99, today));
    expect(spend.postings.map(({ cells }) => cells.length)).toEqual([99]);
  });

  test("counts the closed days that it touches among its writes, each once", async () => {
    const { spend, post } = setUp();
    const day = (i: number) => `2026-11-${String(1 + (i % 20)).padStart(2, "0")}T10:00:00Z`;
    await post("s", await changesOf(100, 5, day));
    expect(spend.postings.map(({ cells, touchedClosedDays }) => [cells.length, touchedClosedDays.length])).toEqual([
      [20, 20],
    ]);
    const wide = setUp();
    await wide.post("s", await changesOf(100, 100, day));
    const sizes = wide.spend.postings.map((posting) => posting.cells.length + posting.touchedClosedDays.length);
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(99);
  });

  test.each([
    ["2026-11-23T22:59:59.999Z", ["2026-11-21"]],
    ["2026-11-23T23:00:00Z", ["2026-11-21", "2026-11-22"]],
    ["2026-11-24T00:00:00Z", ["2026-11-21", "2026-11-22"]],
  ])("at %s touches as closed %j: from an hour before they close", async (clock, closed) => {
    const { spend, post } = setUp(at(clock));
    await post("s", await changesOf(3, 1, (i) => `2026-11-${21 + i}T10:00:00Z`));
    expect(spend.postings[0]?.touchedClosedDays).toEqual(closed);
  });
});

describe("when another poster moves the mark in between", () => {
  test("the mark is read again and nothing is added twice", async () => {
    const { spend, post } = setUp();
    const changes = await changesOf(4, 1, today);
    const other = makePostSpend({ spend, clock: () => now });
    spend.meanwhile = () => other("s", changes.slice(0, 3));
    await post("s", changes);
    expect(costs(spend)).toEqual([32_000_000_000n]);
    expect(spend.postings.map(({ nextMark }) => nextMark)).toEqual([padded(10), padded(11)]);
  });

  test("again and again, it gives up as an outage after ten attempts", async () => {
    const { spend, post } = setUp();
    let attempts = 0;
    spend.post = async () => {
      attempts++;
      return "stale";
    };
    await expect(post("s", await changesOf(1, 1, today))).rejects.toThrow(Unavailable);
    expect(attempts).toBe(10);
  });
});

test("however a stream is cut, repeated and interrupted, the sums are those of each change once", async () => {
  const changes = await changesOf(60, 7, (i) => `2026-11-${String(10 + (i % 13)).padStart(2, "0")}T10:00:00Z`);
  const once = setUp();
  await once.post("s", changes);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ from: fc.nat(59), length: fc.nat(40), dies: fc.boolean() }), { maxLength: 8 }),
      async (deliveries) => {
        const { spend, post } = setUp();
        let reached = 0;
        for (const { from, length, dies } of deliveries) {
          // At least once, in order: a delivery may go back, never leave a gap.
          const start = Math.min(from, reached);
          const batch = changes.slice(start, start + length);
          if (dies && batch.length > 0) {
            spend.meanwhile = async () => {
              throw new Error("killed");
            };
            await expect(post("s", batch).then(() => spend.meanwhile?.())).rejects.toThrow("killed");
            spend.meanwhile = undefined;
          } else {
            await post("s", batch);
            reached = Math.max(reached, start + batch.length);
          }
        }
        await post("s", changes.slice(reached));
        expect(new Map([...spend.cells].sort())).toEqual(new Map([...once.spend.cells].sort()));
      },
    ),
    { numRuns: 60 },
  );
});

test("killed between the transactions of a delivery, and delivered again in other cuts, it counts each change once", async () => {
  const changes = await changesOf(400, 230, (i) => `2026-11-${String(10 + (i % 13)).padStart(2, "0")}T10:00:00Z`);
  const once = setUp();
  await once.post("s", changes);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ back: fc.nat(400), length: fc.nat(400), posts: fc.nat(6) }), { maxLength: 8 }),
      async (deliveries) => {
        const { spend, post } = setUp();
        const { post: store } = spend;
        let reached = 0;
        for (const { back, length, posts } of deliveries) {
          let left = posts;
          spend.post = async (posting) => {
            if (left-- === 0) throw new Error("killed");
            return store(posting);
          };
          const start = Math.max(0, reached - back);
          const batch = changes.slice(start, start + length);
          const died = await post("s", batch).then(
            () => false,
            () => true,
          );
          if (!died) reached = Math.max(reached, start + batch.length);
        }
        spend.post = store;
        await post("s", changes.slice(reached));
        expect(new Map([...spend.cells].sort())).toEqual(new Map([...once.spend.cells].sort()));
        expect(await spend.mark("s")).toBe(padded(407));
        const marks = spend.postings.map(({ nextMark }) => nextMark);
        expect(marks).toEqual([...new Set(marks)].sort());
      },
    ),
    { numRuns: 30 },
  );
});
