import { describe, expect, test } from "vitest";
import { type AdjustmentRequest, type AdjustmentResult, makeAdjust } from "#app/adjust.ts";
import { makeExplain } from "#app/explain.ts";
import { makeIngest } from "#app/ingest.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { UnitPrice } from "#core/money.ts";
import { dayMs, type Instant } from "#core/time.ts";
import { noRules } from "../fakes/company-rules.ts";
import { memoryLedger } from "../fakes/memory-ledger.ts";
import { memoryLakeEvents } from "../fakes/memory-stores.ts";
import { at, event, officer, sender, sha256, stubRater } from "../fakes/usage.ts";

async function setUp() {
  const ledger = memoryLedger();
  const lake = memoryLakeEvents();
  const time = { now: at("2026-11-23T12:00:00Z") };
  const deps = {
    ledger,
    lakeEvents: lake,
    rater: async () => stubRater,
    rules: noRules,
    clock: () => time.now,
    sha256,
  };
  await makeIngest(deps)([event()], sender);
  /** What the pipeline has merged: the lake has all of it, the ledger still has it too. */
  const merge = () => {
    for (const entry of ledger.entries.values()) lake.add(entry);
  };
  /** What 40 days do: the lake has all of it, the ledger none. */
  const grow40DaysOld = () => {
    merge();
    ledger.entries.clear();
    time.now = (time.now + 40 * dayMs) as Instant;
  };
  return { ledger, lake, adjust: makeAdjust(deps), explain: makeExplain(deps), merge, grow40DaysOld };
}

const request = (changes: Partial<AdjustmentRequest> = {}): AdjustmentRequest => ({
  requestId: "request-1",
  source: "gateway",
  id: "call-1",
  reason: "wrong team",
  change: { attribution: { team: "ads" } },
  ...changes,
});

const costs = (entries: readonly LedgerEntry[] | undefined) => entries?.map(({ cost }) => cost);

describe("an adjustment", () => {
  test("reverses what stands and books it anew, with keys of their own", async () => {
    const { ledger, adjust } = await setUp();
    const result = await adjust(request(), officer);
    expect(result).toMatchObject({
      status: "accepted",
      entries: [
        {
          kind: "adjustment",
          key: '["adjustment","gateway","call-1",1,"reversal"]',
          cost: -8_000_000_000n,
          requests: -1,
          attribution: { team: "search" },
          receivedAt: at("2026-11-23T12:00:00Z"),
          usageDate: "2026-11-20",
          adjustment: { number: 1, part: "reversal", requestId: "request-1", reason: "wrong team", by: "key-finops" },
        },
        {
          key: '["adjustment","gateway","call-1",1,"rebooking"]',
          cost: 8_000_000_000n,
          requests: 1,
          attribution: { team: "ads", feature: "answers" },
          adjustment: { number: 1, part: "rebooking" },
        },
      ],
    });
    expect(ledger.changes.map(({ entry }) => entry.cost)).toEqual([8_000_000_000n, -8_000_000_000n, 8_000_000_000n]);
  });

  test("of an adjusted event replaces the last state, under the next number", async () => {
    const { adjust, explain } = await setUp();
    await adjust(request(), officer);
    const second = { requestId: "request-2", change: { quantities: { text_output_tokens: 100 } } };
    const result = await adjust(request(second), officer);
    expect(result.status === "accepted" && result.entries.map(({ key }) => key)).toEqual([
      '["adjustment","gateway","call-1",2,"reversal"]',
      '["adjustment","gateway","call-1",2,"rebooking"]',
    ]);
    const history = await explain("gateway", "call-1");
    expect(history?.map(({ attribution }) => attribution.team)).toEqual(["search", "search", "ads", "ads", "ads"]);
    expect(costs(history)).toEqual([8_000_000_000n, -8_000_000_000n, 8_000_000_000n, -8_000_000_000n, 1_500_000_000n]);
  });

  test("that voids leaves nothing, and nothing to adjust", async () => {
    const { adjust, explain } = await setUp();
    const result = await adjust(request({ change: { void: true } }), officer);
    expect(result.status === "accepted" && costs(result.entries)).toEqual([-8_000_000_000n]);
    expect(await adjust(request({ requestId: "request-2" }), officer)).toEqual({
      status: "conflict",
      reason: "This event was voided: nothing of it stands that could be adjusted.",
    });
    expect(costs(await explain("gateway", "call-1"))).toEqual([8_000_000_000n, -8_000_000_000n]);
  });

  test("of an unknown event is not found, nor is one that was never merged", async () => {
    const { adjust, explain } = await setUp();
    expect(await adjust(request({ id: "call-9" }), officer)).toEqual({ status: "not_found" });
    expect(await explain("gateway", "call-9")).toBeUndefined();
  });

  test.each([
    ["", '""', 500],
    [" \n", String.raw`" \n"`, 500],
    ["x".repeat(501), "501 characters", 500],
  ])("with the reason %j is rejected", async (reason, found) => {
    const { ledger, adjust } = await setUp();
    expect(await adjust(request({ reason }), officer)).toEqual({
      status: "rejected",
      errors: [{ path: "reason", found, wanted: "why, in 1 to 500 characters" }],
    });
    expect(ledger.changes).toHaveLength(1);
  });

  test("may have a reason of 500 characters", async () => {
    const { adjust } = await setUp();
    expect(await adjust(request({ reason: "x".repeat(500) }), officer)).toMatchObject({ status: "accepted" });
  });

  test("with a price that fits no meter is rejected and writes nothing", async () => {
    const { ledger, adjust } = await setUp();
    const change = { unitPrices: { images: 1n as UnitPrice } };
    expect(await adjust(request({ change }), officer)).toMatchObject({
      status: "rejected",
      errors: [{ path: "correct.usd_per_million.images" }],
    });
    expect(ledger.changes).toHaveLength(1);
  });
});

