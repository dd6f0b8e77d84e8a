import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeLandUsage } from "#app/land-usage.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Change } from "#core/ledger-entry.ts";
import { consumeStream } from "#lambdas/shared/consume.ts";
import { countEvents } from "#lambdas/shared/count-events.ts";
import { entriesOf } from "../fakes/entries.ts";
import { memorySpend } from "../fakes/memory-spend.ts";
import { memoryLanding } from "../fakes/memory-stores.ts";
import { at, event } from "../fakes/usage.ts";
import { deliver, insertion, poison, shard, windowEvent } from "./event-source.ts";
import { context } from "./lambda-context.ts";
import { captureOutput } from "./output.ts";

const clock = () => at("2026-11-23T12:00:00Z");
const first = 100;
/** Of one event: see `event`. */
const costEach = 8_000_000_000n;

const entries = await entriesOf(
  Array.from({ length: 40 }, (_, i) =>
    event({
      id: `call-${i}`,
      time: at("2026-11-23T10:00:00Z"),
      claimed: { ...event().claimed, team: `team-${i % 7}` },
    }),
  ),
);
const records = (count: number, poisoned: readonly number[] = []) =>
  entries.slice(0, count).map((entry, i) => (poisoned.includes(i) ? poison(first + i) : insertion(entry, first + i)));

type Trouble = (changes: readonly Change[]) => "before" | "after" | "out" | undefined;

/** The consumer of the cells; `trouble` makes it fail before or after its work, or find the store out. */
function openPosting(trouble: Trouble = () => undefined) {
  const spend = memorySpend();
  const post = makePostSpend({ spend, clock });
  const handler = consumeStream({
    clock,
    consume: async (shardId, changes) => {
      const how = trouble(changes);
      if (how === "out") throw new Unavailable("spend");
      if (how === "before") throw new Error("crashed");
      await post(shardId, changes);
      if (how === "after") throw new Error("crashed");
    },
  });
  const total = () => [...spend.cells.values()].reduce((sum, { sums }) => sum + sums.cost, 0n);
  const count = () => [...spend.cells.values()].reduce((sum, { sums }) => sum + sums.entries, 0n);
  return { invoke: (sent: Parameters<typeof handler>[0]) => handler(sent, context), total, count };
}

/** Trouble at these invocations, counted from 0. */
function at_(...invocations: readonly (readonly [number, "before" | "after" | "out"])[]): Trouble {
  let now = -1;
  return () => {
    now++;
    return invocations.find(([place]) => place === now)?.[1];
  };
}

let output: ReturnType<typeof captureOutput>;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => output[Symbol.dispose]());

const counted = (name: string) =>
  output.metrics().reduce((sum, line) => sum + (typeof line[name] === "number" ? line[name] : 0), 0);

process.env.DEPLOYMENT = "ai-finops";
process.env.POWERTOOLS_METRICS_NAMESPACE = "AiFinops";

