import * as z from "zod";
import { COST_CLASSES, POLICY_STATUSES, PRICE_STATUSES, SPEEDS } from "#core/dimensions.ts";
import { attribution, tags } from "./attribution.ts";
import { serviceTier } from "./events.ts";
import { meters } from "./meters.ts";
import { label, quantity, replyInstant, text, usd } from "./values.ts";

const names =
  "provider, model, attribution, source, tags, service_tier, speed, serving_location, expected_input_tokens, expected_output_tokens, expected_meters";

/** A question before a call, in the words of a usage event. Estimates are named as such: no sender has counted yet. */
export const authorizeRequest = z
  .strictObject(
    {
      provider: label(64),
      model: label(200),
      attribution: attribution.nullish(),
      source: text(200).nullish().meta({ description: "As the usage will name its source: rules go by it" }),
      tags: tags.nullish(),
      service_tier: serviceTier.nullish(),
      speed: z.enum(SPEEDS, { error: `one of ${SPEEDS.join(", ")}` }).nullish(),
      serving_location: label(64).nullish(),
      expected_input_tokens: quantity
        .nullish()
        .meta({ description: "An estimate, taken as uncached: the call may cost less" }),
      expected_output_tokens: quantity
        .nullish()
        .meta({ description: "An estimate, or the most that the call may use" }),
      expected_meters: meters.nullish().meta({ description: "In place of the two: an estimate meter by meter" }),
    },
    { error: (issue) => (issue.code === "unrecognized_keys" ? `one of ${names}` : `an object with ${names}`) },
  )
  .superRefine((asked, context) => {
    if (asked.expected_meters == null) return;
    if (asked.expected_input_tokens == null && asked.expected_output_tokens == null) return;
    const message = "either this, or expected_input_tokens and expected_output_tokens";
    context.addIssue({ code: "custom", path: ["expected_meters"], message });
  })
  .meta({ id: "AuthorizeRequest" });

export type AuthorizeRequest = z.output<typeof authorizeRequest>;

const REASON_CODES = [
  "model_unapproved",
  "model_deprecated",
  "attribution_incomplete",
  "attribution_overridden",
  "budget_used_up",
  "unpriced",
  "store_unreachable",
] as const;

export const authorization = z
  .object({
    decision: z.enum(["allow", "deny"]),
    reasons: z
      .array(
        z.object({
          effect: z.enum(["deny", "warn"]),
          code: z.enum(REASON_CODES),
          text: z.string(),
          policy: z.string().optional().meta({ description: 'Its id, or "unlisted"' }),
          budget: z.string().optional(),
        }),
      )
      .meta({ description: "Any that denies, denies the call" }),
    provider: z.string().meta({ description: "As it would be booked" }),
    model: z.string(),
    estimated_cost_usd: usd.nullable().meta({ description: "Null when nothing was expected, or it has no price" }),
    price_status: z.enum(PRICE_STATUSES),
    attribution: z.record(z.string(), z.string()).meta({ description: "As it would be booked" }),
    cost_class: z.enum(COST_CLASSES),
    policy_status: z.enum(POLICY_STATUSES),
    cheapest_approved: z
      .object({
        provider: z.string(),
        model: z.string(),
        estimated_cost_usd: usd,
        saving_usd: usd.nullable().meta({ description: "Below zero where only a dearer model is approved" }),
      })
      .nullable()
      .meta({
        description:
          "Of the other models that policies approve for this use, by price alone; of a deprecated model its successor, where that is approved and has a price",
      }),
    revision: z.int().nullable().meta({ description: "Of the config that decided; null when none could be read" }),
    degraded: z
      .object({ store: z.enum(["config", "prices", "spend"]), since: replyInstant })
      .optional()
      .meta({ description: "A store cannot be reached: the answer stands on what was read before" }),
  })
  .meta({ id: "Authorization" });
