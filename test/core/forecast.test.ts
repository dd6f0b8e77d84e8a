import { describe, expect, test } from "vitest";
import { CONFIDENCE_REASONS } from "#core/forecast/confidence.ts";
import { type Expected, forecastDaily, forecastMeans } from "#core/forecast/forecast-daily.ts";

const days = (count: number, cost: (day: number) => number): number[] =>
  Array.from({ length: count }, (_, t) => cost(t));
const rounded = (values: readonly number[], digits = 2): number[] =>
  values.map((value) => Number(value.toFixed(digits)));
const reasonsOf = (history: readonly (number | null)[]) => forecastDaily(history, 30).confidence;
const week = [10, 12, 12, 11, 9, 2, 1];
const weekly = (day: number): number => week[day % 7] as number;
/** ±10 %, not in step with the week. */
const wobble = (day: number): number => 1 + 0.1 * Math.sin(day * 1.7);
const flat = { mean: 5, p025: 5, p10: 5, p50: 5, p90: 5, p975: 5 };

describe("what is expected", () => {
  test("of a week that repeats is that week", () => {
    expect(rounded(forecastMeans(days(91, weekly), 8))).toEqual([...week, 10]);
  });

  test("of a constant is that constant, with nothing around it, and with high confidence", () => {
    const {
      days: ahead,
      totals,
      growthPerWeek,
      confidence,
    } = forecastDaily(
      days(90, () => 5),
      90,
    );
    expect(ahead.map((day) => rounded(Object.values(day)))).toEqual(days(90, () => 0).map(() => Object.values(flat)));
    expect(totals[89]?.mean).toBeCloseTo(450);
    expect(growthPerWeek).toBe(0);
    expect(confidence).toEqual({ level: "high", reasons: [] });
  });

  test("of a steady growth of 8 % a week is growth, damped", () => {
    const history = days(90, (day) => weekly(day) * 1.08 ** (day / 7));
    const { growthPerWeek, confidence, totals } = forecastDaily(history, 90);
    expect(growthPerWeek).toBeCloseTo(0.08, 6);
    expect(confidence.level).toBe("medium");
    expect(confidence.reasons).toContain("growth");
    const ifNotDamped = (horizon: number) =>
      days(horizon, (day) => weekly(90 + day) * 1.08 ** ((90 + day) / 7)).reduce((sum, cost) => sum + cost, 0);
    expect((totals[29] as Expected).mean / ifNotDamped(30)).toBeGreaterThan(0.96);
    expect((totals[29] as Expected).mean / ifNotDamped(30)).toBeLessThan(1);
    expect((totals[89] as Expected).mean / ifNotDamped(90)).toBeLessThan(0.87);
  });

  test("of a launch that doubles weekly is no more than a quarter a week", () => {
    expect(
      forecastDaily(
        days(56, (day) => 2 ** (day / 7)),
        1,
      ).growthPerWeek,
    ).toBeCloseTo(0.25, 9);
  });

  test("of a series that only wanders is no growth", () => {
    const wandering = days(90, (day) => 100 + 20 * Math.sin(day / 9));
    expect(forecastDaily(wandering, 30).growthPerWeek).toBe(0);
  });

  test("after a step is the new level, with low confidence", () => {
    const history = days(90, (day) => weekly(day) * wobble(day) * (day < 80 ? 1 : 2));
    const { totals, confidence } = forecastDaily(history, 28);
    // Four weeks of 57 at twice the level.
    expect((totals[27] as Expected).mean / 456).toBeCloseTo(1, 1);
    expect(confidence.level).toBe("low");
    expect(confidence.reasons).toContain("level_shift");
  });

  test("after a spike of two days, ten times as much, is little more than before", () => {
    const history = days(90, (day) => (day === 75 || day === 76 ? 100 : 10));
    const month = forecastMeans(history, 30).reduce((sum, cost) => sum + cost, 0);
    expect(month / 300).toBeGreaterThan(0.99);
    expect(month / 300).toBeLessThan(1.12);
  });
});

describe("a history that says little", () => {
  test("none: nothing is expected, with low confidence", () => {
    const zero = { mean: 0, p025: 0, p10: 0, p50: 0, p90: 0, p975: 0 };
    const nothing = { days: [zero, zero], totals: [zero, zero], growthPerWeek: 0 };
    const confidence = { level: "low", reasons: ["no_spend"] };
    expect(forecastDaily([], 2)).toEqual({ ...nothing, confidence });
    expect(forecastDaily([0, 0, 0], 2)).toEqual({ ...nothing, confidence });
    expect(forecastDaily([null, 0, -3], 2)).toEqual({
      ...nothing,
      confidence: { level: "low", reasons: ["no_spend", "negative_days"] },
    });
  });

  test("one day: the same again, give or take two thirds at 80 %", () => {
    const { days: ahead, confidence } = forecastDaily([0, 0, 8], 1);
    expect(ahead.map((day) => rounded(Object.values(day), 1))).toEqual([[8, 0, 2.5, 8, 13.5, 17.8]]);
    expect(confidence).toEqual({ level: "low", reasons: ["few_days", "wide"] });
  });

  test("five days: their mean", () => {
    expect(forecastMeans([2, 4, 6, 8, 10], 3)).toEqual([6, 6, 6]);
    expect(reasonsOf([2, 4, 6, 8, 10]).level).toBe("low");
  });

  test("the days before a launch are no history of it", () => {
    const launched = [5, 6, 7, 5, 6, 7, 5, 6, 7, 6];
    expect(forecastDaily([...days(80, () => 0), ...launched], 30)).toEqual(forecastDaily(launched, 30));
  });

  test("eight weeks: medium, since growth is hard to tell", () => {
    expect(reasonsOf(days(56, weekly))).toEqual({ level: "medium", reasons: ["few_weeks"] });
  });

  test("spend that has ended is forecast as ended", () => {
    const history = days(90, (day) => (day < 60 ? 10 : 0));
    const [first] = forecastMeans(history, 1);
    expect(first).toBeLessThan(0.5);
    expect(reasonsOf(history).reasons).toContain("stopped");
  });
});

