import { expect, test } from "vitest";
import { makeRater } from "#app/rater.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { CatalogFile } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import { anAudit } from "../fakes/audited.ts";
import { memoryPrices } from "../fakes/memory-stores.ts";
import { at, event } from "../fakes/usage.ts";

const start = at("2026-11-23T12:00:00Z");

const openai: CatalogFile = {
  provider: "openai",
  sources: {},
  models: {
    big: {
      cards: [
        {
          from: null,
          rates: [
            { meter: "uncached_input_tokens", tier: "standard", above: 0, usd_per_million: "5", source: "both" },
            { meter: "text_output_tokens", tier: "standard", above: 0, usd_per_million: "15", source: "both" },
          ],
        },
      ],
    },
  },
};

function setUp() {
  const prices = memoryPrices();
  const asked: string[] = [];
  const time = { now: start };
  const catalog = (provider: string) => {
    asked.push(provider);
    return provider === "openai" ? openai : undefined;
  };
  const rater = makeRater({ catalog, prices, clock: () => time.now });
  const elapsed = (ms: number) => {
    time.now = (start + ms) as Instant;
  };
  return { prices, asked, elapsed, rater };
}

const halfPrice = {
  provider: "openai",
  model: "*",
  meter: "*",
  tier: "*",
  discount_percent: "50",
  from: "2026-11-01",
  to: null,
  setAt: start,
  setBy: "key-finops",
} as const;

test("the catalogue is asked for when an event needs it", async () => {
  const { asked, rater } = setUp();
  const rate = await rater();
  expect(asked).toEqual([]);
  expect(rate(event()).cost).toBe(8_000_000_000n);
  expect(asked).toEqual(["openai"]);
});

test("the company's prices are read every ten seconds, and when the clock was set back", async () => {
  const { prices, elapsed, rater } = setUp();
  const readsAt = async (ms: number) => {
    elapsed(ms);
    await rater();
    return prices.reads;
  };
  expect([await readsAt(0), await readsAt(9_999), await readsAt(10_000)]).toEqual([1, 1, 2]);
  expect([await readsAt(9_999), await readsAt(10_000)]).toEqual([3, 3]);
});

test("a new price makes a new rater; unchanged prices keep the compiled one", async () => {
  const { prices, asked, elapsed, rater } = setUp();
  const first = await rater();
  first(event());
  elapsed(10_000);
  expect(await rater()).toBe(first);
  await prices.add({ ...halfPrice, id: "rate-1" }, anAudit);
  elapsed(19_999);
  expect((await rater())(event()).cost).toBe(8_000_000_000n);
  elapsed(20_000);
  expect((await rater())(event()).cost).toBe(4_000_000_000n);
  expect(asked).toEqual(["openai", "openai"]);
});

test("of overlapping prices the one set last holds", async () => {
  const { prices, rater } = setUp();
  await prices.add({ ...halfPrice, id: "rate-1" }, anAudit);
  await prices.add({ ...halfPrice, discount_percent: "75", id: "rate-2" }, anAudit);
  expect((await rater())(event()).cost).toBe(2_000_000_000n);
});

test("many who ask at once read once", async () => {
  const { prices, rater } = setUp();
  await Promise.all([rater(), rater(), rater()]);
  expect(prices.reads).toBe(1);
});

test("an outage of the store is told, and over when the store is back", async () => {
  const { prices, rater } = setUp();
  const list = prices.list;
  prices.list = async () => {
    throw new Unavailable("prices");
  };
  await expect(rater()).rejects.toThrow(Unavailable);
  prices.list = list;
  expect((await rater())(event()).cost).toBe(8_000_000_000n);
});
