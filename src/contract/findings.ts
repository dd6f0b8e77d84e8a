import * as z from "zod";
import { FINDING_KINDS } from "#core/finding.ts";
import { replyInstant, usageDate, usd } from "./values.ts";

const kindError = `one of ${FINDING_KINDS.join(", ")}`;

export const findingsQuery = z.strictObject(
  { kind: z.enum(FINDING_KINDS, { error: kindError }).optional() },
  { error: "the parameter kind" },
);

/** What somebody has to look at, the longest standing first; what was resolved in the last 30 days is among them. */
export const findings = z.object({
  findings: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(FINDING_KINDS),
      subject: z.string(),
      usage_date: z.string().nullable(),
      text: z.string(),
      cost_usd: usd
        .nullable()
        .meta({ description: "What it is about, or may be too much; null where none of it has a price" }),
      requests: z.number(),
      since: replyInstant,
      last_seen: replyInstant,
      resolved_at: replyInstant.nullable(),
    }),
  ),
});

export const doublesQuery = z.strictObject(
  { from: usageDate, to: usageDate.meta({ description: "Included; at most 90 days from `from` on" }) },
  { error: "the parameters from and to" },
);

/** Calls that several sources have reported under one id of the provider's, each report as it stands. */
export const doubles = z.object({
  calls: z.array(
    z.object({
      provider: z.string(),
      response_id: z.string(),
      reports: z.array(
        z.object({
          source: z.string(),
          id: z.string(),
          usage_date: z.string(),
          received_at: replyInstant,
          requests: z.number(),
          cost_usd: usd,
        }),
      ),
      excess_usd: usd.meta({ description: "What all reports but the dearest one cost" }),
    }),
  ),
  excess_usd: usd,
  complete: z.boolean().meta({ description: "False: there are more than the 5,000 reports that are looked at" }),
});