describe("a consumer of the stream", () => {
  test("posts a batch and hands the window's state back as it came", async () => {
    const { invoke, total } = openPosting();
    const result = await invoke({ ...windowEvent(records(5)), state: { kept: 1 } });
    expect(result).toEqual({ state: { kept: 1 }, batchItemFailures: [] });
    expect(total()).toBe(5n * costEach);
  });

  test("the invocation that ends a window has no records, and does nothing", async () => {
    const { invoke } = openPosting(() => "before");
    const { Records: _, ...final } = windowEvent([]);
    expect(await invoke({ ...final, isFinalInvokeForWindow: true } as never)).toEqual({
      state: {},
      batchItemFailures: [],
    });
  });

  test("removals by TTL say nothing", async () => {
    const { invoke, total } = openPosting();
    const removal = { ...insertion(entries[0] as never, 101), eventName: "REMOVE" };
    expect((await invoke(windowEvent([removal, ...records(1)]))).batchItemFailures).toEqual([]);
    expect(total()).toBe(costEach);
  });

  test("without a shard nothing is taken: the mark would be nobody's", async () => {
    const { invoke, total } = openPosting();
    await expect(invoke({ Records: records(1) } as never)).rejects.toThrow("no tumbling window");
    expect(total()).toBe(0n);
  });

  test("an outage is reported from the first record on, so that the batch comes again as it is", async () => {
    const { invoke, total } = openPosting(at_([0, "out"]));
    const sent = windowEvent(records(3));
    expect((await invoke(sent)).batchItemFailures).toEqual([{ itemIdentifier: "100" }]);
    expect((await invoke(sent)).batchItemFailures).toEqual([]);
    expect([total(), counted("FailedChanges")]).toEqual([3n * costEach, 0]);
  });

  test("crashed after its work and delivered again, the batch counts once", async () => {
    const { invoke, total, count } = openPosting(at_([0, "after"], [1, "before"]));
    const { failures, invocations } = await deliver(records(20), invoke, { batchSize: 10, retriesMax: 3 });
    expect([failures, total(), count()]).toEqual([[], 20n * costEach, 20n]);
    expect(invocations).toBeGreaterThan(2);
  });

  test.each([0, 1, 7, 19])(
    "a record that cannot be read, at %i of 20, ends alone at the failure destination",
    async (place) => {
      const { invoke, total, count } = openPosting();
      const delivered = await deliver(records(20, [place]), invoke, { batchSize: 20, retriesMax: 2 });
      expect(delivered.failures).toEqual([[String(first + place)]]);
      expect([total(), count()]).toEqual([19n * costEach, 19n]);
      expect(counted("FailedChanges")).toBeGreaterThan(0);
    },
  );

  test("what is before a record that cannot be read is posted at once", async () => {
    const { invoke, total } = openPosting();
    const { batchItemFailures } = await invoke(windowEvent(records(20, [7])));
    expect([batchItemFailures, total()]).toEqual([[{ itemIdentifier: "107" }], 7n * costEach]);
  });

  test("a record whose posting always fails ends alone too", async () => {
    const bad = (changes: readonly Change[]) => changes.some(({ sequence }) => sequence === "105");
    const { invoke, total } = openPosting((changes) => (bad(changes) ? "before" : undefined));
    const { failures } = await deliver(records(20), invoke, { batchSize: 20, retriesMax: 1 });
    expect([failures, total()]).toEqual([[["105"]], 19n * costEach]);
  });

  test("whatever is poisoned and whenever it fails, each readable record counts once and the others are set aside", async () => {
    const trouble = fc.constantFrom("before" as const, "after" as const, "out" as const, undefined);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(39), { maxLength: 6 }),
        fc.array(trouble, { maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        async (poisoned, troubles, batchSize) => {
          const { invoke, total, count } = openPosting(() => troubles.shift());
          const retriesMax = 12;
          const { failures } = await deliver(records(40, poisoned), invoke, { batchSize, retriesMax });
          const aside = [...poisoned].sort((a, b) => a - b).map((place) => [String(first + place)]);
          expect(failures).toEqual(aside);
          const readable = BigInt(40 - poisoned.length);
          expect([count(), total()]).toEqual([readable, readable * costEach]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the consumer of the landing", () => {
  test("writes a batch as one file, and after an outage the same one", async () => {
    const landing = memoryLanding();
    const handler = consumeStream({ clock, consume: makeLandUsage({ landing, clock }) });
    landing.fails = true;
    const sent = windowEvent(records(4));
    expect((await handler(sent, context)).batchItemFailures).toEqual([{ itemIdentifier: "100" }]);
    await handler(sent, context);
    await handler(sent, context);
    expect([...landing.files.values()].map((rows) => rows.map(({ sequence }) => sequence))).toEqual([
      ["100", "101", "102", "103"],
    ]);
    expect([...landing.files.values()][0]?.every((row) => row.shard === shard)).toBe(true);
  });
});

test("events and those without a price are counted by deployment, adjustments are not events", () => {
  const [priced, other] = entries;
  if (priced === undefined || other === undefined) throw new Error("no entries");
  const changes = [
    { ...priced },
    { ...other, priceStatus: "unpriced" as const },
    { ...other, kind: "adjustment" as const },
  ].map((entry, i) => ({ shard, sequence: String(i), entry }));
  countEvents(changes, 1_795_435_200_000);
  expect(output.metrics()).toEqual([
    {
      _aws: {
        Timestamp: 1_795_435_200_000,
        CloudWatchMetrics: [
          {
            Namespace: "AiFinops",
            Dimensions: [["Deployment"]],
            Metrics: [
              { Name: "Events", Unit: "Count" },
              { Name: "UnpricedEvents", Unit: "Count" },
            ],
          },
        ],
      },
      Deployment: "ai-finops",
      Events: 2,
      UnpricedEvents: 1,
    },
  ]);
});
