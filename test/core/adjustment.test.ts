import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AdjustmentOrder, type Correction, rebookingOf, reversalOf } from "#core/adjustment.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { costOf, parseUnitPrice, type UnitPrice } from "#core/money.ts";
import type { Rater } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { cellsOf } from "#core/spend-cell.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { entriesOf } from "../fakes/entries.ts";
import { at, event, stubRater } from "../fakes/usage.ts";
import { catalog } from "./rating-catalog.ts";

const sent = event({ servingLocation: "eu", responseId: "resp-1", tags: { run: "a" }, model: "big-2026", requests: 2 });
const [original] = (await entriesOf([sent])) as [LedgerEntry];
const [unpriced] = (await entriesOf([event({ model: "small" })])) as [LedgerEntry];

const order: AdjustmentOrder = {
  number: 1,
  requestId: "request-1",
  reason: "wrong team",
  by: "key-finops",
  contentHash: "hash-of-request",
  receivedAt: at("2026-11-23T12:00:00Z"),
};

const { compiled: undecided } = rulesOf();

const price = (text: string) => parseUnitPrice(text) as UnitPrice;

function rebooked(correction: Correction, state = original, rate: Rater = stubRater): LedgerEntry {
  const result = rebookingOf(state, correction, order, { rate, rules: undecided });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.entry;
}

function refusal(correction: Correction, state = original) {
  const result = rebookingOf(state, correction, order, { rate: stubRater, rules: undecided });
  return result.ok ? undefined : result.errors;
}

describe("a reversal", () => {
  test("takes back what stands, and says who asked, when and why", () => {
    expect(reversalOf(original, order)).toEqual({
      ...original,
      kind: "adjustment",
      key: '["adjustment","gateway","call-1",1,"reversal"]',
      contentHash: "hash-of-request",
      receivedAt: at("2026-11-23T12:00:00Z"),
      keyId: "key-finops",
      requests: -2,
      quantities: { uncached_input_tokens: -1_000, text_output_tokens: -200 },
      charges: [
        { ...original.charges[0], quantity: -1_000, listCost: -5_000_000_000n, cost: -5_000_000_000n },
        { ...original.charges[1], quantity: -200, listCost: -3_000_000_000n, cost: -3_000_000_000n },
      ],
      listCost: -8_000_000_000n,
      cost: -8_000_000_000n,
      adjustment: { number: 1, part: "reversal", requestId: "request-1", reason: "wrong team", by: "key-finops" },
    });
  });

  test("of an unpriced event has no cost either", () => {
    expect(reversalOf(unpriced, order)).toMatchObject({ cost: null, listCost: null, charges: [], requests: -1 });
  });

  test("of nothing is nothing, not minus nothing", () => {
    const { quantities } = reversalOf({ ...original, quantities: { images: 0 } }, order);
    expect(Object.is(quantities.images, 0)).toBe(true);
  });

  test("leaves no money, calls or tokens in the cell, whatever stood there", () => {
    const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(count, count, fc.boolean(), (input, output, known) => {
        const quantities = { uncached_input_tokens: input, text_output_tokens: output };
        const state = rebooked({ quantities, model: known ? "big" : "small" });
        const [cell, ...others] = cellsOf([state, reversalOf(state, { ...order, number: 2 })]);
        expect(others).toEqual([]);
        expect(cell?.sums).toMatchObject({ cost: 0n, listCost: 0n, requests: 0n, entries: 2n });
        expect(Object.values(cell?.sums.quantities ?? {}).every((sum) => sum === 0n)).toBe(true);
      }),
    );
  });
});

