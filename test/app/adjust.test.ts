import { describe, expect, test } from "vitest";
import { type AdjustmentRequest, makeAdjust } from "#app/adjust.ts";
import { makeExplain } from "#app/explain.ts";
import { makeIngest } from "#app/ingest.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { UnitPrice } from "#core/money.ts";
import { dayMs, type Instant } from "#core/time.ts";
import { memoryLedger } from "../fakes/memory-ledger.ts";
import { memoryLanding, mergedLake } from "../fakes/memory-stores.ts";
import { at, event, officer, sender, sha256, stubRater } from "../fakes/usage.ts";

async function setUp() {
  const ledger = memoryLedger();
  const landing = memoryLanding();
  const lake: LedgerEntry[] = [];
  const time = { now: at("2026-11-23T12:00:00Z") };
  const lakeEvents = { find: (source: string, id: string) => mergedLake(landing, lake).find(source, id) };
  const deps = { ledger, landing, lakeEvents, rater: async () => stubRater, clock: () => time.now, sha256 };
  await makeIngest(deps)([event()], sender);
  /** The ledger forgets, the lake has it: what 40 days do. */
  const grow40DaysOld = () => {
    lake.push(...ledger.entries.values());
    ledger.entries.clear();
    time.now = (time.now + 40 * dayMs) as Instant;
  };
  return { ...deps, time, adjust: makeAdjust(deps), explain: makeExplain(deps), grow40DaysOld };
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

describe("days that the live path no longer takes", () => {
  test("the original is found in the lake, the entries go to the landing", async () => {
    const { ledger, landing, adjust, explain, grow40DaysOld } = await setUp();
    grow40DaysOld();
    const result = await adjust(request(), officer);
    expect(result.status === "accepted" && costs(result.entries)).toEqual([-8_000_000_000n, 8_000_000_000n]);
    expect(ledger.entries.size).toBe(0);
    const [rows] = landing.files.values();
    expect(rows?.map(({ entry, sequence, importId }) => [entry.key, sequence, importId])).toEqual([
      ['["adjustment","gateway","call-1",1,"reversal"]', "0", ""],
      ['["adjustment","gateway","call-1",1,"rebooking"]', "1", ""],
    ]);
    expect(costs(await explain("gateway", "call-1"))).toEqual([8_000_000_000n, -8_000_000_000n, 8_000_000_000n]);
    expect(await adjust(request(), officer)).toMatchObject({ status: "duplicate" });
  });

  test("the thirtieth day still goes by the ledger, the thirty-first does not", async () => {
    const { ledger, landing, time, adjust } = await setUp();
    time.now = at("2026-12-20T23:59:59.999Z");
    await adjust(request(), officer);
    expect(landing.files.size).toBe(0);
    time.now = at("2026-12-21T00:00:00Z");
    const result = await adjust(request({ requestId: "request-2" }), officer);
    expect(result.status === "accepted" && result.entries[0]?.adjustment?.number).toBe(2);
    expect(landing.files.size).toBe(1);
    expect(ledger.entries.size).toBe(3);
  });

  test("asked again before the merge it lands the same keys; two requests for one number do not hide each other", async () => {
    const { landing, lakeEvents, adjust, grow40DaysOld } = await setUp();
    grow40DaysOld();
    lakeEvents.find = (
      (find) => async (source, id) =>
        (await find(source, id)).filter(({ kind }) => kind === "usage")
    )(lakeEvents.find);
    await adjust(request(), officer);
    await adjust(request(), officer);
    expect(landing.files.size).toBe(1);
    await adjust(request({ requestId: "request-2" }), officer);
    await adjust(request({ requestId: "request-2", reason: "another" }), officer);
    expect(landing.files.size).toBe(3);
    const keys = [...landing.files.values()].flat().map(({ entry }) => entry.key);
    expect(new Set(keys).size).toBe(2);
  });

  test("a landing that cannot be written is an outage", async () => {
    const { landing, adjust, grow40DaysOld } = await setUp();
    grow40DaysOld();
    landing.fails = true;
    await expect(adjust(request(), officer)).rejects.toThrow("landing is unavailable");
  });

  test("where a void and a correction landed for one number, the number is the correction's", async () => {
    const { landing, adjust, explain, grow40DaysOld } = await setUp();
    grow40DaysOld();
    await adjust(request({ requestId: "voids", change: { void: true } }), officer);
    const [reversal] = [...landing.files.values()].flat();
    const files = new Map(landing.files);
    landing.files.clear();
    await adjust(request({ requestId: "corrects" }), officer);
    const rows = [...landing.files.values()].flat();
    landing.files.clear();
    for (const [name, file] of files) landing.files.set(name, file);
    landing.files.set("later", rows);
    const history = await explain("gateway", "call-1");
    expect(history?.map(({ adjustment }) => adjustment?.requestId)).toEqual([undefined, "voids", "corrects"]);
    expect(history?.[1]).toBe(reversal?.entry);
    expect(await adjust(request({ requestId: "corrects" }), officer)).toMatchObject({ status: "duplicate" });
    const result = await adjust(request({ requestId: "voids", change: { void: true } }), officer);
    expect(result.status === "accepted" && result.entries[0]?.key).toBe(
      '["adjustment","gateway","call-1",2,"reversal"]',
    );
  });
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