describe("the same request again", () => {
  test("is a duplicate, whatever was adjusted since, and answers its own entries", async () => {
    const { ledger, adjust } = await setUp();
    const first = await adjust(request(), officer);
    await adjust(request({ requestId: "request-2", change: { void: true } }), officer);
    const again = await adjust(request(), officer);
    expect(again).toEqual({ ...first, status: "duplicate" });
    expect(ledger.changes).toHaveLength(4);
  });

  test("is known whatever the order of its fields", async () => {
    const { adjust } = await setUp();
    await adjust(request({ change: { requests: 3, attribution: { team: "ads", region: "apac" } } }), officer);
    const turned = request({ change: { attribution: { region: "apac", team: "ads" }, requests: 3 } });
    expect(await adjust(turned, officer)).toMatchObject({ status: "duplicate" });
  });

  test.each([
    { change: { void: true } as const },
    { change: { attribution: { team: "other" } } },
    { reason: "another reason" },
  ])("with %j is a conflict", async (changes) => {
    const { ledger, adjust } = await setUp();
    await adjust(request(), officer);
    expect(await adjust(request(changes), officer)).toEqual({
      status: "conflict",
      reason: "This request id was used for another adjustment of this event: choose a new one.",
    });
    expect(ledger.changes).toHaveLength(3);
  });

  test.each(["before", "after"] as const)("after the ledger failed %s writing counts once", async (fails) => {
    const { ledger, adjust } = await setUp();
    ledger.fails = fails;
    await expect(adjust(request(), officer)).rejects.toThrow(Unavailable);
    const again = await adjust(request(), officer);
    expect(again.status).toBe(fails === "after" ? "duplicate" : "accepted");
    expect(ledger.changes).toHaveLength(3);
  });
});

describe("competing requests", () => {
  test("the ledger takes the first, the other is told to look again", async () => {
    const { ledger, adjust } = await setUp();
    const results = await Promise.all([
      adjust(request(), officer),
      adjust(request({ requestId: "request-2", change: { void: true } }), officer),
    ]);
    expect(results).toMatchObject([
      { status: "accepted" },
      {
        status: "conflict",
        reason: "Another adjustment of this event came first: look at what stands now and ask again.",
      },
    ]);
    expect(ledger.changes).toHaveLength(3);
  });

  test("of the same request both are told what stands", async () => {
    const { ledger, adjust } = await setUp();
    const results = await Promise.all([adjust(request(), officer), adjust(request(), officer)]);
    expect(results.map(({ status }) => status)).toEqual(["accepted", "duplicate"]);
    expect(results[1]).toMatchObject({ entries: [{ cost: -8_000_000_000n }, { cost: 8_000_000_000n }] });
    expect(ledger.changes).toHaveLength(3);
  });

  test("an entry that the ledger cannot take is an outage", async () => {
    const { ledger, adjust } = await setUp();
    ledger.refused.add('["adjustment","gateway","call-1",1,"rebooking"]');
    await expect(adjust(request(), officer)).rejects.toThrow("ledger is unavailable");
    expect(ledger.changes).toHaveLength(1);
  });
});

const voids = (requestId: string) => request({ requestId, change: { void: true } });
const keysOf = (result: AdjustmentResult) => ("entries" in result ? result.entries.map(({ key }) => key) : []);

