import middy from "@middy/core";
import * as z from "zod";
import type { PipelineRun, TaskName } from "#app/pipeline-run.ts";
import type { RunState } from "#app/run-state.ts";
import { daysPerRunMax } from "#core/days-per-run.ts";
import { daysBetween, parseUsageDate, type UsageDate } from "#core/time.ts";
import { PIPELINE } from "#lake/steps.ts";
import { withDeadline } from "./deadline.ts";
import { withLog } from "./log.ts";

const taskNames = PIPELINE.flatMap((step): TaskName[] => (step.kind === "task" ? [step.name] : []));

const day = z.string().transform((text, context): UsageDate => {
  const date = parseUsageDate(text);
  if (date !== undefined) return date;
  context.issues.push({ code: "custom", message: "wanted a UTC day, YYYY-MM-DD", input: text });
  return z.NEVER;
});

const backfill = z
  .strictObject({ from: day, to: day, lowerCells: z.boolean().default(false) })
  .refine(({ from, to }) => from <= to && daysBetween(from, to) < daysPerRunMax, {
    message: `wanted 1 to ${daysPerRunMax} days, \`from\` not after \`to\``,
  });

/** Of another step of this run: what a step has given, Step Functions gives back. */
const state = z.custom<RunState>((value) => typeof value === "object" && value !== null);

/** People start executions too: what they write by hand is checked, what the machine carries is not. */
const stepEvent = z.discriminatedUnion("task", [
  z.object({ task: z.literal("begin"), holder: z.string().min(1), backfill: backfill.optional() }),
  z.object({ task: z.literal("finish"), state, error: z.string().optional() }),
  z.object({ task: z.enum(taskNames), state }),
]);

async function stepOf(run: PipelineRun, sent: unknown) {
  const read = stepEvent.safeParse(sent);
  if (!read.success) throw new Error(`the input of this execution: ${z.prettifyError(read.error)}`);
  const event = read.data;
  switch (event.task) {
    case "begin": {
      const { holder, backfill } = event;
      return run.begin({ id: holder, ...(backfill && { backfill }) }, holder);
    }
    case "finish": {
      const { id, status, days, differences } = await run.finish(event.state, event.error);
      return { id, status, days: days.length, differences: differences.length };
    }
    default:
      return run.task(event.task, event.state);
  }
}

/** A pipeline run for a state machine that walks it: one event a piece, the state in between in its hands. */
export function runStep(run: PipelineRun) {
  return middy<unknown, unknown>()
    .use(withDeadline)
    .use(withLog())
    .handler((event) => stepOf(run, event));
}
