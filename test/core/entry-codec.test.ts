import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEntry, encodeEntry } from "#core/entry-codec.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Meter, Quantities } from "#core/meters.ts";
import type { PicoUsd, UnitPrice } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import { anyEntry } from "../ports/any-entry.ts";
import { type ChargeRate, entryWith } from "../ports/sample-entry.ts";

const fixture = JSON.parse(readFileSync(new URL("../fixtures/entry.v1.json", import.meta.url), "utf8")) as unknown[];

const prices = {
  uncached: 3_000_000_000_000n,
  read: 300_000_000_000n,
  write: 3_750_000_000_000n,
  output: 15_000_000_000_000n,
};

/** Five meters at Anthropic's prices less 12.5 %, as a company with an agreement has them. */
function realisticUsage(): { quantities: Quantities; rates: readonly ChargeRate[] } {
  const quantities = {
    uncached_input_tokens: 12_345,
    cache_read_tokens: 154_321,
    cache_write_5m_tokens: 23_456,
    text_output_tokens: 4_321,
    reasoning_tokens: 1_234,
  };
  const list = [prices.uncached, prices.read, prices.write, prices.output, prices.output];
  const rates = (Object.entries(quantities) as [Meter, number][]).map(([meter, quantity], i) => {
    const listUnitPrice = (list[i] ?? 0n) as UnitPrice;
    const unitPrice = ((listUnitPrice * 7n) / 8n) as UnitPrice;
    return { meter, quantity, listUnitPrice, unitPrice, estimated: false, disputed: i === 1 };
  });
  return { quantities, rates };
}

function realistic(changed: Partial<LedgerEntry>): LedgerEntry {
  return entryWith({
    source: "https://api.example.com/services/checkout-assistant",
    id: "0b5b8a5e-6d0f-4f3e-9d6a-3f2b1c4d5e6f",
    provider: "anthropic",
    model: "claude-sonnet-4-5",
    requestedModel: "claude-sonnet-4-5-20250929",
    servingLocation: "us-east-1",
    responseId: "msg_01XFDUDYJgAACzvnptvVoYEL",
    contentHash: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
    keyId: "8f14e45f-ceea-467f-a8b8-1d3c5b6a7f90",
    attribution: {
      team: "payments-platform",
      feature: "checkout-assistant",
      environment: "production",
      region: "north-america",
      customer_tier: "enterprise",
      purpose: "customer_facing",
      customer_id: "cus_Nff3P8yQ2mT6xK",
    },
    tags: { release: "2026.11.3", experiment: "shorter-prompt", tenant: "acme-production" },
    ...realisticUsage(),
    ...changed,
  });
}

