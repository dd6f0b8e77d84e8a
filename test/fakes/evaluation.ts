import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeDecideAnomaly } from "#app/decide-anomaly.ts";
import { makeEvaluate } from "#app/evaluate.ts";
import { rememberUntouchedDays } from "#app/evaluate-closed-days.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { makePublishAlerts } from "#app/publish-alerts.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Alert } from "#core/alert.ts";
import { compileConfig } from "#core/compile-config.ts";
import { type Budget, INITIAL_CONFIG } from "#core/config.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";

export const start = Date.UTC(2026, 10, 2) as Instant;
export const minuteMs = 60_000;

export const monthly = (change: Partial<Budget> = {}): Budget => ({
  ...{
    id: "company",
    owner: "Ines",
    scope: {},
    period: "month",
    amount_usd: "7200",
    when_used_up: "warn",
    thresholds: [],
  },
  ...change,
});

/** The evaluation over stores in memory, at a moment and with spend that the test sets. */
export function openWorld(budgets: readonly Budget[]) {
  let now = start;
  let config = { ...INITIAL_CONFIG, budgets };
  let revision = 1;
  let mark = 0;
  const clock = () => now;
  const control = openControl(IN_MEMORY, clock);
  const { spend, closedDays } = openSpend(IN_MEMORY);
  const told: Alert[] = [];
  const outages = new Set<"forecasts" | "spend" | "channel">();
  const faults = new Set<"alerts" | "anomalies">();
  const calls = { readBudgets: 0, judgeAlerts: 0 };
  const orOut = (part: "forecasts" | "spend" | "channel") => {
    if (outages.has(part)) throw new Unavailable(part);
  };
  const judgeAlerts = makeJudgeAlerts({ alerts: control.alerts, clock });
  const costReport = rememberUntouchedDays({ costReport: makeCostReport({ spend, closedDays, clock }), spend, clock });
  const readBudgets = makeReadBudgets({ costReport, lakeSpend: control.lakeBudgetSpend });
  const open = () =>
    makeEvaluate({
      rules: async () => ({ config, revision, compiled: compileConfig(config) }),
      readBudgets: (...asked) => {
        if (asked[2] === undefined) calls.readBudgets++;
        return readBudgets(...asked);
      },
      spend: {
        read: async (from, to) => {
          orOut("spend");
          return spend.read(from, to);
        },
        generations: spend.generations,
      },
      booked: control.bookedHours,
      forecasts: {
        latest: async () => {
          orOut("forecasts");
          return control.forecasts.latest();
        },
      },
      anomalies: {
        ...control.anomalies,
        get: async (id) => {
          if (faults.has("anomalies")) throw new Error("a stored document has version 2, want 1");
          return control.anomalies.get(id);
        },
      },
      ...{ pipeline: control.pipeline, clock, runningSince: start },
      judgeAlerts: async (evaluated) => {
        calls.judgeAlerts++;
        if (faults.has("alerts")) throw new Error("no such table");
        return judgeAlerts(evaluated);
      },
      publishAlerts: makePublishAlerts({
        ...{ alerts: control.alerts, clock },
        channel: {
          publish: async (alert) => {
            orOut("channel");
            told.push(alert);
          },
        },
        onError: (_, error) => {
          throw error;
        },
      }),
    });
  let evaluate = open();
  return {
    ...{ told, outages, faults, calls, control, clock },
    evaluate: () => evaluate(),
    restart: () => {
      evaluate = open();
    },
    explain: (order: Parameters<ReturnType<typeof makeDecideAnomaly>>[0]) =>
      makeDecideAnomaly({ anomalies: control.anomalies, judgeAlerts, clock })(order, {
        ...{ keyId: "key_1", role: "finops", attribution: { fixed: {}, defaults: {} } },
      }),
    decide(changed: readonly Budget[]) {
      config = { ...config, budgets: changed };
      revision++;
    },
    pass: (ms: number) => {
      now = (now + ms) as Instant;
    },
    /** Usage of a feature and team that a day has cost. */
    async spend(usd: string, { feature = "chat", team = "search", day = usageDateOf(now) } = {}) {
      const cost = parseUsd(usd) as PicoUsd;
      const dimensions = {
        ...{ team, feature, environment: "production", region: "eu", customer_tier: "pro", cost_class: "cogs" },
        ...{ provider: "openai", model: "gpt-4o", service_tier: "standard" },
        ...{ price_status: "priced", policy_status: "ungoverned" },
      };
      const sums = { cost, listCost: cost, requests: 1n, entries: 1n, quantities: {} };
      const at = (number: number) => String(number).padStart(40, "0");
      await spend.post({
        ...{ shard: "shard-1", expectedMark: mark === 0 ? undefined : at(mark), nextMark: at(++mark) },
        ...{
          cells: [{ usageDate: day, dimensions, sums }],
          touchedClosedDays: day < addDays(usageDateOf(now), -1) ? [day] : [],
        },
      });
    },
  };
}

export type World = ReturnType<typeof openWorld>;

/** So many hours of steady spend, evaluated twice an hour. */
export async function steadily(
  world: World,
  hours: number,
  usd: string,
  where: Parameters<World["spend"]>[1] = {},
): Promise<void> {
  for (let i = 0; i < 2 * hours; i++) {
    await world.spend(usd, where);
    await world.evaluate();
    world.pass(30 * minuteMs);
  }
}

export const shown = (told: readonly Alert[]) => told.map(({ event, rule }) => `${event} ${rule.kind} ${rule.subject}`);
