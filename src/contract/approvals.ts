import * as z from "zod";
import { policy } from "./config.ts";
import { label, replyInstant, text, usd } from "./values.ts";

const ratio = z
  .string({ error: 'a decimal string such as "1.15"' })
  .max(12, { error: 'a decimal string such as "1.15"' })
  .meta({ format: "decimal", examples: ["1.15"] });

const model = z.strictObject(
  { provider: label(64), model: label(200) },
  { error: "an object with provider and model" },
);

const policyWanted = policy.omit({ status: true, deprecated_on: true, successor: true }).extend(model.shape);

const evidenceError = "an object of at most 20 texts of at most 500 characters by their names";

export const newApproval = z
  .strictObject(
    {
      current: model.exactOptional().meta({ description: "The model that it replaces; left out for a new one" }),
      policy: policyWanted.meta({ description: "What approval makes, with the status approved" }),
      reason: text(500),
      input_token_ratio: ratio.optional().meta({ description: 'Input tokens of the new model ÷ of the current; "1"' }),
      output_token_ratio: ratio
        .optional()
        .meta({ description: 'Output tokens of the new model ÷ of the current; "1"' }),
      evidence: z
        .record(text(64), text(500), { error: evidenceError })
        .refine((sent) => Object.keys(sent).length <= 20, { error: evidenceError })
        .optional()
        .meta({ description: 'On quality and latency: { "eval_score": "0.87 → 0.91" }' }),
    },
    { error: "one of current, policy, reason, input_token_ratio, output_token_ratio, evidence" },
  )
  .meta({ id: "NewApproval" });

const person = { by: z.string().meta({ description: "The id of a key" }), at: replyInstant, note: z.string() };

const impact = z.object({
  from: z.string(),
  to: z.string(),
  lines: z.array(
    z.object({
      feature: z.string(),
      customer_tier: z.string(),
      requests: z.number(),
      current_usd: usd,
      proposed_usd: usd,
    }),
  ),
  current_usd: usd,
  proposed_usd: usd,
  difference_usd_per_month: usd.meta({ description: "Of 30 days" }),
  difference_usd_per_request: usd.nullable(),
  assumptions: z.array(z.string()),
  unpriced_requests: z.number().meta({ description: "Without a price on one of the two sides, and in no sum" }),
});

export const approval = z
  .object({
    id: z.string(),
    status: z.enum(["requested", "reviewed", "approved", "rejected", "expired"]),
    requested_by: z.string().meta({ description: "The id of a key" }),
    requested_at: replyInstant,
    expires_at: replyInstant,
    reason: z.string(),
    current: z.object({ provider: z.string(), model: z.string() }).optional(),
    policy: z.record(z.string(), z.unknown()),
    input_token_ratio: z.string(),
    output_token_ratio: z.string(),
    impact,
    evidence: z.record(z.string(), z.string()),
    reviews: z.array(z.object(person)),
    decision: z.object(person).nullable(),
  })
  .meta({ id: "Approval" });

export type WireApproval = z.output<typeof approval>;

export const approvals = z.object({ approvals: z.array(approval) });

export const approvalParams = z.object({ id: text(64) });

export const approvalNote = z
  .strictObject({ note: text(500).optional() }, { error: "one of note" })
  .optional()
  .meta({ description: "Why: it stands in the approval and in the audit log" });

export const approvalOutcome = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string().meta({ description: "Included" }),
  complete: z.boolean().meta({ description: "False: the 30 days since it was approved are not over" }),
  features: z.array(
    z.object({
      feature: z.string(),
      requests: z.number(),
      predicted_usd: usd.nullable().meta({ description: "Null: the impact knew no usage of the feature" }),
      actual_usd: usd,
    }),
  ),
  predicted_usd: usd.meta({ description: "Of the features that were predicted" }),
  actual_usd: usd.meta({ description: "Of the same features" }),
  unpredicted_usd: usd.meta({ description: "What the other features have cost" }),
});
