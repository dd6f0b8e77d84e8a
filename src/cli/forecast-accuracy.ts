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

const daysText = ({ from, to }: { readonly from: number; readonly to: number }) => `${from} to ${to} days`;
const percent = (value: number | null) => (value === null ? "unknown" : `${value} %`);

async function accuracy(options: AccuracyOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const isOfScopes = options.scopes === true;
  const query = { months: options.months, ...(isOfScopes && { scopes: "dearest" as const }), ...scopeQuery(options) };
  const body = expectStatus(await session.client.forecastAccuracy({ query }), 200, SPEND_DIMENSIONS);
  const shares = ["forecasts", "wape_percent", "bias_percent", "inside_80_percent", "inside_95_percent"];
  const summaries = body.kinds.flatMap(({ kind, month_ends, days }) => [
    ...month_ends
      .filter(({ forecasts }) => forecasts > 0)
      .map(
        (ends) =>
          `month ends ${daysText(ends.days_before)} before, ${ends.forecasts} ${kindText[kind]}: WAPE ${percent(ends.wape_percent)}, bias ${percent(ends.bias_percent)}, inside the 80 % interval ${percent(ends.inside_80_percent)}, the 95 % interval ${percent(ends.inside_95_percent)}`,
      ),
    ...(days.forecasts === 0
      ? []
      : [
          `single days, ${days.forecasts} ${kindText[kind]}: WAPE ${percent(days.wape_percent)}, bias ${percent(days.bias_percent)}, inside the 80 % interval ${percent(days.inside_80_percent)}, the 95 % interval ${percent(days.inside_95_percent)}`,
        ]),
  ]);
  print(terminal, session.format, {
    whole: body,
    columns: isOfScopes
      ? ["scope", "kind", "actual_usd", "days_before", ...shares]
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
    rows: isOfScopes
      ? body.scopes.map(({ scope, days_before, ...row }) => ({
          ...{ scope: scopeName(scope), ...row, days_before: daysText(days_before) },
        }))
      : body.month_ends,
    notes: [
      `\n${scopeName(body.scope)}, USD, ${body.from} to ${body.to}:`,
      ...(summaries.length > 0 ? summaries : ["No month or day that was forecast is over yet."]),
      "A month's end is told as what was spent by then, as it is booked now, and the forecast of the days that were left.",
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
    .option("--scopes", "the 30 scopes that cost most, told with 16 to 25 days left, instead of each month's end")
    .action((options: AccuracyOptions, own: Command) => accuracy(options, own, terminal));
}
