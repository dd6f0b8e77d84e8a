import type { Command } from "commander";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { asOfLastRun } from "./as-of-last-run.ts";
import { connect, expectStatus } from "./connection.ts";
import { type ScopeOptions, scopeName, scopeOptions, scopeQuery } from "./forecast-scope.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface AccuracyOptions extends ScopeOptions {
  readonly months: string;
  readonly scopes?: true;
}

const kindText = {
  run: "made then",
  backtest: "backtests, made later from the history up to their day",
} as const;

const percent = (value: number | null) => (value === null ? "unknown" : `${value} %`);

async function accuracy(options: AccuracyOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  // The command above has options of the same names: it takes them first.
  const all: AccuracyOptions = { ...command.optsWithGlobals(), ...options };
  const query = { months: all.months, ...scopeQuery(all) };
  const body = expectStatus(await session.client.forecastAccuracy({ query }), 200, SPEND_DIMENSIONS);
  const shares = ["forecasts", "wape_percent", "bias_percent", "inside_80_percent", "inside_95_percent"];
  const summaries = body.kinds.flatMap(({ kind, month_ends, days }) => [
    ...(month_ends.forecasts === 0
      ? []
      : [
          `month ends, ${month_ends.forecasts} ${kindText[kind]}: WAPE ${percent(month_ends.wape_percent)}, bias ${percent(month_ends.bias_percent)}, inside the 80 % interval ${percent(month_ends.inside_80_percent)}, the 95 % interval ${percent(month_ends.inside_95_percent)}`,
        ]),
    ...(days.forecasts === 0
      ? []
      : [
          `single days, ${days.forecasts} ${kindText[kind]}: WAPE ${percent(days.wape_percent)}, bias ${percent(days.bias_percent)}, inside the 80 % interval ${percent(days.inside_80_percent)}, the 95 % interval ${percent(days.inside_95_percent)}`,
        ]),
  ]);
  const isOfScopes = all.scopes === true;
  print(terminal, session.format, {
    whole: body,
    columns: isOfScopes
      ? ["scope", "kind", "actual_usd", ...shares]
      : [
          "month",
          "as_of",
          "days_before",
          "kind",
          "forecast_usd",
          "actual_usd",
          "error_percent",
          "inside_80",
          "inside_95",
        ],
    rows: isOfScopes ? body.scopes.map(({ scope, ...row }) => ({ scope: scopeName(scope), ...row })) : body.month_ends,
    notes: [
      `\n${scopeName(body.scope)}, USD, ${body.from} to ${body.to}:`,
      ...(summaries.length > 0 ? summaries : ["No month or day that was forecast is over yet."]),
      asOfLastRun,
    ],
  });
}

export function addForecastAccuracy(forecast: Command, terminal: Terminal): void {
  const command = forecast
    .command("accuracy")
    .description("what was forecast beside what came, by month's end and by day");
  scopeOptions(command)
    .option("--months <months>", "the last so many that are over, at most 13", "3")
    .option("--scopes", "every scope that was forecast, instead of each month's end")
    .action((options: AccuracyOptions, own: Command) => accuracy(options, own, terminal));
}
