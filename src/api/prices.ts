import type { Caller } from "#app/caller.ts";
import type { StoredRate } from "#app/ports/prices.ts";
import type { makeListPrices, makeSetPrice } from "#app/prices.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatInstant } from "#core/time.ts";
import { rateOf } from "./negotiated-rate.ts";
import { problemOf } from "./refusal.ts";

export interface PricesDeps {
  readonly setPrice: ReturnType<typeof makeSetPrice>;
  readonly listPrices: ReturnType<typeof makeListPrices>;
}

export function shownRate({ setAt, setBy, ...rate }: StoredRate) {
  return { ...rate, set_at: formatInstant(setAt), set_by: setBy };
}

export const makeListPricesHandler =
  ({ listPrices }: Pick<PricesDeps, "listPrices">): Handlers<Routes, Caller>["listPrices"] =>
  async () => ({ status: 200, body: { prices: (await listPrices()).map(shownRate) } });

export const makeSetPriceHandler =
  ({ setPrice }: Pick<PricesDeps, "setPrice">): Handlers<Routes, Caller>["setPrice"] =>
  async ({ body }, caller) => {
    const result = await setPrice(rateOf(body), caller, body.restatement ? "restatement" : "ahead");
    if (result.status === "accepted") {
      return { status: 201, body: { ...shownRate(result.rate), model_known: result.modelKnown } };
    }
    const message = "Some fields cannot be taken: each is named with what is wanted.";
    return { status: 400, body: problemOf({ code: "bad_request", message, fields: result.errors }) };
  };