describe("a stored entry", () => {
  test("of version 1 stays readable, its costs computed again", () => {
    const entry = decodeEntry(JSON.stringify(fixture[0]));
    expect(entry).toEqual({
      v: 1,
      kind: "usage",
      key: '["checkout-service","0b5b8a5e-6d0f-4f3e-9d6a-3f2b1c4d5e6f"]',
      source: "checkout-service",
      id: "0b5b8a5e-6d0f-4f3e-9d6a-3f2b1c4d5e6f",
      contentHash: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
      time: 1_795_442_400_250,
      usageDate: "2026-11-23",
      bookedMonth: "2026-11",
      receivedAt: 1_795_442_401_000,
      keyId: "key_checkout",
      provider: "anthropic",
      model: "claude-sonnet-4-5",
      requestedModel: "claude-sonnet-4-5-20250929",
      serviceTier: "batch",
      speed: "standard",
      servingLocation: "us",
      requests: 1,
      quantities: { uncached_input_tokens: 1200, cache_read_tokens: 48_000, text_output_tokens: 350 },
      attribution: {
        team: "payments",
        feature: "fraud-review",
        environment: "production",
        region: "emea",
        customer_tier: "enterprise",
        purpose: "customer_facing",
        customer_id: "acme",
      },
      costClass: "cogs",
      tags: { ticket: "FIN-12" },
      responseId: "msg_01XFDUDYJgAACzvnptvVoYEL",
      charges: [
        {
          meter: "uncached_input_tokens",
          quantity: 1200,
          listUnitPrice: 1_500_000_000_000n,
          unitPrice: 1_350_000_000_000n,
          listCost: 1_800_000_000n,
          cost: 1_620_000_000n,
          estimated: false,
          disputed: false,
        },
        {
          meter: "cache_read_tokens",
          quantity: 48_000,
          listUnitPrice: 150_000_000_000n,
          unitPrice: 150_000_000_000n,
          listCost: 7_200_000_000n,
          cost: 7_200_000_000n,
          estimated: true,
          disputed: true,
        },
        {
          meter: "text_output_tokens",
          quantity: 350,
          listUnitPrice: 7_500_000_000_000n,
          unitPrice: 7_500_000_000_000n,
          listCost: 2_625_000_000n,
          cost: 2_625_000_000n,
          estimated: true,
          disputed: false,
        },
        {
          meter: "requests",
          quantity: 1,
          listUnitPrice: 500_000_000_000n,
          unitPrice: 500_000_000_000n,
          listCost: 500_000n,
          cost: 500_000n,
          estimated: false,
          disputed: false,
        },
      ],
      listCost: 11_625_500_000n,
      cost: 11_445_500_000n,
      priceStatus: "estimated",
      priceVersion: "2026-11-01",
      policyStatus: "ungoverned",
    });
  });

  test("of version 1 may be an unpriced reversal", () => {
    expect(decodeEntry(JSON.stringify(fixture[1]))).toEqual({
      v: 1,
      kind: "adjustment",
      key: '["adjustment","checkout-service","unknown-model",2,"reversal"]',
      source: "checkout-service",
      id: "unknown-model",
      contentHash: "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ",
      time: 1_793_491_199_999,
      usageDate: "2026-10-31",
      bookedMonth: "2026-11",
      receivedAt: 1_795_442_401_000,
      keyId: "key_ops",
      provider: "nobody",
      model: "nothing-1",
      requestedModel: "nothing-1",
      serviceTier: "standard",
      speed: "fast",
      requests: 3,
      quantities: { uncached_input_tokens: -7 },
      attribution: {
        team: "unallocated",
        feature: "unallocated",
        environment: "unallocated",
        region: "unallocated",
        customer_tier: "unallocated",
        purpose: "internal",
      },
      costClass: "g_and_a",
      tags: {},
      charges: [],
      listCost: null,
      cost: null,
      priceStatus: "unpriced",
      priceVersion: "",
      policyStatus: "unapproved",
      adjustment: { number: 2, part: "reversal", requestId: "request-9", reason: "sent twice", by: "key_ops" },
    });
  });

  test("of version 1 may say how its attribution came about, and what its sender believes it to have cost", () => {
    const w = { f: { t: "rule-1", i: "rule-2" }, o: { e: "staging" }, a: { f: "chat" }, u: { c: "gold" } };
    const entry = decodeEntry(
      JSON.stringify({ ...(fixture[0] as object), w: { ...w, p: "unlisted", c: "seats" }, x: "0.0125" }),
    );
    expect(entry.trace).toEqual({
      filledBy: { team: "rule-1", customer_id: "rule-2" },
      overridden: { environment: "staging" },
      aliased: { feature: "chat" },
      unregistered: { customer_tier: "gold" },
      policy: "unlisted",
      coveredBy: "seats",
    });
    expect(entry.senderCost).toBe(12_500_000_000n);
  });

  test("is read back as it was written", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
      }),
    );
  });

  test("keeps a tag named __proto__", () => {
    const tags = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    expect(Object.entries(decodeEntry(encodeEntry(entryWith({ tags }))).tags)).toEqual([["__proto__", "x"]]);
  });

  test("leaves out a trace that says nothing", () => {
    expect(encodeEntry(entryWith({ trace: {} }))).toBe(encodeEntry(entryWith({})));
  });

  test("normally fits one write unit of 1,024 bytes with its key", () => {
    const entry = realistic({});
    expect(Buffer.byteLength(encodeEntry(entry)) + Buffer.byteLength(entry.key)).toBeLessThanOrEqual(1_024);
  });

  test("fits one write unit with what rules and policies have decided, and what its sender believes it to cost", () => {
    const trace = {
      filledBy: { team: "gateway-payments", feature: "gateway-payments" },
      policy: "sonnet-in-production",
    };
    const entry = realistic({ trace, senderCost: 1_234_567_890n as PicoUsd });
    expect(Buffer.byteLength(encodeEntry(entry)) + Buffer.byteLength(entry.key)).toBeLessThanOrEqual(1_024);
  });

  test("fits 1,024 bytes with an id of 200 characters", () => {
    expect(Buffer.byteLength(encodeEntry(realistic({ id: "x".repeat(200) })))).toBeLessThanOrEqual(1_024);
  });

  test("of an unknown version, meter or price is not read", () => {
    const first = fixture[0] as object;
    expect(() => decodeEntry(JSON.stringify({ ...first, v: 2 }))).toThrow("version 2 is unknown");
    expect(() => decodeEntry(JSON.stringify({ ...first, u: { zz: 1 } }))).toThrow('no meter has the code "zz"');
    expect(() => decodeEntry(JSON.stringify({ ...first, c: [["ui", 1, "1e3", 0, 0]] }))).toThrow('"1e3" is no price');
    expect(() => decodeEntry(JSON.stringify({ ...first, x: "1e3" }))).toThrow('"1e3" is no amount');
  });
});

