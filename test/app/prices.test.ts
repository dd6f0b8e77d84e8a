import { describe, expect, test } from "vitest";
import { makeListPrices, makeSetPrice } from "#app/prices.ts";
import type { NegotiatedRate } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { anEvent, catalog as small } from "../core/rating-catalog.ts";
import { memoryPrices } from "../fakes/memory-stores.ts";
import { at, officer } from "../fakes/usage.ts";

const catalog = (provider: string) => small[provider];

const rate: NegotiatedRate = {
  provider: "openai",
  model: "plain",
  meter: "text_output_tokens",
  tier: "*",
  usd_per_million: "12.5",
  from: "2026-11-24",
  to: null,
};

function setUp(now = "2026-11-23T12:00:00Z") {
  const prices = memoryPrices();
  let ids = 0;
  const setPrice = makeSetPrice({ prices, catalog, clock: () => at(now), newId: () => `rate-${++ids}` });
  const set = (changes: Partial<NegotiatedRate>) => setPrice({ ...rate, ...changes }, officer);
  const restate = (changes: Partial<NegotiatedRate>) => setPrice({ ...rate, ...changes }, officer, "restatement");
  return { set, restate, audits: prices.audits, list: makeListPrices({ prices }) };
}

/** The rate with a discount in place of its price. */
function discounted(discount_percent: string): NegotiatedRate {
  const { usd_per_million: _, ...others } = rate;
  return { ...others, discount_percent };
}

const errorsOf = async (set: ReturnType<typeof setUp>["set"], changes: Partial<NegotiatedRate>) => {
  const result = await set(changes);
  return result.status === "rejected" ? result.errors : [];
};

test("a price is kept with who set it and when, in the order set", async () => {
  const { set, list } = setUp();
  const first = await set({ provider: "OpenAI", note: "contract 7" });
  const stored = { id: "rate-1", setAt: at("2026-11-23T12:00:00Z"), setBy: "key-finops", note: "contract 7" };
  expect(first).toEqual({ status: "accepted", rate: { ...rate, ...stored }, modelKnown: true });
  await set({ from: "2027-01-01", to: "2027-01-01" });
  expect((await list()).map(({ id, from, to }) => [id, from, to])).toEqual([
    ["rate-1", "2026-11-24", null],
    ["rate-2", "2027-01-01", "2027-01-01"],
  ]);
});

test("a price that is set is audited, one that is refused is not", async () => {
  const { set, restate, audits } = setUp();
  await set({ note: "contract 7" });
  await set({ from: "2026-11-23" });
  await restate({ from: "2026-11-01" });
  const to = '{"provider":"openai","model":"plain","meter":"text_output_tokens","tier":"*","usd_per_million":"12.5"';
  expect(audits).toEqual([
    {
      ...{ at: at("2026-11-23T12:00:00Z"), by: "key-finops", action: "price.set", subject: "price/rate-1", from: null },
      ...{ to: `${to},"from":"2026-11-24","to":null,"note":"contract 7"}`, reason: "contract 7" },
    },
    {
      ...{ at: at("2026-11-23T12:00:00Z"), by: "key-finops", action: "price.restate", subject: "price/rate-2" },
      ...{ from: null, to: `${to},"from":"2026-11-01","to":null}`, reason: "" },
    },
  ]);
});

describe("the names of a price", () => {
  test.each([
    ["openai", "plain-2026-01-01", "openai", "plain"],
    ["OpenAI", "openai/plain", "openai", "plain"],
    ["google", "claude-20251101", "gcp.vertex_ai", "claude@20251101"],
  ])("%s %s is kept as %s %s, by which usage is priced", async (provider, model, keptProvider, keptModel) => {
    const { set } = setUp();
    expect(await set({ provider, model })).toMatchObject({
      status: "accepted",
      rate: { provider: keptProvider, model: keptModel },
      modelKnown: true,
    });
  });

  test("usage under any name of the model has the price that was set under another", async () => {
    const { set, list } = setUp();
    await set({ model: "plain-2026-01-01" });
    const later = makeCoreRater(catalog, await list());
    const sent = { time: at("2026-11-24T00:00:00Z"), quantities: { text_output_tokens: 1_000_000 } };
    for (const model of ["plain", "plain-2026-01-01", "openai/plain"]) {
      expect(later(anEvent({ ...sent, provider: "openai", model })).cost).toBe(12_500_000_000_000n);
    }
  });

  test("a model that nobody publishes is taken as it is named, and the answer says so", async () => {
    expect(await setUp().set({ provider: "OpenAI", model: "our-tuned-one" })).toMatchObject({
      status: "accepted",
      rate: { provider: "openai", model: "our-tuned-one" },
      modelKnown: false,
    });
  });

  test.each(["our-llama", "*"])(
    "a provider of the company's own is taken, and said to be known to nobody: %s",
    async (model) => {
      expect(await setUp().set({ provider: "our-cluster", model, meter: "text_output_tokens" })).toMatchObject({
        rate: { provider: "our-cluster", model },
        modelKnown: false,
      });
    },
  );

  test("every model of a provider is no unknown one", async () => {
    expect(await setUp().set({ provider: "OpenAI", model: "*" })).toMatchObject({
      rate: { provider: "openai", model: "*" },
      modelKnown: true,
    });
  });
});

