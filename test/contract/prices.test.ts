import { expect, test } from "vitest";
import { adjustment } from "#contract/adjustments.ts";
import { check } from "#contract/check.ts";
import { negotiatedRate } from "#contract/prices.ts";

const rate = { provider: "openai", model: "gpt-4o", meter: "reasoning_tokens", tier: "*", from: "2099-01-01" };
const wanted = 'a decimal string of USD per million units from 0 to 1000000000, at most 12 decimals, such as "2.5"';

function correction(price: string) {
  const usd_per_million = { reasoning_tokens: price };
  return { request_id: "r", source: "s", id: "i", reason: "w", correct: { usd_per_million } };
}

test.each(["1000000000.000000000001", "999999999999999999999999", "-1", "1e3"])(
  "%s USD per million is refused as a price and in a correction",
  (price) => {
    const found = JSON.stringify(price);
    const set = check(negotiatedRate, { ...rate, usd_per_million: price });
    expect(set).toEqual({ ok: false, errors: [{ path: "usd_per_million", found, wanted }] });
    const corrected = check(adjustment, correction(price));
    const path = "correct.usd_per_million.reasoning_tokens";
    expect(corrected).toEqual({ ok: false, errors: [{ path, found, wanted }] });
  },
);

test("a billion is taken", () => {
  expect(check(negotiatedRate, { ...rate, usd_per_million: "1000000000" }).ok).toBe(true);
  expect(check(adjustment, correction("1000000000")).ok).toBe(true);
});

test("a misspelt field of a price is refused: its end would be lost", () => {
  const result = check(negotiatedRate, { ...rate, usd_per_million: "1", until: "2099-12-31" });
  expect(result.ok ? [] : result.errors).toMatchObject([{ path: "until", found: '"2099-12-31"' }]);
});
