// What 1,000 budgets have spent of 10,000 cells: their scopes looked up by value, beside the floor that asks every scope
// of every cell. Memory is the peak of this process, before the floor runs.
import { isInScope } from "#core/budget-state.ts";
import { sumScopes } from "#core/budget-sums.ts";
import type { Scope } from "#core/config.ts";
import { COST_CLASSES, ENVIRONMENTS } from "#core/dimensions.ts";
import type { PicoUsd } from "#core/money.ts";
import { figure } from "./figure.ts";

const smoke = process.argv.includes("--smoke");
const budgets = smoke ? 50 : 1_000;
const cells = smoke ? 500 : 10_000;
const teams = 50;
const features = 400;

const team = (i: number) => `team-${i % teams}`;
const feature = (i: number) => `feature-${i % features}`;
const costClass = (i: number) => COST_CLASSES[i % COST_CLASSES.length] ?? "cogs";

/** The company, its classes, teams, features of teams, and features of several environments. */
function scopeOf(i: number): Scope {
  if (i === 0) return {};
  if (i % 5 === 0) return { cost_class: [costClass(i)], team: [team(i), team(i + 1)] };
  if (i % 5 === 1) return { team: [team(i)] };
  if (i % 5 === 2) return { feature: [feature(i)], environment: ["production"] };
  return { team: [team(i)], feature: [feature(i), feature(i + 1), feature(i + 2)] };
}

const scopes = Array.from({ length: budgets }, (_, i) => scopeOf(i));
const rows = Array.from({ length: cells }, (_, i) => ({
  dimensions: {
    ...{ team: team(i * 7), feature: feature(i * 13), environment: ENVIRONMENTS[i % 3] ?? "production", region: "eu" },
    ...{ customer_tier: `tier-${i % 4}`, cost_class: costClass(i * 3), provider: "openai", model: `model-${i % 30}` },
    ...{ service_tier: "standard", price_status: "priced", policy_status: "approved" },
  },
  cost: BigInt(1 + i * 999_999_937) as PicoUsd,
}));

function timed<T>(work: () => T): readonly [T, number] {
  const startedAt = performance.now();
  return [work(), performance.now() - startedAt];
}

const [sums, tookMs] = timed(() => sumScopes(scopes, rows));
const peakMib = process.resourceUsage().maxRSS / 1_024;
const [floor, floorMs] = timed(() =>
  scopes.map((scope) =>
    rows.reduce((sum, { dimensions, cost }) => (isInScope(scope, dimensions) ? sum + cost : sum), 0n),
  ),
);
const wrong = sums.filter(({ spent }, i) => spent !== floor[i]).length;
if (wrong > 0) throw new Error(`${wrong} budgets differ from the floor`);
figure(`${budgets} budgets over ${cells} cells, by class`, tookMs, "ms", "≤ 1,000");
figure("peak memory of the process", peakMib, "MiB", "≤ 256");
figure("floor: every scope asked of every cell", floorMs, "ms");
