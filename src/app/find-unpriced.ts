import type { Finding } from "#core/finding.ts";
import { divHalfEven, type PicoUsd } from "#core/money.ts";
import { moneyText } from "#core/money-text.ts";
import { similarModel } from "#core/similar-model.ts";
import type { UsageDate } from "#core/time.ts";
import { type CostReportRow, type makeCostReport, spendTotalOf } from "./cost-report.ts";

/** Readable and injective: a blank or a slash may stand in either name, but in the provider no slash is left. */
const subjectOf = (provider: string, model: string) => `${provider.replace(/[%/]/g, encodeURIComponent)}/${model}`;

/** What the requests would cost at what one of a similar model of the provider has cost in the same days. */
function estimateOf(model: string, requests: bigint, priced: readonly CostReportRow[]): string {
  const byModel = Map.groupBy(priced, ({ dimensions }) => dimensions.model ?? "");
  const similar = similarModel(model, [...byModel.keys()]);
  if (similar === undefined) return "What it costs is not known: it is in no sum.";
  const of = spendTotalOf(byModel.get(similar) ?? []);
  const cost = divHalfEven(of.cost * requests, of.requests) as PicoUsd;
  return `It is in no sum; at what a request of ${similar} has cost, it would be about ${moneyText(cost)} USD.`;
}

/** Models that were used on one of these days and have no price. */
export async function findUnpriced(
  costReport: ReturnType<typeof makeCostReport>,
  dates: readonly UsageDate[],
): Promise<readonly Finding[]> {
  const [from, to] = [dates[0], dates.at(-1)];
  if (from === undefined || to === undefined) return [];
  const groupBy = ["provider", "model", "price_status"] as const;
  const { rows } = await costReport({ from, to, granularity: "daily", groupBy, filters: {} });
  const days = new Set<string>(dates);
  const used = rows.filter(({ sums }) => sums.requests > 0n);
  const priced = used.filter(({ dimensions, sums }) => dimensions.price_status !== "unpriced" && sums.cost > 0n);
  const unpriced = used.filter(
    ({ date, dimensions }) => dimensions.price_status === "unpriced" && days.has(String(date)),
  );
  return unpriced.map(({ date, dimensions: { provider = "", model = "" }, sums: { requests } }): Finding => {
    const ofProvider = priced.filter(({ dimensions }) => dimensions.provider === provider);
    const subject = subjectOf(provider, model);
    return {
      id: `unpriced_use/${date}/${subject}`,
      kind: "unpriced_use",
      subject,
      usageDate: date as UsageDate,
      text: `${subject} has no price: ${requests} requests of ${date} have no cost. ${estimateOf(model, requests, ofProvider)} Set a price (\`finops prices set\`) and reprice (\`finops reprice\`).`,
      cost: null,
      requests: Number(requests),
    };
  });
}
