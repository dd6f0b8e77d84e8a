import type { Caller } from "#app/caller.ts";
import type { StoredRate } from "#app/ports/prices.ts";
import type { makeListPrices, makeSetPrice } from "#app/prices.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatInstant } from "#core/time.ts";
import { problemOf } from "./refusal.ts";

export interface PricesDeps {
  readonly setPrice: ReturnType<typeof makeSetPrice>;
  readonly listPrices: ReturnType<typeof makeListPrices>;
}

function shown({ setAt, setBy, ...rate }: StoredRate) {
  return { ...rate, set_at: formatInstant(setAt), set_by: setBy };
}

export const makeListPricesHandler =
  ({ listPrices }: Pick<PricesDeps, "listPrices">): Handlers<Routes, Caller>["listPrices"] =>
  async () => ({ status: 200, body: { prices: (await listPrices()).map(shown) } });

export const makeSetPriceHandler =
  ({ setPrice }: Pick<PricesDeps, "setPrice">): Handlers<Routes, Caller>["setPrice"] =>
  async ({ body }, caller) => {
    const { usd_per_million, discount_percent, note, to = null, ...rest } = body;
    const rate = {
      ...rest,
      to,
      ...(usd_per_million !== undefined && { usd_per_million }),
      ...(discount_percent !== undefined && { discount_percent }),
      ...(note !== undefined && { note }),
    };
    const result = await setPrice(rate, caller);
    if (result.status === "accepted") {
      return { status: 201, body: { ...shown(result.rate), model_known: result.modelKnown } };
    }
    const message = "Some fields cannot be taken: each is named with what is wanted.";
    return { status: 400, body: problemOf({ code: "bad_request", message, fields: result.errors }) };
  };
