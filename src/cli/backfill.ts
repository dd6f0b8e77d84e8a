import type { Command } from "commander";
import { UnexpectedReply } from "#contract/client.ts";
import type { Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { connect, refusal, type Session } from "./connection.ts";
import { exitCodes, Failure } from "./failure.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly lowerCells?: true;
}

type Run = Extract<Reply<Routes["runPipeline"]>, { readonly status: 200 }>["body"];

const pollEveryMs = 3_000;
/** Longer than a run may take. */
const waitMaxMs = 75 * 60_000;
const lineEveryMs = 30_000;

/** One after the other: a minute. */
const failedPollsMax = 20;

const isPassing = (status: number) => status === 429 || status >= 500;

/** The last run, or why it cannot be told just now. */
async function askLastRun({ client }: Session): Promise<Run | null | Error> {
  try {
    const reply = await client.status({});
    if (reply.status === 200) return reply.body.last_run;
    if (isPassing(reply.status)) return refusal(reply.body);
    throw refusal(reply.body);
  } catch (error) {
    const isUnreachable = error instanceof Failure && error.exitCode === exitCodes.unreachable;
    if (isUnreachable || (error instanceof UnexpectedReply && isPassing(error.status))) return error;
    throw error;
  }
}

/** Waits until the run is the last one. */
async function waitFor(session: Session, id: string): Promise<Run> {
  const { terminal } = session;
  const beganAt = terminal.now();
  let toldAt = beganAt;
  let failedPolls = 0;
  for (let polls = 0; polls * pollEveryMs < waitMaxMs; polls++) {
    const last = await askLastRun(session);
    failedPolls = last instanceof Error ? failedPolls + 1 : 0;
    if (last instanceof Error && failedPolls > failedPollsMax) throw last;
    if (last !== null && !(last instanceof Error) && last.id === id) {
      if (terminal.isInteractive) terminal.err("\n");
      return last;
    }
    const line = `run ${id}: ${Math.round((terminal.now() - beganAt) / 1_000)} s`;
    if (terminal.isInteractive) terminal.err(`\r${line}`);
    else if (terminal.now() - toldAt >= lineEveryMs) {
      terminal.err(`${line}\n`);
      toldAt = terminal.now();
    }
    await terminal.sleep(pollEveryMs);
  }
  const fix = "`finops status` tells of the last run; the days can be asked for again";
  throw new Failure(`run ${id} has not ended in 75 minutes`, { exitCode: exitCodes.refused, fix });
}

/** Why days that were asked to be lowered still differ. */
function notLowered({ differences, repairs }: Run, { from, to }: BackfillOptions): string[] {
  const repaired = new Set(repairs.map(({ usage_date }) => usage_date));
  const left = differences.filter(({ usage_date: day }) => day >= from && day <= to && !repaired.has(day));
  return left.map(({ usage_date, cells_usd, cost_daily_usd, standing }) => {
    const why = standing
      ? "something of the day may still come"
      : "the run before did not find the same, and it may be on its way to the lake; ask again after the next run";
    return `${usage_date}: live sums ${cells_usd} USD, lake ${cost_daily_usd} USD: not lowered, ${why}.`;
  });
}

async function backfill(options: BackfillOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const { from, to, lowerCells } = options;
  const reply = await session.client.runPipeline({ body: { from, to, ...(lowerCells && { lower_cells: true }) } });
  if (reply.status !== 200 && reply.status !== 202) throw refusal(reply.body);
  const run = reply.status === 200 ? reply.body : await waitFor(session, reply.body.id);
  if (run.status !== "succeeded") {
    const why = run.error ?? "there was nothing to do";
    throw new Failure(`run ${run.id} ${run.status}: ${why}`, { exitCode: exitCodes.refused, fix: "try again" });
  }
  const notes = [
    `${run.days.length} days recomputed by run ${run.id}.`,
    ...run.repairs.map(
      (day) => `${day.usage_date}: ${day.cost_usd} USD and ${day.entries} entries added to ${day.cells} live sums.`,
    ),
    ...(lowerCells ? notLowered(run, options) : []),
  ];
  const rows = run.days.map((usage_date) => ({ usage_date }));
  const shown = session.format === "table" ? [] : rows;
  print(terminal, session.format, { whole: run, columns: ["usage_date"], rows: shown, notes });
}

export function addBackfill(program: Command, terminal: Terminal): void {
  program
    .command("backfill")
    .description("recompute the daily sums of past days from their entries, at most 900 days at a time")
    .requiredOption("--from <date>", "first UTC day")
    .requiredOption("--to <date>", "last UTC day")
    .option("--lower-cells", "also lower live sums of these days that the run before found above the lake, too")
    .action((options: BackfillOptions, command: Command) => backfill(options, command, terminal));
}
