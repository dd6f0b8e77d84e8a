import { describe, expect, test } from "vitest";
import type { Anomaly } from "#core/anomaly.ts";
import type { DayCost } from "#core/cost-history.ts";
import { dailyAnomalies } from "#core/daily-anomalies.ts";
import type { PicoUsd } from "#core/money.ts";
import { scopeText } from "#core/scope-text.ts";
import { addDays, type UsageDate } from "#core/time.ts";

const day = "2026-11-22" as UsageDate;
const usd = (amount: number) => (BigInt(Math.round(amount * 1e6)) * 1_000_000n) as PicoUsd;

interface Use {
  readonly team: string;
  readonly feature: string;
  readonly model?: string;
  readonly cost_class?: string;
  /** USD a day. */
  readonly usual: number;
  readonly onTheDay?: number;
  /** First so many days before the day. */
  readonly since?: number;
}

/** Each use costs the same on every day but the last. */
function costs(uses: readonly Use[]): readonly DayCost[] {
  return uses.flatMap(({ usual, onTheDay = usual, since = 70, model = "m", cost_class = "cogs", ...names }) =>
    Array.from({ length: since + 1 }, (_, ago) => ({
      usageDate: addDays(day, -ago),
      dimensions: { ...names, cost_class, provider: "openai", model },
      cost: usd(ago === 0 ? onTheDay : usual),
    })),
  );
}

const found = (...uses: readonly Use[]) => dailyAnomalies(costs(uses), [day]);

/** Scopes that tell, and of the others whom they leave it to. */
function told(anomalies: readonly Anomaly[]) {
  const nameOf = new Map(anomalies.map(({ id, scope }) => [id, scopeText(scope)]));
  const tell = anomalies.filter(({ toldBy }) => toldBy === null).map(({ id }) => nameOf.get(id));
  const refer = anomalies.flatMap(({ id, toldBy }) =>
    toldBy === null ? [] : [`${nameOf.get(id)} → ${nameOf.get(toldBy)}`],
  );
  return { tell, refer };
}

const quiet: Use = { team: "ops", feature: "triage", model: "n", usual: 100 };

describe("the anomalies of a day", () => {
  test("are none on a day like the others, nor where less than a dollar more was spent", () => {
    expect(found({ team: "search", feature: "chat", usual: 20 }, quiet)).toEqual([]);
    expect(found({ team: "search", feature: "chat", usual: 0.1, onTheDay: 1.05 }, quiet)).toEqual([]);
  });

  test("have their exact cost and excess, and what explains them to the pico-dollar", () => {
    const anomalies = found({ team: "search", feature: "chat", usual: 20, onTheDay: 140 }, quiet);
    const all = anomalies.find(({ scope }) => Object.keys(scope).length === 0);
    expect([all?.cost, all?.expected, all?.excess]).toEqual([usd(240), usd(120), usd(120)]);
    const feature = all?.explanations.find(({ dimension }) => dimension === "feature");
    expect(feature).toEqual({
      dimension: "feature",
      contributors: [{ value: "chat", actual: usd(140), expected: usd(20), excess: usd(120) }],
      explained: usd(120),
      rest: 0n,
    });
    expect(
      all?.explanations
        .map(({ dimension }) => dimension)
        .slice(0, 3)
        .toSorted(),
    ).toEqual(["feature", "model", "team"]);
  });

  test("of nested scopes are told once, by the narrowest; the others refer to it", () => {
    const other: Use = { team: "search", feature: "ranking", usual: 5 };
    const anomalies = found({ team: "search", feature: "chat", usual: 20, onTheDay: 140 }, other, quiet);
    expect(told(anomalies)).toEqual({
      tell: ["feature chat"],
      refer: [
        "all spend → feature chat",
        "cost class cogs → feature chat",
        "team search → feature chat",
        "provider openai, model m → feature chat",
      ],
    });
  });

  test("that have nothing to do with one another are told each", () => {
    const anomalies = found(
      { team: "search", feature: "chat", usual: 20, onTheDay: 140 },
      { team: "sales", feature: "mails", model: "x", usual: 30, onTheDay: 180 },
      { team: "search", feature: "ranking", usual: 5 },
      { team: "sales", feature: "calls", model: "x", usual: 5 },
      quiet,
    );
    expect(told(anomalies).tell).toEqual(["feature chat", "feature mails"]);
  });

  test("of many features at once are told by the model that all of them use", () => {
    const features = ["a", "b", "c", "d"].map(
      (feature): Use => ({ team: `team ${feature}`, feature, usual: 10, onTheDay: 40 }),
    );
    const others = ["a", "b", "c", "d"].map(
      (feature): Use => ({ team: `team ${feature}`, feature: `${feature}2`, model: "n", usual: 6 }),
    );
    const anomalies = found(...features, ...others, quiet);
    expect(told(anomalies).tell).toEqual(["provider openai, model m"]);
    expect(told(anomalies).refer).toContain("feature a → provider openai, model m");
  });

  test("of a feature that several teams have name the team", () => {
    const anomalies = found(
      { team: "search", feature: "chat", usual: 20, onTheDay: 140 },
      { team: "sales", feature: "chat", usual: 20 },
      { team: "search", feature: "ranking", usual: 5 },
      quiet,
    );
    expect(told(anomalies).tell).toEqual(["team search, feature chat"]);
  });

  test("of what began less than two weeks ago are those of what it is a part of", () => {
    const anomalies = found(
      { team: "search", feature: "launch", model: "new", usual: 1, onTheDay: 500, since: 3 },
      quiet,
    );
    expect(told(anomalies).tell).toEqual(["cost class cogs"]);
    const [first] = anomalies[0]?.explanations ?? [];
    expect(first?.contributors.map(({ value, excess }) => [value, excess])).toEqual([["launch", usd(500)]]);
  });

  test("past days are judged by what had come before them", () => {
    const rows = costs([{ team: "search", feature: "chat", usual: 20, onTheDay: 140 }, quiet]);
    const before = addDays(day, -1);
    expect(dailyAnomalies(rows, [before])).toEqual([]);
    expect(new Set(dailyAnomalies(rows, [before, day]).map(({ usageDate }) => usageDate))).toEqual(new Set([day]));
  });

  test("no days, no rows: nothing", () => {
    expect(dailyAnomalies([], [day])).toEqual([]);
    expect(dailyAnomalies(costs([quiet]), [])).toEqual([]);
  });
});
