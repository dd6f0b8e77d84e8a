import type { PlannedLine } from "./drivers/plan-state.ts";
import type { UsageLine } from "./drivers/segment.ts";
import type { Meter, Quantities } from "./meters.ts";
import type { PicoUsd } from "./money.ts";
import type { Rater } from "./price-book.ts";
import { makeTimes, ratioOfPercent, wholeRatio } from "./ratio.ts";
import type { ModelChange } from "./scenario.ts";
import type { Instant } from "./time.ts";
import { parseRatio, type Ratio, scaledBy } from "./token-ratio.ts";

/** What a line's usage costs at the price book's prices of `now`; null without one. */
export function costAtPrices(
  usage: UsageLine,
  rate: Rater,
  now: Instant,
): { readonly cost: PicoUsd; readonly listCost: PicoUsd } | null {
  const { provider, model, serviceTier, requests } = usage;
  if (requests <= 0n) return null;
  const counted = Object.entries(usage.quantities).filter(([, quantity]) => quantity > 0n);
  const quantities: Quantities = Object.fromEntries(counted.map(([meter, quantity]) => [meter, Number(quantity)]));
  const { cost, listCost } = rate({
    ...{ source: "scenario", id: "scenario", time: now, provider, model, quantities, serviceTier },
    ...{ speed: "standard", requests: Number(requests), claimed: {}, tags: {}, quantitiesEstimated: false },
  });
  return cost === null || listCost === null ? null : { cost, listCost };
}

function scaledTokens(quantities: UsageLine["quantities"], ratio: Ratio): UsageLine["quantities"] {
  const entries = Object.entries(quantities) as [Meter, bigint][];
  return Object.fromEntries(
    entries.map(([meter, quantity]) => [meter, meter.endsWith("_tokens") ? scaledBy(quantity, ratio) : quantity]),
  );
}

/** Puts the proposed model in the place of a share of lines, priced once each. */
export function withModel({ proposed, share_percent, token_ratio }: ModelChange, rate: Rater, now: Instant) {
  const priced = new Map<UsageLine, UsageLine | null>();
  const tokenRatio = parseRatio(token_ratio) ?? wholeRatio;
  const [share, rest] = [ratioOfPercent(share_percent), ratioOfPercent(100 - share_percent)];

  function replacement(usage: UsageLine): UsageLine | null {
    const known = priced.get(usage);
    if (known !== undefined) return known;
    const taken = { ...usage, ...proposed, quantities: scaledTokens(usage.quantities, tokenRatio) };
    const rated = costAtPrices(taken, rate, now);
    const made = rated && { ...taken, cost: rated.cost, unpricedRequests: 0n };
    priced.set(usage, made);
    return made;
  }

  return {
    /** At a multiple of the proposed model's price. A line stays as it is where nothing was called: adjustments alone. */
    inMonth(price: Ratio): (line: PlannedLine) => PlannedLine[] {
      const [ofRest, ofShare] = [makeTimes(rest), makeTimes(share)];
      return (line) => {
        if (line.usage.requests <= 0n) return [line];
        const usage = replacement(line.usage);
        if (usage === null) return [line];
        const kept = { ...line, scale: ofRest(line.scale) };
        const taken = { ...line, usage, scale: ofShare(line.scale), price };
        return share_percent === 100 ? [taken] : [kept, taken];
      };
    },
    /** Of what was asked for so far: usage that the proposed model has no price for. */
    isUnpriced: () => [...priced.values()].includes(null),
  };
}
