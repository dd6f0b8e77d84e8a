import * as z from "zod";
import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { CONFIDENCE_REASONS } from "#core/forecast/confidence.ts";
import { dimensionFilters } from "./cost-report.ts";
import { replyInstant, usd } from "./values.ts";

const shownScopes = ["classes", "dearest"] as const;
const horizons = ["30", "60", "90"] as const;

export const forecastQuery = z.strictObject(
  {
    horizon: z
      .enum(horizons, { error: `one of ${horizons.join(", ")}` })
      .optional()
      .meta({ description: "Days to list; 30 unless told" }),
    ...dimensionFilters,
  },
  { error: () => `parameters from horizon, ${SPEND_DIMENSIONS.join(", ")}` },
);

const wholeNumber = (from: number, to: number) => {
  const error = `a whole number from ${from} to ${to}`;
  return z
    .string({ error })
    .regex(/^\d{1,4}$/, { error })
    .transform(Number)
    .pipe(z.int().min(from, { error }).max(to, { error }));
};

export const forecastRunsQuery = z.strictObject(
  { days: wholeNumber(1, 400).optional().meta({ description: "Of the last so many days; 90 unless told" }) },
  { error: "the parameter days" },
);

export const forecastAccuracyQuery = z.strictObject(
  {
    months: wholeNumber(1, 13).optional().meta({ description: "The last so many that are over; 3 unless told" }),
    scopes: z
      .enum(shownScopes, { error: `one of ${shownScopes.join(", ")}` })
      .optional()
      .meta({
        description: "Of which scopes month ends are told too: all spend and each class, or the 30 that cost most",
      }),
    ...dimensionFilters,
  },
  { error: () => `parameters from months, scopes, ${SPEND_DIMENSIONS.join(", ")}` },
);

const scope = z.object(
  Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, z.array(z.string()).optional()])) as Record<
    SpendDimension,
    z.ZodOptional<z.ZodArray<z.ZodString>>
  >,
);

const interval = {
  mean_usd: usd.meta({ description: "Expected, to eight digits; p50 is the same" }),
  p10_usd: usd.meta({ description: "With p90_usd the 80 % interval" }),
  p90_usd: usd,
  p025_usd: usd.meta({ description: "With p975_usd the 95 % interval" }),
  p975_usd: usd,
};

const kind = z
  .enum(["run", "backtest"])
  .meta({ description: "backtest: made later, from the history up to as_of, as it would have been made then" });

const reasonCodes = Object.keys(CONFIDENCE_REASONS) as (keyof typeof CONFIDENCE_REASONS)[];

const confidence = z.object({
  level: z.enum(["low", "medium", "high"]),
  reasons: z.array(z.object({ code: z.enum(reasonCodes), text: z.string() })),
});

export const forecast = z.object({
  as_of: z
    .string()
    .meta({ description: "Last UTC day of the history: the first day that is forecast is the next one" }),
  made_at: replyInstant,
  kind,
  currency: z.literal("USD"),
  horizon_days: z.int(),
  scopes_forecast: z.int(),
  scopes_left_out: z.int().meta({ description: "Teams and features of a class that cost least: there are too many" }),
  forecasts: z
    .array(
      z.object({
        scope,
        agrees: z.boolean().meta({
          description:
            "False: it is forecast by itself, and need not add up with scopes that it consists of or is part of",
        }),
        history_days: z.int().meta({ description: "From the first spend on, at most 180" }),
        confidence,
        growth_percent_per_week: z.number().meta({ description: "Carried on, damped; 0 when none is proved" }),
        month: z.string().meta({ description: "The one that runs" }),
        spent_usd: usd.meta({ description: "From the month's first day on, today included" }),
        month_end: z.object(interval).nullable().meta({
          description:
            "By the month's end: spent_usd and what is expected of the days left, today's forecast where it has not cost as much yet. To the millionth of a dollar, as budgets tell it. Null without any history, and where as_of is too old",
        }),
        totals: z.array(z.object({ days: z.int(), to: z.string(), ...interval })),
        days: z.array(z.object({ date: z.string(), ...interval })),
      }),
    )
    .meta({ description: "The scope as a whole, where it is forecast so, then it within each cost class" }),
});

export const forecastRuns = z.object({
  currency: z.literal("USD"),
  runs: z.array(
    z.object({
      id: z.string(),
      kind,
      as_of: z.string(),
      made_at: replyInstant,
      scopes: z.int(),
      history_days: z.int(),
      confidence: z.string(),
      total_30_days_usd: usd.meta({ description: "All spend expected in the 30 days after as_of" }),
      total_30_days_p10_usd: usd,
      total_30_days_p90_usd: usd,
    }),
  ),
});

const percent = z.number().nullable();

const accuracy = {
  forecasts: z.int().meta({
    description: "Without those from no history at all, and those that foretold nothing where nothing came",
  }),
  wape_percent: percent.meta({ description: "Σ |forecast − actual| ÷ Σ actual; null where nothing was spent" }),
  bias_percent: percent.meta({ description: "Σ (forecast − actual) ÷ Σ actual; above 0: too much was expected" }),
  inside_80_percent: percent.meta({ description: "Share inside the 80 % interval" }),
  inside_95_percent: percent.meta({ description: "Share inside the 95 % interval" }),
};

const daysBefore = z.object({ from: z.int(), to: z.int() });

export const forecastAccuracy = z.object({
  scope,
  currency: z.literal("USD"),
  from: z.string(),
  to: z.string().meta({ description: "Yesterday: the last day that is over" }),
  month_ends: z.array(
    z.object({
      month: z.string(),
      as_of: z.string(),
      kind,
      days_before: z.int().meta({ description: "Days of the month that were left" }),
      forecast_usd: usd.meta({
        description:
          "Spent by then, and what was expected of the days left. What was spent by then is told as it is booked now, corrections and late events since included",
      }),
      actual_usd: usd,
      error_percent: percent,
      inside_80: z.boolean(),
      inside_95: z.boolean(),
    }),
  ),
  kinds: z.array(
    z.object({
      kind,
      month_ends: z
        .array(z.object({ days_before: daysBefore, ...accuracy }))
        .meta({ description: "By the days that were left: the fewer, the more of the month was spent already" }),
      days: z.object(accuracy),
    }),
  ),
  scopes: z
    .array(z.object({ scope, kind, actual_usd: usd, days_before: daysBefore, ...accuracy }))
    .meta({ description: "Month ends as they were told with days_before left, by scope, the dearest first" }),
});
