import type { Finding } from "#core/finding.ts";
import { formatUsd, type PicoUsd, zeroUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import { usdOf } from "./find-doubles.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** Below a dollar a day nobody looks. */
const differenceMin = 1_000_000_000_000n;
const percentMin = 1n;

const magnitude = (amount: bigint) => (amount < 0n ? -amount : amount) as PicoUsd;
const ascending = (a: bigint, b: bigint) => (a < b ? -1 : 1);

async function ofDay(engine: QueryEngine, usageDate: UsageDate): Promise<readonly Finding[]> {
  const rows = await engine.run("sender_cost_differences", { substitutions: { dates: [usageDate] } });
  const bySource = Map.groupBy(rows, ({ source }) => String(source));
  return [...bySource].flatMap(([source, models]): Finding[] => {
    const sum = (column: string) => models.reduce((total, row) => total + usdOf(row[column]), 0n) as PicoUsd;
    const ours = sum("our_cost");
    const list = sum("list_cost");
    const theirs = sum("sender_cost");
    // A sender knows of no discount and no subscription: what it believes at list price is no difference.
    const [difference = zeroUsd] = [theirs - list, theirs - ours].map(magnitude).sort(ascending);
    if (difference < differenceMin || difference * 100n < percentMin * magnitude(list)) return [];
    return [
      {
        id: `sender_cost_differs/${usageDate}/${source}`,
        kind: "sender_cost_differs",
        subject: source,
        usageDate,
        text: `${source} believes the usage of ${usageDate} to have cost ${formatUsd(theirs)} USD, booked are ${formatUsd(ours)} USD. See \`finops report sender-costs\`: either has a wrong price.`,
        cost: difference,
        requests: models.reduce((total, row) => total + Number(row.events), 0),
      },
    ];
  });
}

/** The days of these on which what a sender believes its usage to have cost is more than 1 % and 1 USD from what is booked. */
export async function findSenderCosts(engine: QueryEngine, dates: readonly UsageDate[]): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const date of dates) found.push(...(await ofDay(engine, date)));
  return found;
}
