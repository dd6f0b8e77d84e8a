import { expect, test } from "vitest";
import type { CostReport, CostReportQuery } from "#app/cost-report.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { makeSendSummaries } from "#app/send-summaries.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { noRules } from "../fakes/company-rules.ts";

/** A company that has spent as many USD in a stretch as it has days, from `firstDay` on. */
function open(firstDay: string) {
  let now = 0 as Instant;
  const clock = () => now;
  const control = openControl(IN_MEMORY, clock);
  const costReport = async ({ from, to }: CostReportQuery) => {
    const days = BigInt(
      Math.max(0, Math.round((Date.parse(to) - Math.max(Date.parse(from), Date.parse(firstDay))) / 864e5) + 1),
    );
    const total = { cost: days * 10n ** 12n, requests: days, listCost: 0n, entries: days };
    const none = { ...total, cost: 0n, requests: 0n };
    const totals = {
      ...total,
      unallocated: none,
      unpriced: none,
      estimated: none,
      byClass: new Map([["cogs", total]]),
    };
    return { rows: [], totals } as unknown as CostReport;
  };
  const send = makeSendSummaries({
    ...{
      costReport,
      readBudgets: async () => [],
      rules: noRules,
      clock,
      judgeAlerts: makeJudgeAlerts({ alerts: control.alerts, clock }),
    },
    ...{ forecasts: control.forecasts, anomalies: control.anomalies, alerts: control.alerts },
  });
  return {
    async sendAt(time: string, changed: readonly string[] = []) {
      now = Date.parse(time) as Instant;
      await send(changed as readonly UsageDate[]);
    },
    titles: async () => (await control.alerts.alerts({ limit: 100 })).map(({ title }) => title).reverse(),
  };
}

test("each week and each month that is over is told once, whenever the first run after it comes", async () => {
  const company = open("2026-01-01");
  await company.sendAt("2026-11-22T23:50:00Z");
  const week = (from: string, to: string) => `AI spend of the week ${from} to ${to}: 7.00 USD`;
  const october = "AI spend of the month 2026-10-01 to 2026-10-31: 31.00 USD";
  expect((await company.titles()).toSorted()).toEqual([october, week("2026-11-09", "2026-11-15")]);
  await company.sendAt("2026-11-23T00:05:00Z");
  await company.sendAt("2026-11-25T00:05:00Z");
  await company.sendAt("2026-12-01T09:00:00Z");
  await company.sendAt("2026-12-02T09:00:00Z");
  expect((await company.titles()).slice(2).toSorted()).toEqual([
    "AI spend of the month 2026-11-01 to 2026-11-30: 30.00 USD",
    week("2026-11-16", "2026-11-22"),
    week("2026-11-23", "2026-11-29"),
  ]);
});

test("a period without any usage is not told", async () => {
  const company = open("2026-11-23");
  await company.sendAt("2026-11-24T00:05:00Z");
  expect(await company.titles()).toEqual([]);
});

test("a period whose history is still coming in is told by the run after; late usage of the last days keeps nothing", async () => {
  const company = open("2026-01-01");
  await company.sendAt("2026-11-23T00:05:00Z", ["2026-10-30", "2026-11-22"]);
  expect(await company.titles()).toEqual([]);
  await company.sendAt("2026-11-23T01:05:00Z", ["2026-11-21", "2026-11-22", "2026-11-23"]);
  expect(await company.titles()).toHaveLength(2);
});