describe("an event that the live path no longer takes", () => {
  test("is found in the lake, and its entries go by the ledger as any other's", async () => {
    const { ledger, adjust, explain, grow40DaysOld } = await setUp();
    grow40DaysOld();
    const result = await adjust(request(), officer);
    expect(keysOf(result)).toEqual([
      '["adjustment","gateway","call-1",1,"reversal"]',
      '["adjustment","gateway","call-1",1,"rebooking"]',
    ]);
    expect([...ledger.entries.keys()]).toEqual(keysOf(result));
    expect(costs(await explain("gateway", "call-1"))).toEqual([8_000_000_000n, -8_000_000_000n, 8_000_000_000n]);
  });

  test("adjusted twice before the merge is adjusted twice: the second replaces what the first left", async () => {
    const { adjust, explain, grow40DaysOld } = await setUp();
    grow40DaysOld();
    await adjust(request({ change: { quantities: { text_output_tokens: 100 } } }), officer);
    expect(keysOf(await adjust(voids("request-2"), officer))).toEqual([
      '["adjustment","gateway","call-1",2,"reversal"]',
    ]);
    expect(costs(await explain("gateway", "call-1"))).toEqual([
      8_000_000_000n,
      -8_000_000_000n,
      1_500_000_000n,
      -1_500_000_000n,
    ]);
    expect(await adjust(request({ requestId: "request-3" }), officer)).toMatchObject({ status: "conflict" });
  });

  test("of two at a time the ledger takes one", async () => {
    const { ledger, adjust, grow40DaysOld } = await setUp();
    grow40DaysOld();
    const results = await Promise.all([adjust(request(), officer), adjust(voids("request-2"), officer)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["accepted", "conflict"]);
    expect(new Set([...ledger.entries.values()].map(({ adjustment }) => adjustment?.requestId)).size).toBe(1);
  });

  test("adjusted while the lake is asked is adjusted upon that", async () => {
    const { lake, adjust, grow40DaysOld } = await setUp();
    grow40DaysOld();
    lake.meanwhile = async () => void (await adjust(voids("request-2"), officer));
    expect(await adjust(request(), officer)).toMatchObject({
      status: "conflict",
      reason: expect.stringMatching("voided"),
    });
  });

  test.each(["before", "after"] as const)("counts once after the ledger failed %s writing", async (fails) => {
    const { ledger, adjust, explain, grow40DaysOld } = await setUp();
    grow40DaysOld();
    ledger.fails = fails;
    await expect(adjust(request(), officer)).rejects.toThrow(Unavailable);
    await adjust(request(), officer);
    expect(costs(await explain("gateway", "call-1"))).toEqual([8_000_000_000n, -8_000_000_000n, 8_000_000_000n]);
  });
});

describe("what was adjusted before", () => {
  type World = Awaited<ReturnType<typeof setUp>>;
  const places: [string, (world: World) => void][] = [
    ["in the ledger alone", () => undefined],
    ["in the ledger and in the lake", ({ merge }) => merge()],
    ["in the lake alone", ({ grow40DaysOld }) => grow40DaysOld()],
  ];
  const ages: [string, (world: World) => void][] = [
    ["a recent event", () => undefined],
    ["an old one", ({ grow40DaysOld }) => grow40DaysOld()],
  ];
  const cases = ages.flatMap(([age, grow]) => places.map(([place, put]) => [age, place, grow, put] as const));

  test.each(cases)("of %s, %s, stands: the next one has the next number", async (_, __, grow, put) => {
    const world = await setUp();
    grow(world);
    await world.adjust(request(), officer);
    put(world);
    const result = await world.adjust(voids("request-2"), officer);
    expect(result).toMatchObject({
      status: "accepted",
      entries: [{ key: '["adjustment","gateway","call-1",2,"reversal"]', attribution: { team: "ads" } }],
    });
    expect((await world.explain("gateway", "call-1"))?.map(({ adjustment }) => adjustment?.number)).toEqual([
      undefined,
      1,
      1,
      2,
    ]);
  });

  test.each(cases)("of %s, %s, is known when its request comes again", async (_, __, grow, put) => {
    const world = await setUp();
    grow(world);
    const first = await world.adjust(request(), officer);
    await world.adjust(voids("request-2"), officer);
    put(world);
    expect(await world.adjust(request(), officer)).toEqual({ ...first, status: "duplicate" });
    expect(await world.adjust(voids("request-2"), officer)).toMatchObject({ status: "duplicate" });
    expect(await world.adjust(voids("request-1"), officer)).toMatchObject({
      status: "conflict",
      reason: "This request id was used for another adjustment of this event: choose a new one.",
    });
    expect(world.ledger.changes).toHaveLength(4);
  });

  test.each([9, 10, 11, 20, 21])(
    "may be in the lake up to number %i, and in the ledger from there on",
    async (merged) => {
      const { adjust, explain, grow40DaysOld } = await setUp();
      grow40DaysOld();
      const move = async (number: number) => {
        const change = { attribution: { team: `team-${number}` } };
        const result = await adjust(request({ requestId: `request-${number}`, change }), officer);
        expect("entries" in result && result.entries[0]?.adjustment?.number).toBe(number);
      };
      for (let number = 1; number <= merged; number++) await move(number);
      grow40DaysOld();
      for (let number = merged + 1; number <= merged + 3; number++) await move(number);
      expect(await explain("gateway", "call-1")).toHaveLength(1 + 2 * (merged + 3));
    },
  );
});

test("an event adjusted two dozen times is read whole", async () => {
  const { adjust, explain } = await setUp();
  for (let i = 1; i <= 24; i++) {
    const change = { attribution: { team: `team-${i}` } };
    expect(await adjust(request({ requestId: `request-${i}`, change }), officer)).toMatchObject({ status: "accepted" });
  }
  const history = await explain("gateway", "call-1");
  expect(history).toHaveLength(49);
  expect(history?.at(-1)).toMatchObject({ attribution: { team: "team-24" }, adjustment: { number: 24 } });
});
