import * as z from "zod";
import { exactAttribution } from "./attribution.ts";
import { serviceTier } from "./events.ts";
import { explainedEntry } from "./explanations.ts";
import { meters, QUANTITY_METERS } from "./meters.ts";
import { label, requestCount, text, usdPerMillion } from "./values.ts";

const oneChange = "exactly one of `void: true` or `correct: {…}`";

export const adjustment = z
  .object({
    request_id: text(200).meta({ description: "Chosen by the asker: the same request sent again changes nothing" }),
    source: text(200),
    id: text(200),
    reason: text(500),
    void: z.literal(true, { error: "true" }).optional(),
    correct: z
      .strictObject({
        meters: meters.optional(),
        requests: requestCount.optional(),
        attribution: exactAttribution.optional(),
        provider: label(64).optional(),
        model: label(200).optional(),
        service_tier: serviceTier.optional(),
        usd_per_million: z.partialRecord(z.enum([...QUANTITY_METERS, "requests"]), usdPerMillion).optional(),
      })
      .refine((sent) => Object.values(sent).some((value) => value !== undefined), { error: "at least one correction" })
      .optional(),
  })
  .refine((sent) => (sent.void === undefined) !== (sent.correct === undefined), { error: oneChange });

export const adjustmentReply = z.object({
  status: z.enum(["accepted", "duplicate"]),
  entries: z.array(explainedEntry),
});