describe("a rebooking", () => {
  test("of who it is for: the price stays, though rates have changed; the cost class follows", () => {
    const never: Rater = () => {
      throw new Error("rated again");
    };
    expect(
      rebooked({ attribution: { team: "ads", purpose: "internal", customer_id: "c-9" } }, original, never),
    ).toEqual({
      ...original,
      kind: "adjustment",
      key: '["adjustment","gateway","call-1",1,"rebooking"]',
      contentHash: "hash-of-request",
      receivedAt: at("2026-11-23T12:00:00Z"),
      keyId: "key-finops",
      attribution: { ...original.attribution, team: "ads", purpose: "internal", customer_id: "c-9" },
      costClass: "g_and_a",
      adjustment: { number: 1, part: "rebooking", requestId: "request-1", reason: "wrong team", by: "key-finops" },
    });
  });

  test("fills what was unallocated and leaves the rest", async () => {
    const { team: _, region: __, ...claimed } = sent.claimed;
    const [state] = (await entriesOf([{ ...sent, claimed }])) as [LedgerEntry];
    expect(rebooked({ attribution: { team: "ads" } }, state).attribution).toEqual({
      ...original.attribution,
      team: "ads",
      region: "unallocated",
    });
  });

  test("of anything else is rated again at the time of the original, by the names it was priced under", () => {
    let rated: UsageEvent | undefined;
    rebooked({ requests: 4 }, original, (asked) => {
      rated = asked;
      return stubRater(asked);
    });
    expect(rated).toEqual({ ...sent, model: "big", requests: 4, claimed: {} });
  });

  test("says nothing of a serving location or a response id that nobody told", async () => {
    const [state] = (await entriesOf([event()])) as [LedgerEntry];
    let rated: object = {};
    rebooked({ requests: 4 }, state, (asked) => {
      rated = asked;
      return stubRater(asked);
    });
    expect(Object.keys(rated)).not.toContain("servingLocation");
    expect(Object.keys(rated)).not.toContain("responseId");
  });

  test.each<[Correction, Partial<LedgerEntry>]>([
    [
      { quantities: { uncached_input_tokens: 10 } },
      { cost: 50_000_000n as never, listCost: 50_000_000n as never, quantities: { uncached_input_tokens: 10 } },
    ],
    [{ requests: 7 }, { requests: 7, cost: original.cost }],
    [
      { serviceTier: "batch" },
      { serviceTier: "batch", cost: 4_000_000_000n as never, listCost: 8_000_000_000n as never },
    ],
    [{ provider: "azure" }, { provider: "azure", model: "big", requestedModel: "big-2026" }],
    [
      { model: "small" },
      {
        model: "small",
        requestedModel: "small",
        cost: null,
        listCost: null,
        charges: [],
        priceStatus: "unpriced",
        priceVersion: "",
      },
    ],
    [{ model: "big" }, { model: "big", requestedModel: "big", priceVersion: "stub.1", priceStatus: "priced" }],
    [
      { attribution: { team: "ads" }, requests: 3 },
      { requests: 3, attribution: { ...original.attribution, team: "ads" } },
    ],
  ])("%j", (correction, expected) => {
    const entry = rebooked(correction);
    expect(entry).toMatchObject(expected);
    expect(entry).toMatchObject({
      time: original.time,
      usageDate: "2026-11-20",
      tags: { run: "a" },
      responseId: "resp-1",
    });
  });

  test("with nothing to correct prices anew: a rate that came late", () => {
    const late: Rater = (sent) => stubRater(sent.model === "small" ? { ...sent, model: "big" } : sent);
    expect(rebooked({}, unpriced, late)).toMatchObject({ cost: 8_000_000_000n, model: "big", requestedModel: "small" });
  });

  test.each([
    ["openrouter", "anthropic/claude", 3_000_000_000_000n],
    ["openrouter", "openrouter/anthropic/claude", 3_000_000_000_000n],
    ["litellm", "groq/openai/gpt-oss", 150_000_000_000n],
    ["azure", "openai/plain", null],
    ["google", "claude-20251101", 5_000_000_000_000n],
  ])(
    "of usage that came by %s as %s prices what it was priced as, and keeps the name sent",
    (provider, model, cost) => {
      const rate = makeCoreRater((name) => catalog[name], []);
      const quantities = { uncached_input_tokens: 1_000_000 };
      const { modelUnknown: _, warnings: __, ...rated } = rate(event({ provider, model, quantities }));
      const state: LedgerEntry = { ...original, ...rated, requestedModel: model, quantities };
      const entry = rebooked({ requests: 1 }, state, rate);
      expect(entry).toMatchObject({ cost, provider: state.provider, model: state.model, requestedModel: model });
    },
  );

  test("of guessed quantities stays estimated until they are corrected", async () => {
    const [guessed] = (await entriesOf([event({ quantitiesEstimated: true })])) as [LedgerEntry];
    expect(rebooked({ requests: 2 }, guessed).priceStatus).toBe("estimated");
    const { trace: _, ...byRate } = guessed;
    expect(byRate.charges.every(({ estimated }) => estimated)).toBe(true);
    // Estimated because a tier had no rate: by rates that have it, it is so no more.
    expect(rebooked({ requests: 2 }, byRate).priceStatus).toBe("priced");
    expect(rebooked({ quantities: guessed.quantities }, guessed).priceStatus).toBe("priced");
    expect(rebooked({ model: "big" }, unpriced).priceStatus).toBe("priced");
  });
});

