import type { ApprovedModel, ModelName } from "./approved-models.ts";
import type { Catalogue } from "./catalogue-models.ts";
import { INPUT_METERS, type Meter } from "./meters.ts";
import type { ModelUse } from "./model-policy.ts";
import type { PicoUsd } from "./money.ts";
import type { Rater } from "./price-book.ts";
import type { UsageEvent } from "./usage-event.ts";

export interface CheapestApproved extends ModelName {
  readonly cost: PicoUsd;
}

type PlacedUse = Omit<ModelUse, "provider" | "model" | "unitPrices">;

/** `successor` goes before cheaper ones where it is approved and has a price: it is what the company has decided on. */
export type FindCheapest = (event: UsageEvent, use: PlacedUse, successor?: ModelName) => CheapestApproved | undefined;

/** By model the price of each counted meter in USD × 10⁻¹⁸ a unit; Infinity where the model has no price for the call. */
type UnitPrices = ReadonlyMap<Meter, Float64Array>;

/** What floating point may add to a sum of products. */
const slack = 1 - 1e-9;
/** Kinds of calls whose prices are kept. */
const kindsMax = 200;

const perAmount = 1e6;

function pricesOf(models: readonly ModelName[], event: UsageEvent, rate: Rater): UnitPrices {
  const prices = new Map<Meter, Float64Array>();
  const columnOf = (meter: Meter) => {
    const column = prices.get(meter) ?? new Float64Array(models.length);
    prices.set(meter, column);
    return column;
  };
  models.forEach((name, place) => {
    const { cost, charges } = rate({ ...event, ...name });
    if (cost === null) columnOf("requests")[place] = Number.POSITIVE_INFINITY;
    for (const { meter, unitPrice } of charges) columnOf(meter)[place] = Number(unitPrice);
  });
  return prices;
}

/** Calls of one kind pay the same price for each meter: nothing of it depends on how much they use. */
function kindOf(event: UsageEvent, { thresholds }: Catalogue, usageDate: string): string {
  const { quantities, requests, serviceTier, speed, servingLocation } = event;
  const input = INPUT_METERS.reduce((sum, meter) => sum + (quantities[meter] ?? 0), 0);
  const bracket = thresholds.map((threshold) => Math.sign(input - threshold * requests));
  const meters = Object.keys(quantities).filter((meter) => quantities[meter as Meter]);
  return JSON.stringify([usageDate, serviceTier, speed, servingLocation, meters.sort(), bracket]);
}

/** In pico-dollars, nearly. */
function estimatesOf(count: number, prices: UnitPrices, { quantities, requests }: UsageEvent): Float64Array {
  const estimates = new Float64Array(count);
  for (const [meter, column] of prices) {
    const quantity = meter === "requests" ? requests : (quantities[meter] ?? 0);
    for (let place = 0; place < count; place++)
      estimates[place] = (estimates[place] as number) + (quantity * (column[place] as number)) / perAmount;
  }
  return estimates;
}

/**
 * Finds, of the models that are approved for a use, the one at which an event costs least, with rates for all its
 * meters; of equals the first. By price alone: what a model is good for is not known here. One that costs nothing is no
 * answer: what it does cost is not counted by these meters.
 *
 * Exact, and fast over thousands of models: prices of a kind of call are looked up once, and of each call only the
 * models that may turn out cheaper are judged and rated.
 */
export function makeFindCheapest(models: readonly ApprovedModel[], catalogue: Catalogue, rate: Rater): FindCheapest {
  const kinds = new Map<string, UnitPrices>();
  const pricesFor = (event: UsageEvent, usageDate: string): UnitPrices => {
    const kind = kindOf(event, catalogue, usageDate);
    const known = kinds.get(kind) ?? pricesOf(models, event, rate);
    if (kinds.size >= kindsMax) kinds.clear();
    kinds.set(kind, known);
    return known;
  };
  const costAt = ({ provider, model, judge, approving }: ApprovedModel, event: UsageEvent, use: PlacedUse) => {
    const isApproved = (unitPrices: NonNullable<ModelUse["unitPrices"]>) => {
      const { status, policy = "" } = judge({ ...use, provider, model, unitPrices });
      return status === "approved" && approving.has(policy);
    };
    if (!isApproved([])) return undefined;
    const { cost, charges } = rate({ ...event, provider, model });
    return cost !== null && cost > 0n && isApproved(charges) ? cost : undefined;
  };
  return (event, use, successor) => {
    if (models.length === 0) return undefined;
    const next = models.find(({ provider, model }) => provider === successor?.provider && model === successor.model);
    const nextCost = next && costAt(next, event, use);
    if (next && nextCost !== undefined) return { provider: next.provider, model: next.model, cost: nextCost };
    const estimates = estimatesOf(models.length, pricesFor(event, use.usageDate), event);
    let cheapest: CheapestApproved | undefined;
    let least = Number.POSITIVE_INFINITY;
    models.forEach((candidate, place) => {
      if ((estimates[place] as number) * slack - 1 >= least) return;
      const cost = costAt(candidate, event, use);
      if (cost === undefined || (cheapest !== undefined && cost >= cheapest.cost)) return;
      cheapest = { provider: candidate.provider, model: candidate.model, cost };
      least = Number(cost);
    });
    return cheapest;
  };
}
