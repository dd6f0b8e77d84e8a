import { describe, expect, test } from "vitest";
import { makeIngest } from "#app/ingest.ts";
import { Unavailable } from "#app/unavailable.ts";
import { eventKey } from "#core/event-key.ts";
import type { Instant } from "#core/time.ts";
import { noRules } from "../fakes/company-rules.ts";
import { memoryLedger } from "../fakes/memory-ledger.ts";
import { at, event, sender, sha256, stubRater } from "../fakes/usage.ts";

const now = at("2026-11-23T12:00:00Z");

function setUp() {
  const ledger = memoryLedger();
  const ingest = makeIngest({ ledger, rater: async () => stubRater, rules: noRules, clock: () => now, sha256 });
  return { ledger, ingest };
}

const key = eventKey("gateway", "call-1");

describe("taking an event", () => {
  test("it is priced, attributed and in the ledger", async () => {
    const { ledger, ingest } = setUp();
    const sent = event({ servingLocation: "eu", responseId: "resp-1", tags: { run: "a" }, model: "big-2026" });
    const results = await ingest([sent], sender);
    expect(results).toEqual([
      { id: "call-1", status: "accepted", cost: 8_000_000_000n, priceStatus: "priced", warnings: [], errors: [] },
    ]);
    expect(ledger.entries.get(key)).toEqual({
      v: 1,
      kind: "usage",
      key: '["gateway","call-1"]',
      source: "gateway",
      id: "call-1",
      contentHash: expect.stringMatching(/^[\w-]{43}$/),
      time: at("2026-11-20T10:00:00Z"),
      usageDate: "2026-11-20",
      bookedMonth: "2026-11",
      receivedAt: now,
      keyId: "key-1",
      provider: "openai",
      model: "big",
      requestedModel: "big-2026",
      serviceTier: "standard",
      speed: "standard",
      servingLocation: "eu",
      requests: 1,
      quantities: { uncached_input_tokens: 1_000, text_output_tokens: 200 },
      attribution: {
        team: "search",
        feature: "answers",
        environment: "production",
        region: "emea",
        customer_tier: "pro",
        purpose: "customer_facing",
      },
      costClass: "cogs",
      tags: { run: "a" },
      responseId: "resp-1",
      charges: [
        expect.objectContaining({ meter: "uncached_input_tokens", cost: 5_000_000_000n }),
        expect.objectContaining({ meter: "text_output_tokens", cost: 3_000_000_000n }),
      ],
      listCost: 8_000_000_000n,
      cost: 8_000_000_000n,
      priceStatus: "priced",
      priceVersion: "stub.1",
      policyStatus: "ungoverned",
    });
  });

  test("nobody's serving location and response id are not stored as undefined", async () => {
    const { ledger, ingest } = setUp();
    await ingest([event()], sender);
    const entry = ledger.entries.get(key);
    expect(Object.keys(entry ?? {})).not.toContain("servingLocation");
    expect(Object.keys(entry ?? {})).not.toContain("responseId");
  });

  test("the key's fixed attribution wins, with a warning; its default fills what is left out", async () => {
    const { ledger, ingest } = setUp();
    const attribution = {
      fixed: { environment: "development" },
      defaults: { team: "platform", region: "apac" },
    } as const;
    const { team: _, ...claimed } = event().claimed;
    const [result] = await ingest([event({ claimed })], { ...sender, attribution });
    expect(result?.warnings).toEqual(["attribution_overridden"]);
    expect(ledger.entries.get(key)?.attribution).toMatchObject({
      environment: "development",
      team: "platform",
      region: "emea",
    });
    expect(ledger.entries.get(key)?.costClass).toBe("rnd");
  });

  test("incomplete attribution is quarantined: kept, priced, and told what lacks", async () => {
    const { ledger, ingest } = setUp();
    const { team: _, region: __, ...claimed } = event().claimed;
    const [first] = await ingest([event({ claimed })], sender);
    const wanted = "a value, from the event or from the key it is sent with";
    const errors = [
      { path: "attribution.team", found: "nothing", wanted },
      { path: "attribution.region", found: "nothing", wanted },
    ];
    expect(first).toMatchObject({ status: "quarantined", cost: 8_000_000_000n, priceStatus: "priced", errors });
    expect(ledger.entries.get(key)?.attribution).toMatchObject({ team: "unallocated", region: "unallocated" });
    const [again] = await ingest([event({ claimed })], sender);
    expect(again).toMatchObject({ status: "duplicate", cost: 8_000_000_000n, errors });
  });

  test.each([
    ["openai", "unknown_model"],
    ["nobody", "unknown_provider"],
  ])("an unpriced event of %s is kept with cost null and the warning %s", async (provider, warning) => {
    const { ingest } = setUp();
    const [result] = await ingest([event({ provider, model: "gpt-4o-2099-01-01" })], sender);
    expect(result).toEqual({
      id: "call-1",
      status: "accepted",
      cost: null,
      priceStatus: "unpriced",
      warnings: [warning],
      errors: [],
    });
  });

  test("what rating warns of is passed on", async () => {
    const { ingest } = setUp();
    const [result] = await ingest([event({ quantitiesEstimated: true })], sender);
    expect(result).toMatchObject({ status: "accepted", priceStatus: "estimated", warnings: ["estimated_meter"] });
  });
});

