import { describe, expect, test } from "vitest";
import type { FixedCost } from "#core/config.ts";
import { atNoCost, compileCovers } from "#core/covered-sources.ts";
import type { UsageDate } from "#core/time.ts";
import { event, stubRater } from "../fakes/usage.ts";

const day = (text: string) => text as UsageDate;
const seats: FixedCost = {
  ...{ id: "seats", vendor: "cursor", team: "platform", cost_class: "rnd", usd_per_month: "400" },
  ...{ from: day("2026-11-01"), to: day("2026-11-30"), covers: ["cursor/*", "otlp/claude-code"] },
};

test.each([
  ["cursor/eu", "2026-11-01", "seats"],
  ["otlp/claude-code", "2026-11-30", "seats"],
  ["cursor/eu", "2026-10-31", undefined],
  ["cursor/eu", "2026-12-01", "later"],
  ["gateway", "2026-11-15", undefined],
])("%s on %s is paid by %s", (source, date, id) => {
  const none = { ...seats, id: "none", covers: [] };
  const { to: _, ...open } = { ...seats, id: "later", from: day("2026-11-20") };
  expect(compileCovers([none, seats, open])(source, day(date))).toBe(id);
});

describe("usage that something else pays", () => {
  test("keeps its list cost and costs nothing", () => {
    expect(atNoCost(stubRater(event()))).toMatchObject({
      ...{ cost: 0n, listCost: 8_000_000_000n, priceStatus: "priced" },
      charges: [
        { meter: "uncached_input_tokens", unitPrice: 0n, cost: 0n, listCost: 5_000_000_000n },
        { meter: "text_output_tokens", unitPrice: 0n, cost: 0n, listCost: 3_000_000_000n },
      ],
    });
  });

  test("stays unpriced where nobody knows its list cost", () => {
    const unpriced = stubRater(event({ model: "small" }));
    expect(atNoCost(unpriced)).toEqual(unpriced);
  });
});
