import { expectedUsd } from "#core/expected-usd.ts";
import type { Expected } from "#core/forecast/forecast-daily.ts";
import type { ForecastRun, ScopeForecast } from "#core/forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { parseUsageDate } from "#core/time.ts";
import { sqlTimestamp } from "./sql-timestamp.ts";

/*
 * A scope's forecast as a row of `values (…)`: run, kind, last day of history, moment, scope, days of history, confidence,
 * and eleven lists less one of p50: of the days the mean and its quantiles, of the totals likewise. Names that senders and
 * people choose stand in the scope alone, and there as hexadecimal digits: none of their characters reaches a statement.
 */

const runPattern = /^(run|backtest)-[0-9a-f-]{10,19}$/;
const momentPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}$/;
const hexPattern = /^[0-9a-f]*$/;
const countPattern = /^\d{1,6}$/;
const listPattern = /^[0-9.,]+$/;
const numberPattern = /^\d{1,25}(\.\d{1,12})?$/;
const confidences: ReadonlySet<string> = new Set(["low", "medium", "high"]);
const listsCount = 10;

const listText = (expected: readonly Expected[], name: keyof Expected): string =>
  expected.map((one) => expectedUsd(one[name])).join(",");

/** The bytes of the text in UTF-8, two hexadecimal digits each. */
export function hexOf(text: string): string {
  return encodeURIComponent(text).replace(/%([0-9A-F]{2})|[^%]/g, (one, byte?: string) =>
    byte === undefined ? one.charCodeAt(0).toString(16).padStart(2, "0") : byte.toLowerCase(),
  );
}

const quantiles = ["mean", "p025", "p10", "p90", "p975"] as const;

/** One scope of a run, as `renderStatement` takes it: fields with a space between them. */
export function forecastText({ id, kind, asOf, madeAt }: ForecastRun, forecast: ScopeForecast): string {
  return [
    ...[id, kind, asOf, sqlTimestamp(madeAt).replace(" ", "T")],
    ...[hexOf(scopeKey(forecast.scope)), String(forecast.historyDays), forecast.confidence.level],
    ...quantiles.map((name) => listText(forecast.days, name)),
    ...quantiles.map((name) => listText(forecast.totals, name)),
  ].join(" ");
}

const isList = (text: string): boolean =>
  listPattern.test(text) && text.split(",").every((one) => numberPattern.test(one));

/** The row that the text stands for; undefined when it is anything but such a text. */
export function forecastLiteral(text: string): string | undefined {
  const [id = "", kind = "", asOf = "", moment = "", scope = "", historyDays = "", confidence = "", ...lists] =
    text.split(" ");
  const isForecast =
    runPattern.test(id) &&
    (kind === "run" || kind === "backtest") &&
    parseUsageDate(asOf) !== undefined &&
    momentPattern.test(moment) &&
    hexPattern.test(scope) &&
    countPattern.test(historyDays) &&
    confidences.has(confidence) &&
    lists.length === listsCount &&
    lists.every(isList);
  if (!isForecast) return undefined;
  const texts = lists.map((list) => `'${list}'`).join(", ");
  const made = `timestamp '${moment.replace("T", " ")}'`;
  return `('${id}', '${kind}', date '${asOf}', ${made}, '${scope}', ${historyDays}, '${confidence}', ${texts})`;
}