describe("the window of the live path", () => {
  const beyond = (time: string) => event({ time: at(time) });

  test.each(["2026-10-24T12:00:00Z", "2026-11-23T12:15:00Z"])("%s is taken", async (time) => {
    const { ingest } = setUp();
    expect(await ingest([beyond(time)], sender)).toMatchObject([{ status: "accepted" }]);
  });

  test.each([
    [
      "2026-10-24T11:59:59.999Z",
      "a time not before 2026-10-24T12:00:00.000Z: older events go through POST /v1/imports",
    ],
    ["2026-11-23T12:15:00.001Z", "a time not after 2026-11-23T12:15:00.000Z, 15 minutes ahead of the server's clock"],
  ])("%s is rejected with what is wanted", async (time, wanted) => {
    const { ledger, ingest } = setUp();
    const results = await ingest([beyond(time), event({ id: "call-2" })], sender);
    expect(results).toMatchObject([
      {
        id: "call-1",
        status: "rejected",
        cost: null,
        priceStatus: null,
        errors: [{ path: "time", found: time, wanted }],
      },
      { id: "call-2", status: "accepted" },
    ]);
    expect([...ledger.entries.keys()]).toEqual(['["gateway","call-2"]']);
  });

  test("the ledger is not asked when nothing is left", async () => {
    const { ledger, ingest } = setUp();
    await ingest([beyond("1970-01-01T00:00:00Z")], sender);
    expect(await ingest([], sender)).toEqual([]);
    expect(ledger.appendedAtOnce).toEqual([]);
  });
});

describe("an event that was sent before", () => {
  test("the same is a duplicate and answers what stands, not what it would cost now", async () => {
    const { ledger, ingest } = setUp();
    await ingest([event()], sender);
    const dearer = makeIngest({
      ledger,
      rater: async () => (sent) => ({ ...stubRater(sent), cost: null, priceStatus: "unpriced", modelUnknown: true }),
      rules: noRules,
      clock: () => (now + 1_000) as Instant,
      sha256,
    });
    expect(await dearer([event()], sender)).toEqual([
      { id: "call-1", status: "duplicate", cost: 8_000_000_000n, priceStatus: "priced", warnings: [], errors: [] },
    ]);
    expect(ledger.entries.get(key)?.receivedAt).toBe(now);
  });

  test("sent with another key of other defaults it is still the same", async () => {
    const { ingest } = setUp();
    await ingest([event()], sender);
    const attribution = { fixed: { team: "other" }, defaults: { purpose: "internal" } } as const;
    expect(await ingest([event()], { ...sender, attribution })).toMatchObject([{ status: "duplicate" }]);
  });

  test("other content is a conflict and changes nothing", async () => {
    const { ledger, ingest } = setUp();
    await ingest([event()], sender);
    const before = ledger.entries.get(key);
    expect(await ingest([event({ requests: 2 })], sender)).toEqual([
      {
        id: "call-1",
        status: "conflict",
        cost: null,
        priceStatus: null,
        warnings: [],
        errors: [
          {
            path: "id",
            found: "call-1",
            wanted: "a new id, or the same content as before; what differs: requests",
          },
        ],
      },
    ]);
    expect(ledger.entries.get(key)).toBe(before);
  });
});

describe("an id twice in one batch", () => {
  test("the first goes in, the same again is a duplicate, another content a conflict; the ledger sees one", async () => {
    const { ledger, ingest } = setUp();
    const batch = [event(), event({ id: "call-2" }), event(), event({ model: "other" }), event({ id: "call-2" })];
    const results = await ingest(batch, sender);
    expect(results.map(({ status }) => status)).toEqual(["accepted", "accepted", "duplicate", "conflict", "duplicate"]);
    expect(results[2]?.cost).toBe(8_000_000_000n);
    expect(ledger.appendedAtOnce).toEqual([2]);
    expect(ledger.entries.size).toBe(2);
  });

  test("it is judged by what stood before, when the first is a conflict with it", async () => {
    const { ingest } = setUp();
    await ingest([event()], sender);
    const results = await ingest([event({ requests: 3 }), event({ requests: 3 }), event()], sender);
    expect(results.map(({ status }) => status)).toEqual(["conflict", "conflict", "duplicate"]);
  });

  test("it is unavailable when the first is", async () => {
    const { ledger, ingest } = setUp();
    ledger.refused.add(key);
    const results = await ingest([event(), event({ requests: 2 }), event({ id: "call-2" })], sender);
    expect(results.map(({ status }) => status)).toEqual(["unavailable", "unavailable", "accepted"]);
    expect(results[0]).toEqual({
      id: "call-1",
      status: "unavailable",
      cost: null,
      priceStatus: null,
      warnings: [],
      errors: [],
    });
  });
});

describe("when the ledger cannot be reached", () => {
  test.each(["before", "after"] as const)(
    "failing %s it wrote, nothing is acknowledged, and sending again counts once",
    async (fails) => {
      const { ledger, ingest } = setUp();
      ledger.fails = fails;
      const batch = [event(), event({ time: at("2020-01-01T00:00:00Z") }), event({ id: "call-2" })];
      const results = await ingest(batch, sender);
      expect(results.map(({ status }) => status)).toEqual(["unavailable", "rejected", "unavailable"]);
      const again = await ingest(batch, sender);
      expect(again.map(({ cost }) => cost)).toEqual([8_000_000_000n, null, 8_000_000_000n]);
      expect(ledger.changes).toHaveLength(2);
    },
  );

  test("a fault that is no outage is not taken for one", async () => {
    const { ledger, ingest } = setUp();
    ledger.append = async () => {
      throw new TypeError("a bug");
    };
    await expect(ingest([event()], sender)).rejects.toThrow("a bug");
  });

  test("prices that cannot be read are an outage of the whole request", async () => {
    const { ledger } = setUp();
    const rater = async () => {
      throw new Unavailable("prices");
    };
    const ingest = makeIngest({ ledger, rater, rules: noRules, clock: () => now, sha256 });
    await expect(ingest([event()], sender)).rejects.toThrow(Unavailable);
    expect(ledger.entries.size).toBe(0);
  });
});
