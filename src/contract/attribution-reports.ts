import * as z from "zod";
import { ATTRIBUTION_DIMENSIONS } from "#core/dimensions.ts";
import { replyInstant, usageDate, usd } from "./values.ts";

const byNames = ["total", "day", "team"] as const;

const percent = (of: string) =>
  z
    .string()
    .nullable()
    .meta({ description: `${of}, in percent with 4 decimals; null where nothing was spent`, examples: ["97.5000"] });

export const quarantineQuery = z.strictObject(
  { from: usageDate, to: usageDate.meta({ description: "Included; at most 400 days from `from` on" }) },
  { error: "the parameters from and to" },
);

const lack = z.object({
  dimension: z.enum(ATTRIBUTION_DIMENSIONS),
  reason: z.enum(["unregistered", "not_allowed", "no_default", "missing"]).meta({
    description:
      "unregistered: what was sent is no value of a strict dimension. not_allowed: the key may not book to what was sent. no_default: nothing was sent, and the key has no value. missing: nothing was sent, and the key has a value only now, or is not known",
  }),
  found: z.string().nullable().meta({ description: "What was sent" }),
  suggestion: z
    .object({
      value: z.string(),
      by: z.enum(["spelling", "key", "source"]).meta({
        description: "spelling: registered, and spelt most like it. key, source: what most events of it have",
      }),
    })
    .nullable(),
});

/** Usage that stands unallocated, as of the last run of the pipeline. */
export const quarantine = z.object({
  from: z.string(),
  to: z.string(),
  groups: z
    .array(
      z.object({
        source: z.string(),
        key_id: z.string(),
        provider: z.string(),
        model: z.string(),
        lacks: z.array(lack),
        events: z.number(),
        requests: z.number(),
        cost_usd: usd,
        share_percent: percent("Its part of all spend of these days"),
        unpriced: z.number().meta({ description: "Events without a cost" }),
        first_day: z.string(),
        last_day: z.string(),
      }),
    )
    .meta({ description: "What costs most first, at most 1,000" }),
  complete: z.boolean(),
  total_cost_usd: usd.meta({ description: "All spend of these days, as the cost report has it" }),
  unallocated_usd: usd.meta({ description: "As the cost report has it: with what is not in the lake yet" }),
  unallocated_percent: percent("The unallocated part of all spend"),
  generated_at: replyInstant,
});

export type QuarantineList = z.output<typeof quarantine>;

export const coverageQuery = z.strictObject(
  {
    from: usageDate,
    to: usageDate.meta({ description: "Included; at most 1100 days from `from` on" }),
    by: z.enum(byNames, { error: `one of ${byNames.join(", ")}` }).optional(),
  },
  { error: "the parameters from, to and by" },
);

const covered = {
  total_cost_usd: usd,
  allocated_usd: usd,
  unallocated_usd: usd,
  coverage_percent: percent("Allocated of total, rounded down"),
  meets_target: z.boolean(),
};

/** How much of the spend is allocated to every dimension; unpriced usage has no cost and is in no sum. */
export const coverage = z.object({
  from: z.string(),
  to: z.string(),
  by: z.enum(byNames),
  target_percent: z.string(),
  rows: z.array(z.object({ date: z.string().optional(), team: z.string().optional(), ...covered })),
  ...covered,
  generated_at: replyInstant,
});

export type CoverageReport = z.output<typeof coverage>;
