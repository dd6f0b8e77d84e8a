import type { Finding } from "#core/finding.ts";
import { formatUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import { usdOf } from "./find-doubles.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** Spend of these days that looks as if it belonged to another environment than its key books to. */
export async function findMisplaced(engine: QueryEngine, dates: readonly UsageDate[]): Promise<readonly Finding[]> {
  if (dates.length === 0) return [];
  const rows = await engine.run("misplaced_spend", { substitutions: { dates } });
  return rows.map((row): Finding => {
    const usageDate = row.usage_date as UsageDate;
    const kind = row.environment === "production" ? "other_on_production_key" : "production_on_other_key";
    const subject = `${row.key_id}, ${row.source}: ${row.sign}`;
    const cost = usdOf(row.cost);
    return {
      id: `${kind}/${usageDate}/${subject}`,
      kind,
      subject,
      usageDate,
      text: `${formatUsd(cost)} USD of ${usageDate} is booked to ${row.environment} by key ${row.key_id}, but what ${row.source} sent ${row.sign}. Give the sender a key of the right environment; \`finops adjust\` corrects what is booked.`,
      cost,
      requests: Number(row.requests),
    };
  });
}
