import { expect, test } from "vitest";
import type { CostReport, CostReportQuery } from "#app/cost-report.ts";
import { makeDecideAnomaly } from "#app/decide-anomaly.ts";
import { makeFindAnomalies } from "#app/find-anomalies.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { type AnomalyState, anomalyId, type StoredAnomaly } from "#core/anomaly.ts";
import { isInScope, type KnownDimensions } from "#core/budget-state.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import type { PicoUsd } from "#core/money.ts";
import { scopeText } from "#core/scope-text.ts";
import { addDays, dayMs, type Instant, type UsageDate } from "#core/time.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { rulesOf } from "../fakes/company-rules.ts";

const yesterday = "2026-11-22" as UsageDate;

interface Row {
  readonly date: UsageDate;
  readonly dimensions: KnownDimensions;
  readonly sums: { cost: PicoUsd };
}

const use = (feature: string, region: string): KnownDimensions => ({
  ...{ team: `team of ${feature}`, feature, cost_class: "cogs", provider: "openai", model: feature },
  ...{ environment: "production", region, customer_tier: "pro" },
});

/** 70 days of chat and triage, 20 and 100 USD a day each. */
function history(): Row[] {
  return Array.from({ length: 70 }, (_, ago) => addDays(yesterday, -ago)).flatMap((date) => [
    { date, dimensions: use("chat", "eu"), sums: { cost: (20n * 10n ** 12n) as PicoUsd } },
    { date, dimensions: use("triage", "us"), sums: { cost: (100n * 10n ** 12n) as PicoUsd } },
  ]);
}

function open() {
  let now = Date.parse("2026-11-23T00:10:00Z") as Instant;
  const clock = () => now;
  const rows = history();
  const control = openControl(IN_MEMORY, clock);
  const judgeAlerts = makeJudgeAlerts({ alerts: control.alerts, clock });
  const costReport = async ({ from, to, groupBy, filters }: CostReportQuery) => {
    const found = rows.filter(({ date, dimensions }) => date >= from && date <= to && isInScope(filters, dimensions));
    const narrow = (dimensions: KnownDimensions) => Object.fromEntries(groupBy.map((name) => [name, dimensions[name]]));
    return { rows: found.map((row) => ({ ...row, dimensions: narrow(row.dimensions) })) } as unknown as CostReport;
  };
  const registry = { feature: { mode: "open", values: [{ id: "chat", owner: "Ada" }] } } as const;
  const rules = async () => rulesOf({ ...INITIAL_CONFIG, registry });
  const { anomalies } = control;
  const find = makeFindAnomalies({ anomalies, costReport, judgeAlerts, rules, clock });
  const decide = makeDecideAnomaly({ anomalies, judgeAlerts, clock });
  return {
    ...control,
    find,
    nightly: () => find({ nightly: true, days: [] }),
    decide: (id: string, state: "acknowledged" | "explained" | "resolved") =>
      decide(
        { id, state, note: "a load test" },
        { keyId: "key_1", role: "finops", attribution: { fixed: {}, defaults: {} } },
      ),
    spend(date: UsageDate, feature: string, region: string, usd: bigint) {
      rows.push({ date, dimensions: use(feature, region), sums: { cost: (usd * 10n ** 12n) as PicoUsd } });
    },
    wait(ms: number) {
      now = (now + ms) as Instant;
    },
    states: async () =>
      (await anomalies.list("2026-01-01" as UsageDate)).map(({ scope, state }) => `${scopeText(scope)}: ${state}`),
    told: async () => (await control.alerts.alerts({ limit: 100 })).map(({ event, title }) => `${event}: ${title}`),
  };
}

const title = "120.00 USD more than usual on 2026-11-22: feature chat";

test("a day that cost too much is told once, to whom it belongs, with what explains it", async () => {
  const company = open();
  company.spend(yesterday, "chat", "apac", 120n);
  await company.nightly();
  await company.nightly();
  expect(await company.told()).toEqual([`raised: ${title}`]);
  const [alert] = await company.alerts.alerts({ limit: 1 });
  expect(alert).toMatchObject({ severity: "warning", team: "team of chat", owner: "Ada" });
  expect(alert?.facts).toEqual([
    { label: "What", value: "A day cost more than such a weekday usually does" },
    { label: "Where", value: "feature chat" },
    { label: "How much", value: "140.00 USD, 120.00 USD more than the 20.00 USD expected" },
    { label: "Since", value: "2026-11-22 (UTC day)" },
    { label: "Explained by", value: expect.stringContaining("region apac +120.00 USD") },
    { label: "State", value: "new" },
    { label: "Owner", value: "Ada" },
  ]);
});

test("it is told again when its excess has doubled, and resolved when its costs are taken back", async () => {
  const company = open();
  company.spend(yesterday, "chat", "apac", 120n);
  await company.nightly();
  company.spend(yesterday, "chat", "apac", 130n);
  await company.find({ nightly: false, days: [yesterday] });
  company.spend(yesterday, "chat", "apac", -250n);
  company.wait(dayMs / 24);
  await company.find({ nightly: false, days: [yesterday] });
  const worse = "250.00 USD more than usual on 2026-11-22: feature chat";
  expect(await company.told()).toEqual([`resolved: Resolved: ${worse}`, `worsened: ${worse}`, `raised: ${title}`]);
  expect(new Set((await company.states()).map((text) => text.split(": ")[1]))).toEqual(new Set(["resolved"]));
});