describe("prices that a person gives", () => {
  test("stand in place of those of the rates; list prices stay", () => {
    const entry = rebooked({ unitPrices: { text_output_tokens: price("10") } });
    expect(entry).toMatchObject({
      cost: 7_000_000_000n,
      listCost: 8_000_000_000n,
      priceStatus: "priced",
      priceVersion: "stub.1+given",
      charges: [
        { meter: "uncached_input_tokens", cost: 5_000_000_000n },
        {
          meter: "text_output_tokens",
          quantity: 200,
          listUnitPrice: price("15"),
          unitPrice: price("10"),
          listCost: 3_000_000_000n,
          cost: 2_000_000_000n,
          estimated: false,
          disputed: false,
        },
      ],
    });
  });

  test("price what has no rates, each of its meters; calls may have a price too", () => {
    const unitPrices = {
      uncached_input_tokens: price("1"),
      text_output_tokens: price("2"),
      requests: price("3000000"),
    };
    const entry = rebooked({ unitPrices }, { ...unpriced, requests: 2 });
    expect(entry).toMatchObject({
      model: "small",
      cost: 6_001_400_000_000n,
      listCost: 6_001_400_000_000n,
      priceStatus: "priced",
      priceVersion: "given",
    });
    expect(entry.charges.map(({ meter, quantity, listUnitPrice }) => [meter, quantity, listUnitPrice])).toEqual([
      ["uncached_input_tokens", 1_000, price("1")],
      ["text_output_tokens", 200, price("2")],
      ["requests", 2, price("3000000")],
    ]);
  });

  test("must be there for each meter of an event without rates", () => {
    expect(refusal({ unitPrices: { uncached_input_tokens: price("1") } }, unpriced)).toEqual([
      {
        path: "correct.usd_per_million.text_output_tokens",
        found: "nothing",
        wanted: "a price for each meter: the event has no rates",
      },
    ]);
  });

  test("must be of meters that the event counts", () => {
    expect(refusal({ unitPrices: { images: price("2.5"), uncached_input_tokens: price("1") } })).toEqual([
      { path: "correct.usd_per_million.images", found: "2.5", wanted: "a meter that the event counts" },
    ]);
    const quantities = { uncached_input_tokens: 5, text_output_tokens: 0 };
    expect(refusal({ quantities, unitPrices: { text_output_tokens: price("1") } })).toMatchObject([
      { path: "correct.usd_per_million.text_output_tokens" },
    ]);
  });

  test("may be zero", () => {
    const unitPrices = { uncached_input_tokens: price("0"), text_output_tokens: price("0") };
    expect(rebooked({ unitPrices })).toMatchObject({ cost: 0n, listCost: 8_000_000_000n });
  });

  test("of guessed quantities are estimates, as are the other charges", async () => {
    const [guessed] = (await entriesOf([event({ quantitiesEstimated: true })])) as [LedgerEntry];
    const entry = rebooked({ unitPrices: { text_output_tokens: price("10") } }, guessed);
    expect(entry.priceStatus).toBe("estimated");
    expect(entry.charges.map(({ estimated }) => estimated)).toEqual([true, true]);
  });

  test("of one meter take a dispute or an estimate off that meter alone", () => {
    const doubtful: Rater = (asked) => {
      const rated = stubRater(asked);
      const charges = rated.charges.map((charge) => ({ ...charge, estimated: true, disputed: true }));
      return { ...rated, charges, priceStatus: "estimated", warnings: ["disputed_rate"] };
    };
    const one = rebooked({ unitPrices: { text_output_tokens: price("10") } }, original, doubtful);
    expect(one.priceStatus).toBe("estimated");
    expect(one.charges.map(({ estimated, disputed }) => [estimated, disputed])).toEqual([
      [true, true],
      [false, false],
    ]);
    const unitPrices = { uncached_input_tokens: price("5"), text_output_tokens: price("10") };
    expect(rebooked({ unitPrices }, original, doubtful).priceStatus).toBe("priced");
  });

  test("make a cost that is the sum of its charges, each rounded once", () => {
    const someprice = fc.bigInt({ min: 0n, max: 10n ** 15n });
    const count = fc.integer({ min: 1, max: 10 ** 9 });
    fc.assert(
      fc.property(someprice, someprice, count, count, (a, b, input, output) => {
        const entry = rebooked({
          quantities: { uncached_input_tokens: input, text_output_tokens: output },
          unitPrices: { uncached_input_tokens: a as UnitPrice, text_output_tokens: b as UnitPrice },
        });
        expect(entry.cost).toBe(costOf(BigInt(input), a as UnitPrice) + costOf(BigInt(output), b as UnitPrice));
      }),
    );
  });
});
