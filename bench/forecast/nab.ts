import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { judgeDays } from "#core/anomaly-daily.ts";
import { judgeHour } from "#core/anomaly-hourly.ts";
import { pictureOf } from "./nab-picture.ts";
import { sumOf } from "./protocol.ts";

const files = ["2_cpc", "2_cpm", "3_cpc", "3_cpm", "4_cpc", "4_cpm"].map((name) => `exchange-${name}_results.csv`);
const hourMs = 3_600_000;
const usedHours = 14 * 24;
const excessMin = 1e-6;
const bars = "▁▂▃▄▅▆▇█";

interface HourlySeries {
  readonly startMs: number;
  /** An hour that nobody reported is what the hour before was: these are prices, not sums. */
  readonly hours: readonly number[];
}

function seriesOf(path: string): HourlySeries {
  const rows = readFileSync(path, "utf8").trim().split("\n").slice(1);
  const points = rows.map((row): [number, number] => {
    const [at = "", value = ""] = row.split(",");
    return [Math.floor(Date.parse(`${at.replace(" ", "T")}Z`) / hourMs), Number(value)];
  });
  const [first = 0] = points[0] ?? [];
  const byHour = new Map(points);
  const hours: number[] = [];
  for (let hour = first; hour <= (points.at(-1)?.[0] ?? first); hour++)
    hours.push(byHour.get(hour) ?? hours.at(-1) ?? 0);
  return { startMs: first * hourMs, hours };
}

function daysOf(hours: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(hours.length / 24) }, (_, day) => sumOf(hours.slice(day * 24, day * 24 + 24)));
}

export interface JudgedSeries extends HourlySeries {
  readonly name: string;
  readonly days: readonly number[];
  readonly windows: readonly (readonly [number, number])[];
  /** Days, counted from the first, that each rule has found. */
  readonly dailyDays: readonly number[];
  readonly hourlyDays: readonly number[];
  readonly labelledDays: readonly number[];
  /** Windows with a day that a rule has found. */
  readonly found: number;
  /** Days found outside the windows. */
  readonly outside: number;
}

function judge(name: string, series: HourlySeries, windows: JudgedSeries["windows"]): JudgedSeries {
  const { startMs, hours } = series;
  const days = daysOf(hours);
  const hourAlarms = hours.map((booked, t) => judgeHour(hours.slice(Math.max(0, t - usedHours), t), booked, excessMin));
  const daily = judgeDays(days, 0, excessMin);
  const daysWhere = (is: (day: number) => boolean) => days.flatMap((_, day) => (is(day) ? [day] : []));
  const dailyDays = daysWhere((day) => daily[day]?.isAnomaly === true);
  const hourlyDays = daysWhere((day) => hourAlarms.slice(day * 24, day * 24 + 24).some((v) => v?.isRunaway));
  const isIn =
    ([from, to]: readonly [number, number]) =>
    (day: number) =>
      startMs + day * 24 * hourMs <= to && startMs + (day + 1) * 24 * hourMs > from;
  const alarmed = new Set([...dailyDays, ...hourlyDays]);
  const labelledDays = daysWhere((day) => windows.some((window) => isIn(window)(day)));
  return {
    ...{ ...series, name, days, windows, dailyDays, hourlyDays, labelledDays },
    found: windows.filter((window) => [...alarmed].some(isIn(window))).length,
    outside: [...alarmed].filter((day) => !labelledDays.includes(day)).length,
  };
}

/** A character per day: its height, the days labelled as anomalous, and what found them. */
function printPicture({ days, windows, dailyDays, hourlyDays, labelledDays, found, outside }: JudgedSeries): void {
  const highest = Math.max(...days);
  const marks = (marked: readonly number[], mark: string) =>
    days.map((_, day) => (marked.includes(day) ? mark : " ")).join("");
  console.log(`  cost     ${days.map((day) => bars[Math.min(7, Math.floor((8 * day) / highest))]).join("")}`);
  console.log(`  labelled ${marks(labelledDays, "^")}`);
  console.log(`  daily    ${marks(dailyDays, "D")}\n  hourly   ${marks(hourlyDays, "h")}`);
  console.log(
    `  ${found} of ${windows.length} labelled windows hit; ${outside} of ${days.length} days alarmed outside them`,
  );
}

/** Skips, saying so, what the folder does not hold. @param picture the SVG to write, where one is wanted */
export function printNab(dataDir: string, picture?: string): void {
  const labelsPath = join(dataDir, "nab", "combined_windows.json");
  if (!existsSync(labelsPath)) return console.log(`NAB skipped: no nab in ${dataDir}`);
  const labels = JSON.parse(readFileSync(labelsPath, "utf8")) as Record<string, [string, string][]>;
  const judged = files.map((file) => {
    const windows = (labels[`realAdExchange/${file}`] ?? []).map((pair) =>
      pair.map((at) => Date.parse(`${at.replace(" ", "T")}Z`)),
    ) as [number, number][];
    return judge(file, seriesOf(join(dataDir, "nab", file)), windows);
  });
  for (const series of judged) {
    console.log(`\nNAB ${series.name}: a character per day`);
    printPicture(series);
  }
  const sum = (pick: (series: JudgedSeries) => number): number => sumOf(judged.map(pick));
  const rate = (30 * sum(({ outside }) => outside)) / sum(({ days }) => days.length);
  console.log(
    `\nNAB in all: ${sum(({ found }) => found)} of ${sum(({ windows }) => windows.length)} labelled windows hit, ${rate.toFixed(2)} other alarmed days in 30`,
  );
  if (picture !== undefined) writeFileSync(picture, pictureOf(judged));
}
