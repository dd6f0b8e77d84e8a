import * as z from "zod";
import { pipelineRun } from "./pipeline.ts";
import { spendCount } from "./spend-count.ts";
import { replyInstant } from "./values.ts";

export const status = z.object({
  data: z.enum(["demo", "own"]).meta({ description: "demo: the made-up company" }),
  now: replyInstant,
  last_run: pipelineRun.nullable(),
  unpriced: spendCount.meta({ description: "Of the last 31 days: no rate for the model" }),
  unallocated: spendCount.meta({ description: "Of the last 31 days: attribution incomplete" }),
});

export const health = z.object({ status: z.literal("ok") });
