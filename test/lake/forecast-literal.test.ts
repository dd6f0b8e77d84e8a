import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Expected } from "#core/forecast/forecast-daily.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { forecastLiteral, forecastText, hexOf } from "#lake/forecast-literal.ts";
import { renderStatement } from "#lake/statement.ts";

const expected = (mean: number): Expected => ({
  mean,
  p025: mean / 4,
  p10: mean / 2,
  p50: mean,
  p90: mean,
  p975: mean,
});

function run(team: string, mean: number): ForecastRun {
  return {
    id: "run-2026-11-22-00c0ffee",
    asOf: "2026-11-22" as UsageDate,
    madeAt: Date.parse("2026-11-23T00:07:00.120Z") as Instant,
    kind: "run",
    scopes: [
      {
        scope: { team: [team] },
        ...{ historyDays: 12, growthPerWeek: 0, confidence: { level: "low", reasons: ["few_days"] } },
        days: [expected(mean), expected(2)],
        totals: [expected(mean), expected(mean + 2)],
      },
    ],
  };
}

const textOf = (of: ForecastRun) => of.scopes.map((scope) => forecastText(of, scope))[0] ?? "";

describe("a forecast in the text of a statement", () => {
  test("is a row of literals, the names in it as digits", () => {
    expect(renderStatement("s", "values {{f}}", { f: textOf(run("a", 1.5)) })).toBe(
      "values ('run-2026-11-22-00c0ffee', 'run', date '2026-11-22', timestamp '2026-11-23 00:07:00.120', " +
        "'7b227465616d223a5b2261225d7d', 12, 'low', '1.5,2', '0.375,0.5', '0.75,1', '1.5,2', '1.5,2', " +
        "'1.5,3.5', '0.375,0.875', '0.75,1.75', '1.5,3.5', '1.5,3.5')",
    );
  });

  const anyName = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom("'); drop table cost_daily --", "''", "\\'", "\u0000", "{{dates}}", "größe \ud83d\ude00", "\ud800"),
  );

  test("holds no character that anybody has chosen, and all of them are read back", () => {
    fc.assert(
      fc.property(anyName, fc.double({ min: 0, noNaN: true }), (name, mean) => {
        const one = run(name, mean);
        const literal = forecastLiteral(textOf(one)) ?? "";
        expect(literal).toMatch(
          /^\((?:(?:date |timestamp )?'[0-9a-z.,: -]*'|\d+)(?:, (?:(?:date |timestamp )?'[0-9a-z.,: -]*'|\d+)){16}\)$/,
        );
        const [, , , , hex = ""] = textOf(one).split(" ");
        expect(Buffer.from(hex, "hex").toString("utf8")).toBe(scopeKey({ team: [name] }));
      }),
      { numRuns: 100 },
    );
  });

  test("is UTF-8", () => {
    expect(hexOf("a'€\ud83d\ude00\n")).toBe("6127e282acf09f98800a");
  });

  const good = textOf(run("a", 1));
  test.each([
    good.replace("low", "LOW"),
    good.replace("7b22", "7g22"),
    good.replace("7b22", "'"),
    good.replace("run-2026", "run'2026"),
    good.replace(" run ", " run' "),
    good.replace("2026-11-22 2026", "2026-02-30 2026"),
    good.replace("00:07", "00;07"),
    good.replace("12 low", "-12 low"),
    good.replace("1,2", "1,,2"),
    good.replace("1,2", "1e5,2"),
    good.replace("1,2", "NaN,2"),
    good.replace("1,2", "1.1234567890123,2"),
    `${good} 1`,
    good.slice(0, good.lastIndexOf(" ")),
    `${good}\n`,
    `${good}'`,
  ])("is refused as %j", (text) => {
    expect(() => renderStatement("s", "{{f}}", { f: text })).toThrow(/^s: \{\{f\}\} must be/);
  });
});
