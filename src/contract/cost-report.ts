import * as z from "zod";
import { COST_CLASSES, SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { QUANTITY_METERS, type QuantityMeter } from "./meters.ts";
import { spendCount } from "./spend-count.ts";
import { replyInstant, text, usageDate, usd } from "./values.ts";

export const GRANULARITIES = ["daily", "monthly", "total"] as const;

const listOf = (sent: string) => [...new Set(sent.split(",").map((part) => part.trim()))].filter((part) => part !== "");

const groupError = `dimensions apart by commas, from ${SPEND_DIMENSIONS.join(", ")}`;

const groupBy = z
  .string({ error: groupError })
  .max(400, { error: groupError })
  .transform((sent, context): SpendDimension[] => {
    const names = listOf(sent);
    if (names.every((name) => (SPEND_DIMENSIONS as readonly string[]).includes(name))) return names as SpendDimension[];
    context.issues.push({ code: "custom", message: groupError, input: sent });
    return z.NEVER;
  });

const value = text(200);

const filter = z
  .union([value, z.array(value)])
  .transform((sent) => [sent].flat())
  .optional()
  .meta({ description: "A value; repeated, a row has one of them" });

/** A filter for each dimension of a spend cell. */
export const dimensionFilters = Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, filter])) as Record<
  SpendDimension,
  typeof filter
>;

const limitError = "a whole number from 1 to 5000";

const cursorError = "the `next_cursor` of the page before";

export const costReportQuery = z.strictObject(
  {
    from: usageDate,
    to: usageDate.meta({ description: "Included" }),
    group_by: groupBy.optional(),
    granularity: z.enum(GRANULARITIES, { error: `one of ${GRANULARITIES.join(", ")}` }).optional(),
    limit: z
      .string({ error: limitError })
      .regex(/^\d{1,4}$/, { error: limitError })
      .transform(Number)
      .pipe(z.int().min(1, { error: limitError }).max(5_000, { error: limitError }))
      .optional(),
    cursor: z.string({ error: cursorError }).max(100, { error: cursorError }).optional(),
    ...dimensionFilters,
  },
  { error: () => `parameters from from, to, group_by, granularity, limit, cursor, ${SPEND_DIMENSIONS.join(", ")}` },
);

export type CostReportRequest = z.output<typeof costReportQuery>;

const dimensions = Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, z.string().optional()])) as Record<
  SpendDimension,
  z.ZodOptional<z.ZodString>
>;
const sums = Object.fromEntries(QUANTITY_METERS.map((meter) => [meter, z.number().optional()])) as Record<
  QuantityMeter,
  z.ZodOptional<z.ZodNumber>
>;

/** One row per day or month × the dimensions grouped by. A meter that is left out is zero. */
const costReportRow = z.object({
  date: z.string().optional().meta({ description: '"2026-11-23" daily, "2026-11" monthly, left out in total' }),
  ...dimensions,
  cost_usd: usd,
  list_cost_usd: usd,
  requests: z.number(),
  entries: z.number(),
  ...sums,
});

export type CostReportRow = z.output<typeof costReportRow>;

export const costReport = z.object({
  from: z.string(),
  to: z.string(),
  granularity: z.enum(GRANULARITIES),
  group_by: z.array(z.enum(SPEND_DIMENSIONS)),
  rows: z.array(costReportRow),
  next_cursor: z.string().nullable(),
  total_cost_usd: usd.meta({ description: "Over all pages" }),
  total_list_cost_usd: usd,
  unallocated: spendCount.meta({ description: "Of the total: attribution incomplete" }),
  unpriced: spendCount.meta({ description: "No rate for the model: its cost is in no sum" }),
  estimated: spendCount.meta({ description: "Of the total: at a rate that is not exactly the one" }),
  cost_classes: z
    .array(spendCount.extend({ cost_class: z.enum(COST_CLASSES), list_cost_usd: usd }))
    .meta({ description: "The total by cost class, whatever it is grouped by; a class without spend is left out" }),
  row_count: z.int().meta({ description: "Over all pages" }),
  generated_at: replyInstant,
  demo: z.boolean().meta({ description: "True when this is the made-up demo company" }),
});

export type CostReport = z.output<typeof costReport>;
