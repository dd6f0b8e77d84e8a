import type { AdjustmentRequest, makeAdjust } from "#app/adjust.ts";
import type { Caller } from "#app/caller.ts";
import type { Handlers, Input } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { parseUnitPrice } from "#core/money.ts";
import { claimedOf } from "./claimed-attribution.ts";
import { type Catalog, explainedEntry } from "./explained-entry.ts";
import { problemOf } from "./refusal.ts";

export interface AdjustmentsDeps {
  readonly adjust: ReturnType<typeof makeAdjust>;
  readonly catalog: Catalog;
}

type Sent = Input<Routes["adjust"]>["body"];

export const makeAdjustHandler =
  ({ adjust, catalog }: AdjustmentsDeps): Handlers<Routes, Caller>["adjust"] =>
  async ({ body }, caller) => {
    const result = await adjust(requestOf(body), caller);
    switch (result.status) {
      case "accepted":
      case "duplicate":
        return {
          status: 200,
          body: { status: result.status, entries: result.entries.map((entry) => explainedEntry(entry, catalog)) },
        };
      case "not_found": {
        const message = `No event of source ${body.source} has the id ${body.id}; an import is found once it is merged.`;
        return { status: 404, body: problemOf({ code: "not_found", message }) };
      }
      case "conflict":
        return { status: 409, body: problemOf({ code: "conflict", message: result.reason }) };
      case "rejected": {
        const message = "Some fields cannot be taken: each is named with what is wanted.";
        return { status: 400, body: problemOf({ code: "bad_request", message, fields: result.errors }) };
      }
      default:
        return result satisfies never;
    }
  };

function requestOf(sent: Sent): AdjustmentRequest {
  const { request_id: requestId, source, id, reason, correct } = sent;
  if (correct === undefined) return { requestId, source, id, reason, change: { void: true } };
  const { meters, requests, attribution, provider, model, service_tier, usd_per_million } = correct;
  return {
    requestId,
    source,
    id,
    reason,
    change: {
      ...(meters && { quantities: meters }),
      ...(requests !== undefined && { requests }),
      ...(attribution && { attribution: claimedOf(attribution) }),
      ...(provider !== undefined && { provider }),
      ...(model !== undefined && { model }),
      ...(service_tier && { serviceTier: service_tier }),
      ...(usd_per_million && { unitPrices: unitPricesOf(usd_per_million) }),
    },
  };
}

function unitPricesOf(sent: NonNullable<NonNullable<Sent["correct"]>["usd_per_million"]>) {
  return Object.fromEntries(Object.entries(sent).map(([meter, price]) => [meter, parseUnitPrice(price)]));
}
