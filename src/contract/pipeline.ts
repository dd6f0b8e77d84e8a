import * as z from "zod";
import { daysPerRunMax } from "#core/days-per-run.ts";
import { daysBetween } from "#core/time.ts";
import { replyInstant, usageDate, usd } from "./values.ts";

const lowerCellsError = "true or false";

/** Left out, the pipeline does what there is to do. */
export const pipelineRequest = z
  .strictObject(
    {
      from: usageDate.meta({ description: "First UTC day to recompute" }),
      to: usageDate.meta({ description: `Last UTC day to recompute: at most ${daysPerRunMax} in one request` }),
      lower_cells: z
        .boolean({ error: lowerCellsError })
        .optional()
        .meta({
          description:
            "Also lower live sums of these days that are above the lake, where the run before found the same difference: " +
            "what is there for the first time may be on its way to the lake. Nothing else ever lowers one",
        }),
    },
    { error: "one of from, to, lower_cells" },
  )
  .refine(({ from, to }) => from <= to, { path: ["to"], error: "a day that is not before `from`" })
  .refine(({ from, to }) => daysBetween(from, to) < daysPerRunMax, {
    path: ["to"],
    error: `at most ${daysPerRunMax} days from \`from\` on, both included`,
  })
  .optional();

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
    .meta({
      description: "Days on which the live sums and the lake differed: not merged yet, or wrong when it stands",
    }),
  repairs: z
    .array(z.object({ usage_date: z.string(), cells: z.int(), cost_usd: usd, entries: z.int() }))
    .meta({ description: "What was added to live sums of such days towards what the lake has" }),
  error: z.string().optional(),
});

/** A run that goes on elsewhere: `GET /v1/status` has it as its last one when it is over. */
export const startedRun = z.object({ id: z.string(), status: z.literal("running") });
