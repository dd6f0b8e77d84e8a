import { type Command, Option } from "commander";
import type * as z from "zod";
import type { forecast as forecastReply } from "#contract/forecasts.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { asOfLastRun } from "./as-of-last-run.ts";
import { connect, expectStatus } from "./connection.ts";
import { addForecastAccuracy } from "./forecast-accuracy.ts";
import { addForecastRuns } from "./forecast-runs.ts";
import { type ScopeOptions, scopeName, scopeOptions, scopeQuery } from "./forecast-scope.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import { sparkline } from "./sparkline.ts";
import type { Terminal } from "./terminal.ts";

type Horizon = "30" | "60" | "90";
interface ForecastOptions extends ScopeOptions {
  readonly horizon: Horizon;
}

interface Interval {
  readonly mean_usd: string;
  readonly p10_usd: string;
  readonly p90_usd: string;
}

const between = ({ p10_usd, p90_usd }: Interval) => `${moneyForPeople(p10_usd)} to ${moneyForPeople(p90_usd)}`;

type Forecast = z.infer<typeof forecastReply>["forecasts"][number];

function describe(one: Forecast, asOf: string, horizon: Horizon): string[] {
  const { scope, month, spent_usd, month_end, confidence, growth_percent_per_week } = one;
  const spent = `${moneyForPeople(spent_usd)} of it spent so far`;
  const reasons = confidence.reasons.map(({ text }) => `  ${confidence.level} confidence: ${text}`);
  if (one.history_days === 0) {
    return [
      `${scopeName(scope)}: not known yet, ${month} has cost ${moneyForPeople(spent_usd)} USD so far`,
      ...reasons,
    ];
  }
  return [
    `${scopeName(scope)}: ${sparkline(one.days.map(({ mean_usd }) => Number(mean_usd)))}`,
    month_end === null
      ? `  ${month}: the forecast of ${asOf} does not reach its end, ${spent}`
      : `  ${month} by its end ${between(month_end)} USD (80 %), ${spent}`,
    ...one.totals
      .filter((total) => String(total.days) === horizon)
      .map((total) => `  next ${total.days} days, to ${total.to}: ${between(total)} USD (80 %)`),
    ...(growth_percent_per_week === 0 ? [] : [`  growing by ${growth_percent_per_week} % a week, damped`]),
    ...(one.agrees ? [] : ["  forecast by itself: it need not add up with the scopes that it shares spend with"]),
    ...reasons,
  ];
}

async function forecast(options: ForecastOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const query = { horizon: options.horizon, ...scopeQuery(options) };
  const body = expectStatus(await session.client.readForecast({ query }), 200, SPEND_DIMENSIONS);
  const isTable = session.format === "table";
  const rows = body.forecasts.map(({ scope, month_end, totals, confidence }) => ({
    scope: scopeName(scope),
    month_end_usd: month_end?.mean_usd ?? "unknown",
    ...Object.fromEntries(totals.map(({ days, mean_usd }) => [`next_${days}_days_usd`, mean_usd])),
    confidence: confidence.level,
  }));
  const days = body.forecasts.flatMap(({ scope, days: ofScope }) =>
    ofScope.map((day) => ({ scope: scopeName(scope), as_of: body.as_of, ...day })),
  );
  const interval = ["mean_usd", "p10_usd", "p90_usd", "p025_usd", "p975_usd"];
  print(terminal, session.format, {
    whole: body,
    columns: isTable
      ? ["scope", "month_end_usd", "next_30_days_usd", "next_60_days_usd", "next_90_days_usd", "confidence"]
      : ["scope", "as_of", "date", ...interval],
    rows: isTable ? rows : days,
    notes: [
      "",
      ...body.forecasts.flatMap((one) => describe(one, body.as_of, options.horizon)),
      `\nUSD, made as of the end of ${body.as_of} (UTC), each scope over ${options.horizon} days from the day after.`,
      ...(body.scopes_left_out > 0 ? [`${body.scopes_left_out} teams and features are not forecast: too many.`] : []),
      asOfLastRun,
    ],
  });
}

export function addForecast(program: Command, terminal: Terminal): void {
  const command = program
    .command("forecast")
    .description("what will be spent: by day, in 30, 60 and 90 days, and by this month's end");
  scopeOptions(command)
    .addOption(new Option("--horizon <days>", "days to show").choices(["30", "60", "90"]).default("30"))
    .action((options: ForecastOptions, own: Command) => forecast(options, own, terminal));
  addForecastAccuracy(command, terminal);
  addForecastRuns(command, terminal);
}
