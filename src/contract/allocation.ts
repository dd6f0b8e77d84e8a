import * as z from "zod";
import { COST_CLASSES } from "#core/dimensions.ts";
import { costReportQuery, GRANULARITIES } from "./cost-report.ts";
import { spendCount } from "./spend-count.ts";
import { replyInstant, usd } from "./values.ts";

const { from, to, granularity, limit, cursor } = costReportQuery.shape;

export const allocationQuery = z.strictObject(
  { from, to, granularity, limit, cursor },
  { error: "parameters from from, to, granularity, limit, cursor" },
);

const sums = {
  direct_cost_usd: usd.meta({ description: "Metered spend that is shared with nobody" }),
  shared_cost_usd: usd.meta({ description: "Parts of shared costs" }),
  fixed_cost_usd: usd.meta({ description: "Seats and subscriptions, a day's part of their months" }),
  total_cost_usd: usd,
};
const costClass = z.enum(COST_CLASSES);

/** One row per day or month × team × cost class. */
const allocationRow = z.object({
  date: z.string().exactOptional().meta({ description: '"2026-11-23" daily, "2026-11" monthly, left out in total' }),
  team: z.string(),
  cost_class: costClass,
  ...sums,
  shared_costs: z.array(z.object({ id: z.string(), cost_usd: usd })).meta({ description: "What the parts are of" }),
});

export const allocationReport = z.object({
  from: z.string(),
  to: z.string(),
  granularity: z.enum(GRANULARITIES),
  rows: z.array(allocationRow),
  next_cursor: z.string().nullable(),
  row_count: z.int().meta({ description: "Over all pages, as all that follows" }),
  ...sums,
  cost_classes: z
    .array(z.object({ cost_class: costClass, ...sums }))
    .meta({ description: "They sum to the total; a class without spend is left out" }),
  unsplit: z
    .array(z.object({ id: z.string(), date: z.string(), team: z.string(), cost_usd: usd }))
    .meta({ description: "Shared spend of days on which nothing was measured to split it by: it stays direct" }),
  unpriced: spendCount.meta({ description: "No rate for the model: its cost is in no sum" }),
  generated_at: replyInstant,
  demo: z.boolean().meta({ description: "True when this is the made-up demo company" }),
});

export type AllocationReport = z.output<typeof allocationReport>;
