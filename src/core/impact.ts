import type { Impact, ImpactLine } from "./approval.ts";
import type { ModelName } from "./approved-models.ts";
import type { ServiceTier } from "./dimensions.ts";
import { INPUT_METERS, type Meter, type Quantities } from "./meters.ts";
import { divHalfEven, formatUsd, type PicoUsd } from "./money.ts";
import type { Rated, Rater } from "./price-book.ts";
import type { CellSums } from "./spend-cell.ts";
import { type Instant, type UsageDate, usageDateOf } from "./time.ts";
import { type Ratio, scaledBy } from "./token-ratio.ts";
import type { UsageEvent } from "./usage-event.ts";

/** What a feature has used for a customer tier, in one service tier. */
export interface UsageGroup {
  readonly feature: string;
  readonly customer_tier: string;
  readonly service_tier: ServiceTier;
  readonly sums: Pick<CellSums, "requests" | "quantities">;
}

export interface Upgrade {
  readonly from: UsageDate;
  readonly to: UsageDate;
  /** Undefined: a new model, that replaces none. */
  readonly current: ModelName | undefined;
  readonly proposed: ModelName;
  readonly inputTokenRatio: string;
  readonly outputTokenRatio: string;
  readonly input: Ratio;
  readonly output: Ratio;
}

const inputMeters: ReadonlySet<string> = new Set(INPUT_METERS);
const same: Ratio = { numerator: 1n, denominator: 1n };

function quantitiesOf({ quantities }: UsageGroup["sums"], ratioOf: (meter: Meter) => Ratio): Quantities {
  const scaled = (Object.entries(quantities) as [Meter, bigint][])
    .map(([meter, quantity]): [Meter, bigint] => [meter, scaledBy(quantity, ratioOf(meter))])
    .filter(([, quantity]) => quantity > 0n);
  return Object.fromEntries(scaled.map(([meter, quantity]) => [meter, Number(quantity)]));
}

function usageOf(group: UsageGroup, name: ModelName, quantities: Quantities, now: Instant): UsageEvent {
  return {
    ...{ source: "impact", id: "impact", time: now, ...name, quantities },
    ...{ serviceTier: group.service_tier, speed: "standard", requests: Number(group.sums.requests) },
    ...{ claimed: {}, tags: {}, quantitiesEstimated: false },
  };
}

interface RatedGroup {
  readonly group: UsageGroup;
  readonly current: Rated;
  readonly proposed: Rated;
}

function rateGroups(groups: readonly UsageGroup[], upgrade: Upgrade, rate: Rater, now: Instant): RatedGroup[] {
  const { current, proposed, input, output } = upgrade;
  if (current === undefined) return [];
  const ratioOf = (meter: Meter): Ratio => {
    if (!meter.endsWith("_tokens")) return same;
    return inputMeters.has(meter) ? input : output;
  };
  return groups
    .filter(({ sums }) => sums.requests > 0n)
    .map((group) => ({
      group,
      current: rate(
        usageOf(
          group,
          current,
          quantitiesOf(group.sums, () => same),
          now,
        ),
      ),
      proposed: rate(usageOf(group, proposed, quantitiesOf(group.sums, ratioOf), now)),
    }));
}

type PricedGroup = RatedGroup & { readonly current: { cost: PicoUsd }; readonly proposed: { cost: PicoUsd } };

const isPriced = (rated: RatedGroup): rated is PricedGroup =>
  rated.current.cost !== null && rated.proposed.cost !== null;

interface Sum {
  readonly requests: bigint;
  readonly current: bigint;
  readonly proposed: bigint;
}

function sumOf(groups: readonly PricedGroup[]): Sum {
  const sum = { requests: 0n, current: 0n, proposed: 0n };
  for (const { group, current, proposed } of groups) {
    sum.requests += group.sums.requests;
    sum.current += current.cost;
    sum.proposed += proposed.cost;
  }
  return sum;
}

/** So many features and tiers have a line of their own. */
const linesMax = 500;
const OTHER_FEATURES = "(all others)";

const usd = (amount: bigint) => formatUsd(amount as PicoUsd);

function lineOf(feature: string, customer_tier: string, { requests, current, proposed }: Sum): ImpactLine {
  const costs = { current_usd: usd(current), proposed_usd: usd(proposed) };
  return { feature, customer_tier, requests: Number(requests), ...costs };
}

/** What costs little now is one line: an approval is stored whole, with its reviews. */
function linesOf(groups: readonly PricedGroup[]): ImpactLine[] {
  const byLine = Map.groupBy(groups, ({ group: { feature, customer_tier } }) =>
    JSON.stringify([feature, customer_tier]),
  );
  const dearestFirst = [...byLine].sort(([, a], [, b]) => (sumOf(a).current > sumOf(b).current ? -1 : 1));
  const lines = dearestFirst
    .slice(0, linesMax)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, ofLine]) => {
      const [feature, customer_tier] = JSON.parse(key) as [string, string];
      return lineOf(feature, customer_tier, sumOf(ofLine));
    });
  const others = dearestFirst.slice(linesMax).flatMap(([, ofLine]) => ofLine);
  return others.length === 0 ? lines : [...lines, lineOf(OTHER_FEATURES, OTHER_FEATURES, sumOf(others))];
}

function assumptionsOf(rated: readonly RatedGroup[], upgrade: Upgrade, now: Instant): string[] {
  const { current, proposed, inputTokenRatio, outputTokenRatio } = upgrade;
  const name = `${proposed.provider}/${proposed.model}`;
  if (current === undefined) return [`${name} replaces no model: there is no usage to compute its cost from.`];
  const sentences = [
    `Both models at the prices of ${usageDateOf(now)}, at standard speed and without a surcharge for where they run.`,
    `Input tokens of ${name} × ${inputTokenRatio}, output tokens × ${outputTokenRatio}; every other meter as it was.`,
    "The context bracket is that of the mean input of a request, in each feature, customer tier and service tier.",
  ];
  for (const tier of new Set(rated.map(({ group }) => group.service_tier))) {
    const warned = rated.some(
      ({ group, proposed: { warnings } }) => group.service_tier === tier && warnings.includes("estimated_tier"),
    );
    if (warned) sentences.push(`${name} has no price in the ${tier} tier: the standard one is taken.`);
  }
  if (rated.some(({ proposed: { warnings } }) => warnings.includes("estimated_meter")))
    sentences.push(`A meter without a price of its own at ${name} is taken at the price of what it is a kind of.`);
  return sentences;
}

/** What the usage of these days, grouped, would have cost with the proposed model, beside the current one. */
export function computeImpact(
  groups: readonly UsageGroup[],
  upgrade: Upgrade,
  { rate, now }: { readonly rate: Rater; readonly now: Instant },
): Impact {
  const rated = rateGroups(groups, upgrade, rate, now);
  const priced = rated.filter(isPriced);
  const { requests, current, proposed } = sumOf(priced);
  const unpriced = rated.filter((one) => !isPriced(one)).reduce((sum, { group }) => sum + group.sums.requests, 0n);
  const difference = proposed - current;
  return {
    ...{ from: upgrade.from, to: upgrade.to, lines: linesOf(priced) },
    ...{ current_usd: usd(current), proposed_usd: usd(proposed) },
    difference_usd_per_month: usd(difference),
    difference_usd_per_request: requests === 0n ? null : usd(divHalfEven(difference, requests)),
    assumptions: assumptionsOf(rated, upgrade, now),
    unpriced_requests: Number(unpriced),
  };
}
