import type { Scope } from "#core/config.ts";
import type { DayCost, HistoryDays } from "#core/cost-history.ts";
import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

/** Always told; the others are where a scope names them. */
const always: readonly SpendDimension[] = ["cost_class", "team", "feature"];

function costOf({ cost, usage_date }: QueryRow): PicoUsd {
  const read = parseUsd(String(cost));
  if (read === undefined) throw new Error(`cost_history: the cost of ${usage_date} is ${String(cost)}`);
  return read;
}

/** What the lake has of these days, by class, team, feature and what else these scopes name. */
export async function readCostHistory(
  engine: QueryEngine,
  { from, to }: HistoryDays,
  scopes: readonly Scope[],
): Promise<readonly DayCost[]> {
  const named = SPEND_DIMENSIONS.filter((name) => scopes.some((scope) => scope[name] !== undefined));
  const further = named.filter((name) => !always.includes(name));
  const told = [...always, ...further];
  const rows = await engine.run("cost_history", {
    parameters: [`,${further.join(",")},`],
    substitutions: { first_day: from, last_day: to },
  });
  return rows.map((row) => ({
    usageDate: row.usage_date as UsageDate,
    dimensions: Object.fromEntries(told.map((name) => [name, String(row[name])])),
    cost: costOf(row),
  }));
}
