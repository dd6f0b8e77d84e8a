import * as z from "zod";
import { POLICY_STATUSES } from "#core/dimensions.ts";
import { replyInstant, text, usageDate, usd } from "./values.ts";

export const modelsQuery = z.strictObject(
  { from: usageDate, to: usageDate.meta({ description: "Included" }) },
  { error: "the parameters from and to" },
);

const perMillion = usd.nullable().meta({ description: "USD per million tokens; null without tokens or a price" });

export const modelsReport = z.object({
  from: z.string(),
  to: z.string(),
  models: z
    .array(
      z.object({
        provider: z.string(),
        model: z.string(),
        cost_usd: usd,
        requests: z.number(),
        unpriced_requests: z.number().meta({ description: "Of these, calls without a price: their cost is in no sum" }),
        environments: z.array(z.string()),
        teams: z.array(z.string()),
        first_seen: z.string().meta({ description: "The first UTC day of any usage that is known" }),
        policy_status: z.enum(POLICY_STATUSES).meta({ description: "Now; unapproved when any use in it is" }),
        deprecated: z
          .object({ on: z.string(), successor: z.string() })
          .nullable()
          .meta({ description: "The UTC day from which its use is unapproved, and the model to use in its place" }),
        unapproved: z
          .array(
            z.object({
              environment: z.string(),
              team: z.string(),
              policy: z.string().nullable(),
              reason: z.string(),
              cost_usd: usd,
              unpriced_requests: z.number(),
            }),
          )
          .meta({ description: "The uses that policies forbid now, by spend" }),
        usd_per_million_tokens: perMillion,
        cheapest_approved: z
          .object({
            provider: z.string(),
            model: z.string(),
            usd_per_million_tokens: usd.meta({ description: "For the same meters, at the prices of today" }),
            environment: z.string(),
            team: z.string(),
          })
          .nullable()
          .meta({
            description:
              "For the use that costs most; of a deprecated model its successor; null when none is approved or this one is it",
          }),
      }),
    )
    .meta({ description: "By spend" }),
  generated_at: replyInstant,
});

export const modelUsageQuery = z.strictObject(
  {
    from: usageDate,
    to: usageDate.meta({ description: "Included; at most 90 days from `from` on" }),
    provider: text(64).optional(),
    model: text(200).optional(),
    team: text(64).optional(),
  },
  { error: "one of from, to, provider, model, team" },
);

export const modelUsage = z.object({
  rows: z.array(
    z.object({
      usage_date: z.string(),
      provider: z.string(),
      model: z.string(),
      team: z.string(),
      environment: z.string(),
      key_id: z.string().meta({ description: "The key that the usage was sent with" }),
      key_name: z.string().nullable(),
      policy_status: z.enum(POLICY_STATUSES).meta({ description: "As it was booked" }),
      events: z.number(),
      requests: z.number(),
      cost_usd: usd,
    }),
  ),
  complete: z.boolean().meta({ description: "False: there are more than 5,000 rows; ask for fewer days" }),
});
