import type { FieldError } from "./field-error.ts";
import type { Charge } from "./ledger-entry.ts";
import { METERS, type Meter } from "./meters.ts";
import { addUsd, costOf, formatUnitPrice, type UnitPrice, zeroUsd } from "./money.ts";
import type { Rated } from "./price-book.ts";
import type { UsageEvent } from "./usage-event.ts";

export type UnitPrices = Readonly<Partial<Record<Meter, UnitPrice>>>;

type Given =
  | { readonly ok: true; readonly rated: Rated }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const GIVEN = "given";

/** A person has said what this event costs: what the rates say does not matter to it. */
export function isPriceGiven(priceVersion: string): boolean {
  return priceVersion === GIVEN || priceVersion.endsWith(`+${GIVEN}`);
}

const path = (meter: Meter) => `correct.usd_per_million.${meter}`;

function chargeAt(price: UnitPrice, meter: Meter, event: UsageEvent, rated: Charge | undefined): Charge {
  const quantity = meter === "requests" ? event.requests : (event.quantities[meter] ?? 0);
  const cost = costOf(BigInt(quantity), price);
  return {
    meter,
    quantity,
    listUnitPrice: rated?.listUnitPrice ?? price,
    unitPrice: price,
    listCost: rated?.listCost ?? cost,
    cost,
    estimated: event.quantitiesEstimated,
    disputed: false,
  };
}

/**
 * Puts prices that a person has given in place of those that rating found; list prices stay, where there are any.
 * Refused: a price for a meter that the event does not have; meters of an unpriced event that are left without one.
 */
export function withUnitPrices(rated: Rated, event: UsageEvent, prices: UnitPrices): Given {
  const errors: FieldError[] = [];
  const charges: Charge[] = [];
  let isGiven = false;
  for (const meter of METERS) {
    const price = prices[meter];
    const counted = meter === "requests" || Boolean(event.quantities[meter]);
    const charge = rated.charges.find((one) => one.meter === meter);
    if (price === undefined) {
      if (charge !== undefined) charges.push(charge);
      else if (counted && meter !== "requests") {
        errors.push({ path: path(meter), found: "nothing", wanted: "a price for each meter: the event has no rates" });
      }
      continue;
    }
    isGiven = true;
    if (counted) charges.push(chargeAt(price, meter, event, charge));
    else errors.push({ path: path(meter), found: formatUnitPrice(price), wanted: "a meter that the event counts" });
  }
  if (!isGiven) return { ok: true, rated };
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    rated: {
      provider: rated.provider,
      model: rated.model,
      charges,
      listCost: charges.reduce((sum, { listCost }) => addUsd(sum, listCost), zeroUsd),
      cost: charges.reduce((sum, { cost }) => addUsd(sum, cost), zeroUsd),
      priceStatus: charges.some((charge) => charge.estimated) ? "estimated" : "priced",
      priceVersion: rated.priceVersion === "" ? GIVEN : `${rated.priceVersion}+${GIVEN}`,
      warnings: rated.warnings,
    },
  };
}
