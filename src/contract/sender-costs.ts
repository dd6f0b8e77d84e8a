import * as z from "zod";
import { usageDate, usd } from "./values.ts";

export const senderCostsQuery = z.strictObject(
  { from: usageDate, to: usageDate.meta({ description: "Included; at most 90 days from `from` on" }) },
  { error: "the parameters from and to" },
);

const count = z.int().min(0);

const compared = {
  our_cost_usd: usd.meta({ description: "As booked, adjustments included, of the events that are priced" }),
  sender_cost_usd: usd.meta({ description: "As their sender believes, of the same events" }),
  difference_usd: usd.meta({ description: "The sender's less ours" }),
};

/** Events whose sender told a cost of its own, as of the last pipeline run. */
export const senderCosts = z.object({
  from: z.string(),
  to: z.string(),
  rows: z
    .array(
      z.object({
        source: z.string(),
        provider: z.string(),
        model: z.string(),
        events: count,
        differing_events: count,
        unpriced_events: count.meta({ description: "Counted, not compared" }),
        ...compared,
      }),
    )
    .meta({ description: "The largest difference first" }),
  total: z.object(compared),
  complete: z.boolean().meta({ description: "False: there are more than 1,000 rows" }),
});
