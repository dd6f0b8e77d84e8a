import * as z from "zod";
import { ANOMALY_STATES } from "#core/anomaly.ts";
import { label, replyInstant, text, usageDate, usd } from "./values.ts";

const stateError = `one of ${ANOMALY_STATES.join(", ")}`;

export const anomaliesQuery = z.strictObject(
  {
    from: usageDate.optional().meta({ description: "First usage day; left out: 30 days ago" }),
    state: z.enum(ANOMALY_STATES, { error: stateError }).optional(),
    team: label(100).optional().meta({ description: "Of the scope, or of what explains the excess" }),
  },
  { error: "the parameters from, state and team" },
);

const explanation = z.object({
  dimension: z.string(),
  contributors: z.array(z.object({ value: z.string(), actual_usd: usd, expected_usd: usd, excess_usd: usd })),
  explained_usd: usd,
  rest_usd: usd.meta({ description: "With what is explained it is the whole excess" }),
});

export const anomaly = z
  .object({
    id: z.string(),
    handle: z.string().meta({ description: "Short, for decisions" }),
    grain: z.enum(["daily", "hourly"]),
    scope: z.record(z.string(), z.array(z.string())).meta({ description: "A filter on dimensions; none is all spend" }),
    usage_date: z.string().meta({ description: "A UTC day" }),
    hour: replyInstant
      .nullable()
      .meta({ description: "The beginning of the hour in which it was booked; null of a day" }),
    currency: z.literal("USD"),
    cost_usd: usd.meta({ description: "All cost classes of the scope together" }),
    expected_usd: usd,
    excess_usd: usd,
    score: z.number().meta({ description: "How unusual: above 1 it is an anomaly" }),
    explanations: z.array(explanation).meta({ description: "The most telling dimension first" }),
    told_by: z.string().nullable().meta({ description: "The handle of the one that says the same, and is told" }),
    state: z.enum(ANOMALY_STATES),
    decision: z.object({ state: z.string(), by: z.string(), at: replyInstant, note: z.string() }).nullable(),
    first_seen: replyInstant,
    last_seen: replyInstant,
  })
  .meta({ id: "Anomaly" });

export type WireAnomaly = z.output<typeof anomaly>;

/** The latest usage day first. */
export const anomalies = z.object({ anomalies: z.array(anomaly) });

const decidedStates = ["acknowledged", "explained", "resolved"] as const;

export const anomalyDecision = z.strictObject(
  {
    id: text(5_000).meta({ description: "Its id, or its handle" }),
    state: z.enum(decidedStates, { error: `one of ${decidedStates.join(", ")}` }),
    note: text(500).meta({ description: "Why: it stands in the audit log" }),
  },
  { error: "id, state and note" },
);