test("reasons are in the order of their weight: the first one decides the confidence", () => {
  const levels = Object.values(CONFIDENCE_REASONS).map(({ level }) => level);
  expect(levels).toEqual([
    "low",
    "low",
    "low",
    "low",
    "low",
    "medium",
    "medium",
    "medium",
    "medium",
    "medium",
    "medium",
  ]);
});

describe("days that are not as they should be", () => {
  test("an unknown day is what the same weekdays around it cost", () => {
    const history: (number | null)[] = days(91, weekly);
    history[50] = null;
    history[90] = null;
    expect(forecastDaily(history, 14)).toEqual(forecastDaily(days(91, weekly), 14));
  });

  test("a zero is a day without spend, and lowers what is expected", () => {
    const history = days(91, () => 10).map((cost, day) => (day % 7 === 3 ? 0 : cost));
    expect(rounded(forecastMeans(history, 7))).toEqual([10, 10, 10, 0, 10, 10, 10]);
  });

  test("many unknown days lower the confidence", () => {
    const every5th = days(90, weekly).map((cost, day) => (day % 5 === 0 ? null : cost));
    expect(reasonsOf(every5th)).toEqual({ level: "medium", reasons: ["gaps"] });
    const lately = days(90, weekly).map((cost, day) => (day > 70 ? null : cost));
    expect(reasonsOf(lately)).toEqual({ level: "low", reasons: ["recent_gap", "gaps"] });
  });

  test("a negative day takes back spend of the days before it", () => {
    expect(rounded(forecastMeans([10, 10, 10, -6, 10], 1))).toEqual([6.8]);
    expect(rounded(forecastMeans([10, 10, -16, 10], 1))).toEqual([3.5]);
    expect(reasonsOf([10, 10, -6, 10]).reasons).toContain("negative_days");
  });

  test("a day that is no number, and a horizon out of reach, are refused", () => {
    expect(() => forecastDaily([1, Number.NaN], 30)).toThrow("day 1 of the history is NaN");
    expect(() => forecastMeans([1, Number.POSITIVE_INFINITY], 30)).toThrow("day 1 of the history is Infinity");
    for (const horizon of [0, 91, 1.5, Number.NaN]) {
      expect(() => forecastDaily([1], horizon)).toThrow(`a horizon of ${horizon} days; wanted: 1 to 90`);
    }
  });
});

describe("intervals", () => {
  const noisy = days(90, (day) => weekly(day) * (1 + 0.4 * Math.sin(day * 2.3) * Math.cos(day * 0.7)));

  test("widen with the days ahead: same weekday, one to twelve weeks on", () => {
    const ahead = forecastDaily(noisy, 90).days;
    const width = (day: number) => (ahead[day] as Expected).p90 / (ahead[day] as Expected).mean - 1;
    // √(1 + 0.02 × 84)
    expect(width(84) / width(0)).toBeCloseTo(1.637, 3);
  });

  test("of a month are narrower than its days' together", () => {
    const { days: ahead, totals } = forecastDaily(noisy, 30);
    const sumOfDays = ahead.reduce((sum, { p90 }) => sum + p90, 0);
    const month = totals[29] as Expected;
    expect(month.mean).toBeCloseTo(ahead.reduce((sum, { mean }) => sum + mean, 0));
    expect(month.p90 - month.mean).toBeLessThan((sumOfDays - month.mean) / 2);
  });

  test("cover about as many of the days that follow as they say", () => {
    // A fixed congruential generator: noise whose next days are known.
    let state = 1;
    const noise = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    let [inside80, inside95] = [0, 0];
    for (let series = 0; series < 40; series++) {
      const costs = days(120, (day) => weekly(day) * (0.7 + 0.6 * noise()));
      for (const [ahead, day] of forecastDaily(costs.slice(0, 90), 30).days.entries()) {
        const actual = costs[90 + ahead] as number;
        inside80 += Number(actual >= day.p10 && actual <= day.p90);
        inside95 += Number(actual >= day.p025 && actual <= day.p975);
      }
    }
    expect(inside80 / 1200).toBeGreaterThan(0.75);
    expect(inside80 / 1200).toBeLessThan(0.9);
    expect(inside95 / 1200).toBeGreaterThan(0.93);
  });
});
