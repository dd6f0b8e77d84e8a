import { expect, test } from "vitest";
import { sparkline } from "#cli/sparkline.ts";
import { lastSettledDay } from "#core/settled-day.ts";
import { addDays, type Instant } from "#core/time.ts";
import { openFinops } from "./finops.ts";

test("a forecast is told as table, CSV and JSON, with the runs and how good they were", async () => {
  await using finops = await openFinops();
  const headers = { authorization: `Bearer ${finops.adminKey}`, "content-type": "application/json" };
  // 1,000 tokens at 2.5 USD a million a day.
  const yesterday = lastSettledDay(Date.now() as Instant);
  const events = Array.from({ length: 20 }, (_, i) => ({
    ...{ id: `call-${i}`, source: "test", time: `${addDays(yesterday, -i)}T12:00:00Z` },
    ...{ provider: "openai", model: "gpt-4o", meters: { uncached_input_tokens: 1_000 } },
    attribution: { team: "search", feature: "chat", environment: "production", region: "emea", customer_tier: "pro" },
  }));
  const sent = await fetch(`${finops.url}/v1/events`, { method: "POST", headers, body: JSON.stringify({ events }) });
  expect(sent.status).toBe(200);
  await fetch(`${finops.url}/v1/pipeline/runs`, { method: "POST", headers });

  const json = await finops.run(["forecast", "--team", "search", "--cost-class", "cogs", "--horizon", "60", "--json"]);
  expect(json.err).toBe("");
  expect(JSON.parse(json.out)).toMatchObject({
    ...{ currency: "USD", horizon_days: 60 },
    forecasts: [
      {
        ...{ scope: { team: ["search"], cost_class: ["cogs"] }, history_days: 20 },
        confidence: { level: "low" },
        totals: [{ days: 30, mean_usd: "0.075" }, { days: 60, mean_usd: "0.15" }, { days: 90 }],
      },
    ],
  });

  const table = (await finops.run(["forecast"])).out;
  expect(table).toContain(`all spend: ${"█".repeat(30)}`);
  expect(table).toContain(`USD, made as of the end of ${yesterday} (UTC)`);
  expect(table).toContain("low confidence: Less than four weeks of history");

  const csv = (await finops.run(["forecast", "--cost-class", "cogs", "--csv"])).out.split("\r\n");
  expect(csv[0]).toBe("scope,as_of,date,mean_usd,p10_usd,p90_usd,p025_usd,p975_usd");
  expect(csv[1]).toMatch(new RegExp(`^cogs,${yesterday},\\d{4}-\\d{2}-\\d{2},0\\.0025,`));
  expect(csv).toHaveLength(32);

  const runs = JSON.parse((await finops.run(["forecast", "runs", "--json"])).out);
  expect(runs).toMatchObject({
    currency: "USD",
    runs: [{ kind: "run", as_of: yesterday, scopes: 4, history_days: 20 }],
  });
  const accuracy = await finops.run(["forecast", "accuracy", "--team", "search", "--cost-class", "cogs"]);
  expect(accuracy.err).toBe("");
  expect(accuracy.out).toContain("cogs, team search, USD,");
  const unknown = await finops.run(["forecast", "accuracy", "--team", "nobody"]);
  expect([unknown.exitCode, unknown.err]).toEqual([1, expect.stringContaining("This scope is not forecast")]);
  const nobody = (await finops.run(["forecast", "--feature", "nope"])).err;
  expect(nobody).toContain("Known are team search; feature chat; cost class cogs.");
  expect(nobody).not.toContain("{");
});

test("a sparkline begins at zero", () => {
  expect(sparkline([0, 3.5, 7])).toBe("▁▅█");
  expect(sparkline([0, 0])).toBe("▁▁");
  expect(sparkline([])).toBe("");
});
