import type { Command } from "commander";
import { asOfLastRun } from "./as-of-last-run.ts";
import { connect, expectStatus } from "./connection.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

async function listRuns({ days }: { readonly days: string }, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listForecastRuns({ query: { days } }), 200);
  print(terminal, session.format, {
    whole: body,
    columns: [
      ...["as_of", "kind", "made_at", "scopes", "history_days", "confidence"],
      ...["total_30_days_usd", "total_30_days_p10_usd", "total_30_days_p90_usd"],
    ],
    rows: body.runs,
    notes: [
      "\nAll spend expected in the 30 days after as_of, in USD. A backtest was made later, from the history up to as_of.",
      asOfLastRun,
    ],
  });
}

export function addForecastRuns(forecast: Command, terminal: Terminal): void {
  forecast
    .command("runs")
    .description("the forecasts that were made, the latest first")
    .option("--days <days>", "of the last so many days, at most 400", "90")
    .action((options: { readonly days: string }, own: Command) => listRuns(options, own, terminal));
}