describe("from when a price holds", () => {
  test.each([
    ["2026-11-23T12:00:00Z", "2026-11-24"],
    // 60 s for raters to hear of it, 15 minutes that an event may be ahead.
    ["2026-11-23T23:44:00Z", "2026-11-24"],
    ["2026-11-23T23:44:00.001Z", "2026-11-25"],
    ["2026-11-24T00:00:00Z", "2026-11-25"],
    ["2026-12-31T23:59:30Z", "2027-01-02"],
  ])("at %s from %s at the earliest", async (now, earliest) => {
    const { set } = setUp(now);
    expect(await set({ from: earliest })).toMatchObject({ status: "accepted" });
    const dayBefore = new Date(Date.parse(earliest) - 86_400_000).toISOString().slice(0, 10);
    expect(await errorsOf(set, { from: dayBefore })).toEqual([
      {
        path: "from",
        found: `"${dayBefore}"`,
        wanted: `a UTC day, ${earliest} or later: what has begun keeps its price, and changes by a restatement`,
      },
    ]);
  });

  test("a restatement may begin on any day", async () => {
    const { restate, list } = setUp();
    for (const from of ["2020-01-01", "2026-11-23", "2027-01-01"]) {
      expect(await restate({ from })).toMatchObject({ status: "accepted", rate: { from } });
    }
    expect(await restate({ from: "2026-02-30" })).toMatchObject({ status: "rejected", errors: [{ path: "from" }] });
    expect(await list()).toHaveLength(3);
  });

  test("what is no day is refused", async () => {
    const { set } = setUp();
    expect(await errorsOf(set, { from: "2027-02-30" })).toMatchObject([{ path: "from", found: '"2027-02-30"' }]);
  });
});

describe("a price that cannot be", () => {
  test.each([
    [{ to: "2026-11-23" }, { path: "to", found: '"2026-11-23"', wanted: "a UTC day not before `from`, or null" }],
    [{ to: "2027-99-01" }, { path: "to", found: '"2027-99-01"' }],
    [
      { discount_percent: "5" },
      { path: "usd_per_million", found: "both", wanted: "exactly one of `usd_per_million` or `discount_percent`" },
    ],
    [
      { usd_per_million: "-1" },
      {
        path: "usd_per_million",
        found: '"-1"',
        wanted: "a decimal string of USD per million units with at most 12 decimals, from 0 to 1000000000",
      },
    ],
    [
      { meter: "*" as const },
      { path: "meter", found: '"*"', wanted: "one meter: a price is of one meter, a discount may be of all" },
    ],
  ])("%j is refused", async (changes, error) => {
    const { set, list } = setUp();
    expect(await errorsOf(set, changes)).toMatchObject([error]);
    expect(await list()).toEqual([]);
  });

  test("neither a price nor a discount is refused", async () => {
    const { usd_per_million: _, ...neither } = rate;
    const prices = memoryPrices();
    const setPrice = makeSetPrice({ prices, catalog, clock: () => at("2026-11-23T12:00:00Z"), newId: () => "rate-1" });
    expect(await setPrice(neither, officer)).toMatchObject({
      status: "rejected",
      errors: [{ path: "usd_per_million", found: "neither" }],
    });
    const ok = ["0", "100", "12.5", "7.123456", "99.999999"];
    for (const percent of ok) {
      expect(await setPrice({ ...discounted(percent), meter: "*" }, officer)).toMatchObject({ status: "accepted" });
    }
    const wanted = 'percent off the list price, from "0" to "100", with at most 6 decimals';
    for (const percent of ["100.1", "101", "-1", "1.1234567", "a5", "5%", "", "100x"]) {
      expect(await setPrice(discounted(percent), officer)).toEqual({
        status: "rejected",
        errors: [{ path: "discount_percent", found: JSON.stringify(percent), wanted }],
      });
    }
  });

  test("all that is wrong is told at once; long text is cut", async () => {
    const { set } = setUp();
    const errors = await errorsOf(set, { from: "x".repeat(300), to: "", usd_per_million: "free" });
    expect(errors.map(({ path }) => path)).toEqual(["from", "to", "usd_per_million"]);
    expect(errors[0]?.found).toHaveLength(100);
  });
});