describe("a damaged stored entry is not read, and is named", () => {
  const first = fixture[0] as Record<string, unknown>;
  const named = 'stored entry ["checkout-service","0b5b8a5e-6d0f-4f3e-9d6a-3f2b1c4d5e6f"]: ';

  test.each<[string, unknown, string]>([
    ["t", "2026-11-23", 't is "2026-11-23", want a whole number'],
    ["r", undefined, "r is undefined, want a whole number"],
    ["h", 7, "h is 7, want text"],
    ["m", null, "m is null, want text"],
    ["d", 20_000, "d is 20000, want text"],
    ["n", 1.5, "n is 1.5, want a whole number"],
    ["u", [], "u is [], want an object"],
    ["u", { ui: "1200" }, 'u.ui is "1200", want a whole number'],
    ["a", ["payments"], 'a is ["payments"], want 6 or 7 texts'],
    ["g", "FIN-12", 'g is "FIN-12", want an object'],
    ["c", {}, "c is {}, want charges"],
    ["c", [["ui", "1", "1", 0, 0]], 'c is [["ui","1","1",0,0]], want charges'],
    ["w", { f: "rule" }, 'w is {"f":"rule"}, want a trace'],
    ["w", { f: { t: 1 } }, 'w is {"f":{"t":1}}, want a trace'],
    ["w", { p: 1 }, 'w is {"p":1}, want a trace'],
    ["x", 0.5, "x is 0.5, want text"],
    ["j", [1, "reversal"], 'j is [1,"reversal"], want an adjustment'],
  ])("%s: %j", (field, value, message) => {
    expect(() => decodeEntry(JSON.stringify({ ...first, [field]: value }))).toThrow(named + message);
  });

  test("by what it begins with, when its key cannot be read", () => {
    expect(() => decodeEntry('{"v":1,"s":"app","i')).toThrow('stored entry {"v":1,"s":"app","i');
    expect(() => decodeEntry('{"v":1,"s":"app"}')).toThrow('stored entry {"v":1,"s":"app"}: i is undefined, want text');
    expect(() => decodeEntry("null")).toThrow("stored entry null");
  });

  test("with its key when a price or meter of it is unknown", () => {
    expect(() => decodeEntry(JSON.stringify({ ...first, u: { zz: 1 } }))).toThrow(named);
    expect(() => decodeEntry(JSON.stringify({ ...first, c: [["ui", 1, "1e3", 0, 0]] }))).toThrow(named);
  });
});

describe("an entry is not stored", () => {
  const price = 5n as UnitPrice;
  const good = entryWith({
    rates: [
      { meter: "images", quantity: 2, listUnitPrice: price, unitPrice: price, estimated: false, disputed: false },
    ],
  });

  test.each<[string, Partial<LedgerEntry>]>([
    ["whose key is another event's", { key: '["other","id"]' }],
    ["whose cost is not the sum of its charges", { cost: 7n as LedgerEntry["cost"] }],
    ["that is unpriced and has a cost", { priceStatus: "unpriced" }],
    ["that is an adjustment of nothing", { kind: "adjustment" }],
    ["whose charge is not quantity times price", { charges: good.charges.map((c) => ({ ...c, quantity: 2_000_000 })) }],
  ])("%s", (_, changed) => {
    expect(() => encodeEntry({ ...good, ...changed })).toThrow("do not follow");
  });

  test("a usage date other than that of its time is kept", () => {
    const entry = { ...good, usageDate: "2026-01-02" as UsageDate };
    expect(decodeEntry(encodeEntry(entry)).usageDate).toBe("2026-01-02");
  });
});
