import { expect, test } from "vitest";
import { agreeingParts } from "#core/forecast/agreeing-parts.ts";
import type { Expected } from "#core/forecast/forecast-daily.ts";

const expected = (mean: number): Expected => ({
  ...{ mean, p50: mean, p025: mean / 4, p10: mean / 2 },
  ...{ p90: mean * 2, p975: mean * 4 },
});

test("parts are moved in proportion to add up to their total, each with its intervals", () => {
  expect(agreeingParts([expected(30), expected(50), expected(0)], expected(100))).toEqual([
    expected(37.5),
    expected(62.5),
    expected(0),
  ]);
});

test("parts that expect nothing stay so, whatever the total", () => {
  expect(agreeingParts([expected(0), expected(0)], expected(7))).toEqual([expected(0), expected(0)]);
  expect(agreeingParts([], expected(7))).toEqual([]);
});
