// A year's cost report through the API, from packed days on disk: 13 months × 500 combinations of dimensions a day.
// Beside it the floor: the same sums over plain arrays in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PicoUsd } from "#core/money.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import { addDays, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { compose } from "#server/compose.ts";
import { openStores } from "#server/stores.ts";
import { figure } from "./figure.ts";

const smoke = process.argv.includes("--smoke");
const days = smoke ? 30 : 395;
const combinations = 500;
const rounds = smoke ? 1 : 40;
const adminKey = "bench-admin-key-0123456789abcdef";
const today = usageDateOf(Date.now() as Instant);
const lastClosed = addDays(today, -2);
const first = addDays(lastClosed, 1 - days);

/** 500 of 10 teams × 10 features × 5 models. */
function cellsOf(usageDate: UsageDate): SpendCell[] {
  return Array.from({ length: combinations }, (_, i) => ({
    usageDate,
    dimensions: {
      team: `team-${i % 10}`,
      feature: `feature-${Math.floor(i / 10) % 10}`,
      environment: "production",
      region: "eu",
      customer_tier: i % 3 === 0 ? "free" : "pro",
      cost_class: "cogs",
      provider: "openai",
      model: `model-${Math.floor(i / 100)}`,
      service_tier: "standard",
      price_status: "priced",
      policy_status: "ungoverned",
    },
    sums: {
      cost: (BigInt(1 + i) * 1_234_567_891n) as PicoUsd,
      listCost: (BigInt(1 + i) * 1_300_000_000n) as PicoUsd,
      requests: BigInt(100 + i),
      entries: BigInt(100 + i),
      quantities: { uncached_input_tokens: BigInt(50_000 + i), text_output_tokens: BigInt(9_000 + i) },
    },
  }));
}

const queries = [
  "granularity=monthly&group_by=team",
  "granularity=monthly&group_by=feature,model",
  "granularity=total&group_by=team,feature,model",
  "granularity=daily&group_by=team",
  "granularity=daily&group_by=model&team=team-1,team-2",
];

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Four sums a row by team and month, in plain arrays of doubles: no dates, no packs, no JSON. */
function floorMs(): number {
  const rows = days * combinations;
  const columns = Array.from({ length: 4 }, () => new Float64Array(rows).fill(1.5));
  const group = Uint16Array.from({ length: rows }, (_, i) => (i % 10) + 10 * Math.floor(i / combinations / 30.5));
  const sums = columns.map(() => new Float64Array(256));
  const startedAt = performance.now();
  columns.forEach((column, c) => {
    const into = sums[c] as Float64Array;
    for (let i = 0; i < rows; i++)
      into[group[i] as number] = (into[group[i] as number] as number) + (column[i] as number);
  });
  return performance.now() - startedAt;
}

const folder = mkdtempSync(join(tmpdir(), "bench-report-"));
const clock = () => Date.now() as Instant;
try {
  const stores = await openStores(folder, clock);
  const app = compose({ stores, clock, adminKey, demo: false, log: console.error });
  for (let at = first; at <= lastClosed; at = addDays(at, 20)) {
    const dates = Array.from({ length: 20 }, (_, i) => addDays(at, i)).filter((date) => date <= lastClosed);
    await stores.closedDays.write(dates.map((usageDate) => ({ usageDate, generation: 0, cells: cellsOf(usageDate) })));
  }
  const latenciesMs: number[] = [];
  for (let round = -2; round < rounds; round++) {
    for (const query of queries) {
      const url = `http://localhost/v1/reports/cost?from=${first}&to=${today}&limit=5000&${query}`;
      const startedAt = performance.now();
      const reply = await app.dispatch(new Request(url, { headers: { authorization: `Bearer ${adminKey}` } }));
      const text = await reply.text();
      if (reply.status !== 200 || !text.includes('"rows"')) throw new Error(`${reply.status}: ${text.slice(0, 300)}`);
      if (round >= 0) latenciesMs.push(performance.now() - startedAt);
    }
  }
  latenciesMs.sort((a, b) => a - b);
  figure(`floor: four sums of ${days * combinations} rows in arrays`, floorMs(), "ms");
  figure(`report over ${days} days × ${combinations}, p50`, percentile(latenciesMs, 0.5), "ms");
  figure(`report over ${days} days × ${combinations}, p95`, percentile(latenciesMs, 0.95), "ms", "≤ 100");
  await app.stop();
  stores.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
