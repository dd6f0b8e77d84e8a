import { createHash } from "node:crypto";
import type { Caller } from "#app/caller.ts";
import { costOf, type PicoUsd, type UnitPrice, zeroUsd } from "#core/money.ts";
import type { Rated, Rater } from "#core/price-book.ts";
import { type Instant, parseInstant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";

export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`no instant: ${text}`);
  return instant;
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

export const sender: Caller = { keyId: "key-1", role: "ingest", attribution: { fixed: {}, defaults: {} } };
export const officer: Caller = { keyId: "key-finops", role: "finops", attribution: { fixed: {}, defaults: {} } };

/** 1,000 uncached input and 200 output tokens of "big": $0.005 + $0.003 = 0.008. */
export function event(changes: Partial<UsageEvent> = {}): UsageEvent {
  return {
    source: "gateway",
    id: "call-1",
    time: at("2026-11-20T10:00:00Z"),
    provider: "openai",
    model: "big",
    serviceTier: "standard",
    speed: "standard",
    requests: 1,
    quantities: { uncached_input_tokens: 1_000, text_output_tokens: 200 },
    claimed: {
      team: "search",
      feature: "answers",
      environment: "production",
      region: "emea",
      customer_tier: "pro",
    },
    tags: {},
    quantitiesEstimated: false,
    ...changes,
  };
}

const listPrices: Readonly<Record<string, UnitPrice>> = {
  uncached_input_tokens: 5_000_000_000_000n as UnitPrice,
  text_output_tokens: 15_000_000_000_000n as UnitPrice,
};

/** Knows one model, "big" (also as "big-2026"): $5 and $15 per million, half of it for the batch tier. */
export const stubRater: Rater = (sent): Rated => {
  const { provider } = sent;
  if (sent.model !== "big" && sent.model !== "big-2026") {
    const nothing = { charges: [], listCost: null, cost: null, priceVersion: "", warnings: [] };
    return { provider, model: sent.model, ...nothing, priceStatus: "unpriced", modelUnknown: true };
  }
  const charges = Object.entries(sent.quantities).flatMap(([meter, quantity]) => {
    const listUnitPrice = listPrices[meter];
    if (listUnitPrice === undefined) throw new Error(`the stub has no price for ${meter}`);
    const unitPrice = (sent.serviceTier === "batch" ? listUnitPrice / 2n : listUnitPrice) as UnitPrice;
    const count = BigInt(quantity);
    return [
      {
        meter: meter as "uncached_input_tokens",
        quantity,
        listUnitPrice,
        unitPrice,
        listCost: costOf(count, listUnitPrice),
        cost: costOf(count, unitPrice),
        estimated: sent.quantitiesEstimated,
        disputed: false,
      },
    ];
  });
  const sum = (amounts: PicoUsd[]) => amounts.reduce((a, b) => (a + b) as PicoUsd, zeroUsd);
  return {
    provider,
    model: "big",
    charges,
    listCost: sum(charges.map(({ listCost }) => listCost)),
    cost: sum(charges.map(({ cost }) => cost)),
    priceStatus: sent.quantitiesEstimated ? "estimated" : "priced",
    priceVersion: "stub.1",
    warnings: sent.quantitiesEstimated ? ["estimated_meter"] : [],
  };
};
