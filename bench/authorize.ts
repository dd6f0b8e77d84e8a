// POST /v1/authorize through the API in one process, over SQLite: 500 policies, 1,000 features, 20 budgets, a year of
// spend. Beside it the floor: a route of the same API that reads nothing. Each question is another feature's.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wholeCatalogue } from "#core/catalogue-models.ts";
import { type Budget, type Config, INITIAL_CONFIG, type ModelPolicy } from "#core/config.ts";
import { ENVIRONMENTS } from "#core/dimensions.ts";
import type { PicoUsd } from "#core/money.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import { addDays, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { compose } from "#server/compose.ts";
import { openStores } from "#server/stores.ts";
import { figure } from "./figure.ts";

const smoke = process.argv.includes("--smoke");
const runMs = smoke ? 500 : 25_000;
const policies = 500;
const features = 1_000;
const budgets = 20;
const spendDays = smoke ? 10 : 365;
const adminKey = "bench-admin-key-0123456789abcdef";
const clock = () => Date.now() as Instant;
const lastClosed = addDays(usageDateOf(clock()), -2);
const feature = (i: number) => `feature-${i % features}`;
const team = (i: number) => `team-${i % 50}`;

function policyOf(i: number, { provider, model }: { provider: string; model: string }): ModelPolicy {
  return {
    ...{
      id: `policy-${i}`,
      status: i % 5 === 4 ? "denied" : "approved",
      provider,
      owner: "ai-office",
      reason: "bench",
    },
    model: i % 10 === 0 ? `${model.slice(0, 6)}*` : model,
    ...(i % 3 === 0 && { team: [team(i)] }),
    ...(i % 4 === 0 && { environment: ["production"] }),
  };
}

function budgetOf(i: number): Budget {
  const periods = ["day", "week", "month", "quarter", "year"] as const;
  return {
    ...{ id: `budget-${i}`, owner: team(i), scope: { team: [team(i)] }, period: periods[i % 5] ?? "month" },
    ...{ amount_usd: "1000000", when_used_up: "deny" },
  };
}

function cellsOf(usageDate: UsageDate): SpendCell[] {
  return Array.from({ length: features }, (_, i) => ({
    usageDate,
    dimensions: {
      ...{ team: team(i), feature: feature(i), environment: "production", region: "eu", customer_tier: "pro" },
      ...{ cost_class: "cogs", provider: "openai", model: "gpt-4o", service_tier: "standard" },
      ...{ price_status: "priced", policy_status: "approved" },
    },
    sums: {
      ...{ cost: 1_000_000_000n as PicoUsd, listCost: 1_000_000_000n as PicoUsd, requests: 10n, entries: 10n },
      quantities: { uncached_input_tokens: 10_000n, text_output_tokens: 1_000n },
    },
  }));
}

function questionOf(i: number): object {
  const models = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "o3"];
  return {
    ...{ provider: "openai", model: models[i % models.length], source: "bench" },
    attribution: {
      ...{ team: team(i), feature: feature(i), environment: ENVIRONMENTS[i % 3], region: "eu", customer_tier: "pro" },
    },
    ...{ expected_input_tokens: 100 + ((i * 37) % 9_000), expected_output_tokens: 10 + ((i * 53) % 900) },
  };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

type Ask = (i: number) => Promise<number>;

/** One after the other; time passes between them, so that what is read beside the requests is read. */
async function latenciesOf(ask: Ask): Promise<number[]> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  for (let i = 0; performance.now() - startedAt < runMs; i++) {
    latenciesMs.push(await ask(i));
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return latenciesMs.sort((a, b) => a - b);
}

const folder = mkdtempSync(join(tmpdir(), "bench-authorize-"));
try {
  const stores = await openStores(folder, clock);
  const known = wholeCatalogue(stores.catalog).models;
  const config: Config = {
    ...INITIAL_CONFIG,
    policies: {
      unlisted: "forbid",
      list: Array.from({ length: policies }, (_, i) =>
        policyOf(i, known[(i * 4) % known.length] ?? { provider: "*", model: "*" }),
      ),
    },
    budgets: Array.from({ length: budgets }, (_, i) => budgetOf(i)),
  };
  await stores.config.replace(0, config, []);
  for (let day = 0; day < spendDays; day += 20) {
    const dates = Array.from({ length: Math.min(20, spendDays - day) }, (_, i) => addDays(lastClosed, -day - i));
    await stores.closedDays.write(dates.map((usageDate) => ({ usageDate, generation: 0, cells: cellsOf(usageDate) })));
  }
  const app = compose({ stores, clock, adminKey, demo: false, log: console.error });
  const asking =
    (path: string, bodyOf: (i: number) => string | undefined): Ask =>
    async (i) => {
      const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
      const body = bodyOf(i);
      const request = new Request(
        `http://localhost${path}`,
        body === undefined ? { headers } : { method: "POST", headers, body },
      );
      const startedAt = performance.now();
      const reply = await app.dispatch(request);
      const text = await reply.text();
      const tookMs = performance.now() - startedAt;
      if (reply.status !== 200) throw new Error(`${reply.status}: ${text.slice(0, 300)}`);
      return tookMs;
    };
  const ask = asking("/v1/authorize", (i) => JSON.stringify(questionOf(i)));
  figure("the first question: everything is read and compiled", await ask(0), "ms");
  const floor = await latenciesOf(asking("/v1/health", () => undefined));
  const latencies = await latenciesOf(ask);
  figure("floor: a route that reads nothing, p50", percentile(floor, 0.5), "ms");
  figure("floor: a route that reads nothing, p99", percentile(floor, 0.99), "ms");
  figure("authorize, p50", percentile(latencies, 0.5), "ms");
  figure("authorize, p99", percentile(latencies, 0.99), "ms", "≤ 5");
  figure("authorize, slowest", latencies.at(-1) ?? Number.NaN, "ms");
  await app.stop();
  stores.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
