import * as z from "zod";
import { SEVERITIES } from "#core/alert.ts";
import { COST_CLASSES } from "#core/dimensions.ts";
import { replyInstant, usd } from "./values.ts";

const percent = z.string().meta({ description: "Of the amount, with two decimals", examples: ["83.25"] });

const threshold = z.object({
  on: z.enum(["actual", "forecast"]),
  severity: z.enum(SEVERITIES),
  percent: z.string().optional(),
  amount_usd: usd.optional(),
  at_usd: usd.meta({ description: "The least amount that reaches it" }),
  reached: z.boolean().nullable().meta({ description: "Null on a forecast where there is none" }),
});

const projected = z.object({
  mean_usd: usd.meta({ description: "At the period's end, expected" }),
  p10_usd: usd.meta({ description: "With p90_usd the 80 % interval" }),
  p90_usd: usd,
  percent: percent.nullable(),
  used_up_on: z.string().nullable().meta({
    description: "The first day on which it is expected to be used up; null: not in this period, or `used_up`",
  }),
  confidence: z.enum(["low", "medium", "high"]),
  as_of: z.string().meta({ description: "The last day of the history that it was forecast from" }),
});

const burn = z
  .object({
    even_usd_per_hour: usd.meta({ description: "The rate that uses up the amount exactly at the period's end" }),
    windows: z.array(
      z.object({
        hours: z.union([z.literal(1), z.literal(24), z.literal(168)]),
        known_hours: z
          .number()
          .meta({ description: "For how many of them it is known what was booked: since the first reading" }),
        booked_usd: usd,
        usd_per_hour: usd,
        multiple: z.number().meta({ description: "Of the even rate" }),
      }),
    ),
    used_up_at: replyInstant.nullable().meta({
      description:
        "At the rate of the last 24 hours; null: not before the period's end, less than six hours known, or `used_up`",
    }),
    fast: z.boolean(),
    slow: z.boolean(),
  })
  .meta({ id: "BurnRate", description: "Spend by the hour of its booking" });

const budgetState = z
  .object({
    id: z.string(),
    owner: z.string(),
    team: z.string().nullable().meta({ description: "Whom its alerts are for" }),
    scope: z.record(z.string(), z.array(z.string())),
    customer_id: z.array(z.string()).optional(),
    tags: z.record(z.string(), z.array(z.string())).optional(),
    period: z.enum(["day", "week", "month", "quarter", "year"]),
    from: z.string(),
    to: z.string(),
    amount_usd: usd.meta({ description: "Of this period" }),
    spent_usd: usd.nullable().meta({ description: "Of the period so far; null: no run has measured it yet" }),
    spent_percent: percent.nullable(),
    by_class: z.partialRecord(z.enum(COST_CLASSES), usd).meta({ description: "They sum to spent_usd" }),
    used_up: z.boolean(),
    when_used_up: z.enum(["warn", "deny"]),
    thresholds: z.array(threshold),
    projected: projected.nullable(),
    not_projected: z.string().optional().meta({ description: "Why there is no projection" }),
    burn: burn.optional().meta({ description: "Left out where nothing is known of it" }),
    parent: z.string().nullable(),
    allocated_usd: usd.meta({ description: "The amounts of its parts together" }),
    unallocated_usd: usd.meta({ description: "What of the amount is given to none of its parts" }),
    spent_in_no_part_usd: usd
      .nullable()
      .meta({ description: "Null where spent_usd, or that of a part, is of another moment" }),
    evaluated: z
      .enum(["live", "lake"])
      .meta({ description: "live: seconds behind. lake: of customers or tags, as of the last run of the pipeline" }),
    as_of: replyInstant.nullable(),
  })
  .meta({ id: "BudgetState" });

export type BudgetBody = z.output<typeof budgetState>;

export const budgetStates = z.object({
  currency: z.literal("USD"),
  budgets: z.array(budgetState),
  as_of: replyInstant,
});