test("one that nobody has looked at for a month ends without a message", async () => {
  const company = open();
  company.spend(yesterday, "chat", "apac", 120n);
  await company.nightly();
  company.wait(30 * dayMs);
  await company.find({ nightly: false, days: [] });
  expect(await company.alerts.firing()).toHaveLength(1);
  company.wait(dayMs);
  await company.find({ nightly: false, days: [] });
  expect(await company.alerts.firing()).toEqual([]);
  expect(await company.told()).toEqual([`raised: ${title}`]);
});

test("what was stored and not told, as after a kill, is told by the next run, whatever its days", async () => {
  const company = open();
  company.spend(yesterday, "chat", "apac", 120n);
  const { put } = company.alerts;
  company.alerts.put = async () => {
    throw new Error("killed");
  };
  await expect(company.nightly()).rejects.toThrow("killed");
  company.alerts.put = put;
  await company.find({ nightly: false, days: [] });
  await company.find({ nightly: false, days: [] });
  expect(await company.told()).toEqual([`raised: ${title}`]);
});

test("a decision comes by id or handle, is audited, and stands when the anomaly is found again", async () => {
  const company = open();
  company.spend(yesterday, "chat", "apac", 120n);
  await company.nightly();
  const found = await company.anomalies.list(yesterday);
  const chat = found.find(({ scope }) => scope.feature !== undefined);
  expect(await company.decide("nothing", "explained")).toEqual({ status: "unknown" });
  expect(await company.decide(alertHandle(chat?.id ?? ""), "explained")).toMatchObject({
    status: "decided",
    anomaly: { state: "explained", decision: { by: "key_1", note: "a load test" } },
  });
  expect(await company.audit.read(1, 10)).toMatchObject([
    {
      ...{ action: "anomaly.decide", by: "key_1", subject: `anomaly/${chat?.id}`, reason: "a load test" },
      ...{ from: '{"state":"new"}', to: '{"state":"explained"}' },
    },
  ]);
  await company.nightly();
  expect(await company.states()).toContain("feature chat: explained");
});

test("the alert of what is explained is resolved at once; one that is acknowledged stands", async () => {
  const company = open();
  company.spend(yesterday, "chat", "apac", 120n);
  await company.nightly();
  const found = await company.anomalies.list(yesterday);
  const id = found.find(({ scope }) => scope.feature !== undefined)?.id ?? "";
  company.wait(60_000);
  await company.decide(id, "acknowledged");
  expect(await company.told()).toEqual([`raised: ${title}`]);
  await company.decide(id, "explained");
  expect(await company.told()).toEqual([`resolved: Resolved: ${title}`, `raised: ${title}`]);
});

test("hours are over once their scope is calm, what was explained stays so", async () => {
  const company = open();
  const hourly = (feature: string, hour: string, state: AnomalyState): StoredAnomaly => {
    const begin = Date.parse(`2026-11-22T${hour}:00:00Z`) as Instant;
    const moment = { scope: { feature: [feature] }, usageDate: yesterday, hour: begin };
    return {
      ...{ id: anomalyId(moment), grain: "hourly", ...moment, state, decision: null },
      ...{ cost: 9n as PicoUsd, expected: 1n as PicoUsd, excess: 8n as PicoUsd, score: 9, explanations: [] },
      ...{ toldBy: null, firstSeen: begin, lastSeen: begin },
    };
  };
  await company.anomalies.put([
    ...[hourly("chat", "20", "explained"), hourly("chat", "21", "new"), hourly("chat", "23", "acknowledged")],
    ...[hourly("triage", "20", "new"), hourly("triage", "21", "acknowledged")],
  ]);
  await company.find({ nightly: false, days: [] });
  expect((await company.states()).sort()).toEqual([
    "feature chat: acknowledged",
    "feature chat: explained",
    "feature chat: new",
    "feature triage: resolved",
    "feature triage: resolved",
  ]);
  company.wait(dayMs / 12);
  await company.find({ nightly: false, days: [] });
  expect((await company.states()).sort()).toEqual([
    "feature chat: explained",
    "feature chat: resolved",
    "feature chat: resolved",
    "feature triage: resolved",
    "feature triage: resolved",
  ]);
});

test("an imported history is listed, and nobody is told of what is older than three days", async () => {
  const company = open();
  for (const ago of [20, 4, 3]) company.spend(addDays(yesterday, 1 - ago), "chat", "apac", 500n);
  const days = Array.from({ length: 90 }, (_, ago) => addDays(yesterday, 1 - ago));
  await company.find({ nightly: true, days });
  const listed = (await company.anomalies.list("2026-01-01" as UsageDate)).filter(({ toldBy }) => toldBy === null);
  expect(listed.map(({ usageDate }) => usageDate)).toEqual(["2026-11-20", "2026-11-19", "2026-11-03"]);
  expect(await company.told()).toEqual(["raised: 500.00 USD more than usual on 2026-11-20: feature chat"]);
});

test("the running day and days older than a month are not judged", async () => {
  const company = open();
  const today = addDays(yesterday, 1);
  company.spend(today, "chat", "apac", 500n);
  company.spend(addDays(today, -32), "chat", "apac", 500n);
  await company.find({ nightly: false, days: [today, addDays(today, -32)] });
  expect(await company.states()).toEqual([]);
});
