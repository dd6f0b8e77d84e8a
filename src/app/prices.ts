import type { AuditDraft } from "#core/audit.ts";
import type { FieldError } from "#core/field-error.ts";
import type { CatalogFile, NegotiatedRate } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import { makeJudgePrice, type PriceSetting } from "./judge-price.ts";
import type { PriceStore, StoredRate } from "./ports/prices.ts";

export interface SetPriceDeps {
  readonly prices: PriceStore;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly clock: () => Instant;
  readonly newId: () => string;
}

export type SetPriceResult =
  | {
      readonly status: "accepted";
      /** Under the catalogue's names of provider and model. */
      readonly rate: StoredRate;
      /** False: nobody publishes the model or knows the provider; the price is of usage sent under exactly these names. */
      readonly modelKnown: boolean;
    }
  | { readonly status: "rejected"; readonly errors: readonly FieldError[] };

/** Who set it and when stand in the entry itself. */
export function priceAudit(stored: StoredRate, how: PriceSetting, reason: string): AuditDraft {
  const { id, setAt, setBy, ...rate } = stored;
  return {
    ...{ at: setAt, by: setBy, action: how === "ahead" ? "price.set" : "price.restate" },
    ...{ subject: `price/${id}`, from: null, to: JSON.stringify(rate), reason },
  };
}

/**
 * Sets a price of the company's own, for the model that usage under these names is priced by. It begins at the earliest
 * with the next UTC day that is 16 minutes away, but for a restatement; where prices overlap, the one set last holds
 * among equally close ones.
 */
export const makeSetPrice = ({ prices, catalog, clock, newId }: SetPriceDeps) => {
  const judge = makeJudgePrice(catalog);
  return async (rate: NegotiatedRate, caller: Caller, how: PriceSetting = "ahead"): Promise<SetPriceResult> => {
    const now = clock();
    const judged = judge(rate, how, now);
    if (!judged.ok) return { status: "rejected", errors: judged.errors };
    const stored = { ...judged.rate, id: newId(), setAt: now, setBy: caller.keyId };
    await prices.add(stored, priceAudit(stored, how, rate.note ?? ""));
    return { status: "accepted", rate: stored, modelKnown: judged.modelKnown };
  };
};

/** Oldest first. */
export const makeListPrices =
  ({ prices }: { readonly prices: PriceStore }) =>
  (): Promise<readonly StoredRate[]> =>
    prices.list();
