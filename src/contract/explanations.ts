import * as z from "zod";
import { POLICY_STATUSES, PRICE_STATUSES, SERVICE_TIERS, SPEEDS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import { replyInstant, text, usd } from "./values.ts";

export const explanationQuery = z.object({ source: text(200), id: text(200) });

const explainedCharge = z.object({
  meter: z.enum(METERS),
  quantity: z.int(),
  usd_per_million: z.string(),
  list_usd_per_million: z.string(),
  list_price_source: z
    .string()
    .nullable()
    .meta({ description: "Who publishes the list price; null when the catalogue does not have it, or no longer" }),
  cost_usd: usd,
  list_cost_usd: usd,
  estimated: z.boolean(),
  disputed: z.boolean(),
});

const byDimension = z.record(z.string(), z.string()).optional();

const attributionTrace = z
  .object({
    filled_by: byDimension.meta({ description: "The id of the rule that filled a dimension" }),
    overridden: byDimension.meta({ description: "What the event said where its key allows only another value" }),
    aliased: byDimension.meta({ description: "What was sent where an alias was resolved" }),
    unregistered: byDimension.meta({ description: "What was sent where a strict dimension does not know it" }),
    policy: z.string().optional().meta({ description: 'The id of the model policy that decided, or "unlisted"' }),
    covered_by: z.string().optional().meta({ description: "The id of the fixed cost that pays for it" }),
  })
  .meta({ description: "How attribution and policy came about, where it was not simply as sent" });

/** An entry of the ledger as a person reads it. */
export const explainedEntry = z
  .object({
    kind: z.enum(["usage", "reversal", "rebooking"]),
    time: replyInstant,
    usage_date: z.string(),
    booked_month: z.string(),
    received_at: replyInstant,
    key_id: z.string(),
    provider: z.string(),
    model: z.string(),
    requested_model: z.string(),
    service_tier: z.enum(SERVICE_TIERS),
    speed: z.enum(SPEEDS),
    serving_location: z.string().optional(),
    requests: z.int(),
    quantities: z.partialRecord(z.enum(METERS), z.int()),
    attribution: z.record(z.string(), z.string()),
    attribution_trace: attributionTrace.optional(),
    cost_class: z.string(),
    policy_status: z.enum(POLICY_STATUSES),
    tags: z.record(z.string(), z.string()),
    response_id: z.string().optional(),
    price_status: z.enum(PRICE_STATUSES),
    price_version: z
      .string()
      .meta({ description: "Of the rate card that priced it, with its source; empty when unpriced" }),
    charges: z.array(explainedCharge),
    cost_usd: usd.nullable(),
    list_cost_usd: usd.nullable(),
    sender_cost_usd: usd
      .optional()
      .meta({ description: "What the sender itself believes it to have cost: compared, never booked" }),
    adjustment: z.object({ number: z.int(), request_id: z.string(), reason: z.string(), by: z.string() }).optional(),
  })
  .meta({ id: "ExplainedEntry" });

export type ExplainedEntry = z.output<typeof explainedEntry>;

export const explanation = z.object({
  source: z.string(),
  id: z.string(),
  cost_usd: usd
    .nullable()
    .meta({ description: "As it stands now: the original and its adjustments; null when unpriced" }),
  entries: z.array(explainedEntry).meta({ description: "The original first, then its adjustments in order" }),
});
