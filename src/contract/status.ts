import * as z from "zod";
import { spendCount } from "./spend-count.ts";
import { replyInstant, usd } from "./values.ts";

export const pipelineRun = z.object({
  id: z.string(),
  started_at: replyInstant,
  finished_at: replyInstant,
  status: z.enum(["skipped", "succeeded", "failed"]),
  days: z.array(z.string()).meta({ description: "Days whose rollup was recomputed" }),
  differences: z
    .array(
      z.object({
        usage_date: z.string(),
        cells_usd: usd,
        cost_daily_usd: usd,
        combinations: z.int().meta({ description: "Of dimensions, of which any sum differs" }),
        standing: z.boolean().meta({ description: "The run before found the same, and nothing new has come: a fault" }),
      }),
    )
    .meta({ description: "Days on which the live sums and the lake differ: not merged yet, or wrong when it stands" }),
  error: z.string().optional(),
});

export const status = z.object({
  data: z.enum(["demo", "own"]).meta({ description: "demo: the made-up company" }),
  now: replyInstant,
  last_run: pipelineRun.nullable(),
  unpriced: spendCount.meta({ description: "Of the last 31 days: no rate for the model" }),
  unallocated: spendCount.meta({ description: "Of the last 31 days: attribution incomplete" }),
});

export const health = z.object({ status: z.literal("ok") });
