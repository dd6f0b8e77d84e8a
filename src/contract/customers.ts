import * as z from "zod";
import { UNALLOCATED } from "#core/dimensions.ts";
import { ERASED } from "#core/erasure.ts";
import { cursorOf } from "./cursor.ts";
import { explainedEntry } from "./explanations.ts";
import { label, replyInstant, text, usageDate, usd } from "./values.ts";

const nobody: readonly string[] = [ERASED, UNALLOCATED];
const nobodyError = `a customer's id: "${ERASED}" and "${UNALLOCATED}" are nobody's`;

/** In the query, never in the path: API Gateway decodes a path, and what it holds behind a `?` or `/` is lost or another path. */
const customer_id = label(64).refine((sent) => !nobody.includes(sent), { error: nobodyError });

const rest = z.string();

export const customerEventsQuery = z.object({ customer_id, cursor: cursorOf(z.tuple([usageDate, rest])) });
export const customerDaysQuery = z.object({ customer_id, cursor: cursorOf(z.tuple([usageDate, rest, rest])) });

const { charges } = explainedEntry.shape;

/** An entry of the ledger with all that is kept of it. */
const customerEvent = explainedEntry.omit({ charges: true }).extend({
  source: z.string(),
  id: z.string(),
  charges: z.array(charges.element.omit({ list_price_source: true })),
});

export type CustomerEvent = z.output<typeof customerEvent>;

const nextCursor = z.string().nullable();

export const customerEvents = z.object({
  events: z.array(customerEvent).meta({ description: "At most 1,000, by usage date; as of the last pipeline run" }),
  next_cursor: nextCursor,
});

export const customerDays = z.object({
  days: z
    .array(
      z.object({
        usage_date: z.string(),
        feature: z.string(),
        cost_class: z.string(),
        entries: z.number(),
        requests: z.number(),
        cost_usd: usd,
        list_cost_usd: usd,
      }),
    )
    .meta({ description: "At most 1,000, by usage date; as of the last pipeline run" }),
  next_cursor: nextCursor,
});

export const eraseQuery = z.object({
  customer_id,
  reason: text(500).meta({ description: "Kept with the erasure: name nobody in it" }),
});

export const erasureParams = z.object({ id: text(64) });

export const erasure = z.object({
  id: z.string(),
  requested_at: replyInstant.meta({ description: "What was received up to this moment is erased" }),
  requested_by: z.string().meta({ description: "The id of a key" }),
  reason: z.string(),
  status: z.enum(["erasing", "expiring", "done"]).meta({
    description:
      "erasing: pipeline runs are at it. expiring: no table and no ledger item names the customer, copies that nobody can rewrite still may. done: those are gone too",
  }),
  cleaned_at: replyInstant.nullable().meta({ description: "When tables and ledger were clean" }),
  gone_by: replyInstant
    .nullable()
    .meta({ description: "When the last landed file, old table state and backup is gone" }),
});
