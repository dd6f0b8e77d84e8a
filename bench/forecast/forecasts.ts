import { forecastDaily, forecastMeans } from "#core/forecast/forecast-daily.ts";
import { coverageOf } from "./coverage.ts";
import {
  accuracy,
  growthError,
  type MonthEnd,
  meanOf,
  monthEndError,
  monthEndOf,
  monthEndWape,
  runRate,
} from "./protocol.ts";
import { type Method, medianOfThree, seasonalNaive } from "./rival-methods.ts";
import { earlierWindows, halvesOf, type Window, windowsOf } from "./windows.ts";

const ours: Method = forecastMeans;
const percents = (values: readonly number[], digits = 1): string => values.map((v) => v.toFixed(digits)).join(" / ");

function printRow(name: string, ...cells: string[]): void {
  console.log(name.padEnd(34) + cells.map((cell) => cell.padStart(24)).join(""));
}

const monthEnds = (windows: readonly Window[], monthEnd: MonthEnd): string =>
  percents([10, 15, 20].map((day) => monthEndError(windows, monthEnd, day)));

function printMethod(name: string, windows: readonly Window[], method: Method): void {
  const { mase, smape } = accuracy(windows, method);
  const growth = percents([0, 0.03, 0.08].map((rate) => growthError(windows, method, rate)));
  printRow(name, mase.toFixed(3), smape.toFixed(1), growth, monthEnds(windows, monthEndOf(method)));
}

function printTable(title: string, windows: readonly Window[]): void {
  console.log(`\n${title}: ${windows.length} windows, 30 days ahead`);
  printRow("", "MASE", "sMAPE", "growth 0/3/8 %: %", "day 10/15/20: %");
  const autoEts = windows.flatMap(({ autoEtsMase }) => autoEtsMase ?? []);
  if (autoEts.length > 0) printRow("R AutoETS (as given)", meanOf(autoEts).toFixed(3), "", "", "");
  printMethod("seasonal naive", windows, seasonalNaive);
  printRow("run-rate", "", "", "", monthEnds(windows, runRate));
  printMethod("median of three (data README)", windows, medianOfThree);
  printMethod("ai-finops", windows, ours);
}

function printCoverage(name: string, windows: readonly Window[]): void {
  const { days80, days95, totals80, totals95 } = coverageOf(windows);
  printRow(name, percents([days80, days95]), percents([totals80, totals95]));
}

/** A month's end told before its first day, and on three of its days. */
const toldOnDays = [0, 10, 15, 20];

function printWape(name: string, windows: readonly Window[], method: Method): void {
  const judged = toldOnDays.map((day) => monthEndWape(windows, monthEndOf(method), day));
  const { wape, bias } = { wape: judged.map((one) => one.wape), bias: judged.map((one) => one.bias) };
  printRow(name, percents(wape), percents(bias));
}

/** Prints the time for 10,000 series: of the processor, and by the clock, which a busy machine makes longer. */
function printTime(name: string, seriesMax: number, run: (series: number) => unknown): void {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  for (let series = 0; series < seriesMax; series++) run(series);
  const { user, system } = process.cpuUsage(before);
  const perRun = 10_000 / seriesMax;
  const cpu = ((user + system) / 1e6) * perRun;
  const wall = ((performance.now() - startedMs) / 1000) * perRun;
  printRow(name, `${cpu.toFixed(1)} s`, `${wall.toFixed(1)} s`);
}

function printTimes(histories: readonly (readonly number[])[], seriesMax: number): void {
  const historyOf = (series: number): readonly number[] => histories[series % histories.length] as readonly number[];
  console.log("\n10,000 series of 90 days, one thread (wanted: ≤ 5 s without, ≤ 40 s with intervals)");
  printRow("", "processor", "clock");
  printTime("without intervals, 30 days ahead", seriesMax, (series) => forecastMeans(historyOf(series), 30));
  printTime("with intervals, 30 days ahead", seriesMax, (series) => forecastDaily(historyOf(series), 30));
  printTime("with intervals, 90 days ahead", seriesMax, (series) => forecastDaily(historyOf(series), 90));
}

/** Skips, saying so, what the folder does not hold. */
export function printForecasts(dataDir: string, smoke: boolean): void {
  const recent = windowsOf(dataDir, 90);
  const long = windowsOf(dataDir, 365);
  if (recent === undefined || long === undefined)
    return console.log(`forecasts skipped: no forecast-dev in ${dataDir}`);
  const tables: [string, readonly Window[]][] = [
    ["90 days of history", recent],
    ["  one half of the series", halvesOf(recent)[0]],
    ["  the other half", halvesOf(recent)[1]],
    ["365 days of history", long],
    ["90 days, earlier in the 365", earlierWindows(long)],
  ];
  for (const [title, windows] of tables.slice(0, smoke ? 1 : undefined)) printTable(title, windows);
  console.log("\nwanted on 90 days: MASE ≤ 1.03; signed errors within ±3/±7/±12 %; month-end errors ≤ 6.5/3.5/2.5 %");

  console.log("\nintervals: percent of actual values inside (wanted of days: 77–85 / 93–97)");
  printRow("", "days: 80 % / 95 %", "totals: 80 % / 95 %");
  for (const [title, windows] of tables.slice(0, smoke ? 1 : undefined)) printCoverage(title, windows);

  console.log("\nmonth ends told on day 0/10/15/20, each series' month as large as another's: %");
  printRow("", "WAPE", "bias");
  for (const [title, windows] of tables.slice(0, smoke ? 1 : undefined)) printWape(title, windows, ours);
  printWape("90 days: seasonal naive", recent, seasonalNaive);
  console.log("wanted: WAPE ≤ 10 %, bias within ±3 %");

  printTimes(
    recent.map(({ history }) => history),
    smoke ? 100 : 10_000,
  );
}
