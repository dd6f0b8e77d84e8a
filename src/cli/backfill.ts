import type { Command } from "commander";
import type { Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { connect, expectStatus, refusal, type Session } from "./connection.ts";
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

/** Waits until the run is the last one. */
async function waitFor({ client, terminal }: Session, id: string): Promise<Run> {
  const beganAt = terminal.now();
  let toldAt = beganAt;
  for (let polls = 0; polls * pollEveryMs < waitMaxMs; polls++) {
    const { last_run } = expectStatus(await client.status({}), 200);
    if (last_run?.id === id) {
      if (terminal.isInteractive) terminal.err("\n");
      return last_run;
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
    .option("--lower-cells", "also lower live sums of these days that are above the lake: nothing else ever does")
    .action((options: BackfillOptions, command: Command) => backfill(options, command, terminal));
}
