import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judgeDays } from "#core/anomaly-daily.ts";
import { judgeHour } from "#core/anomaly-hourly.ts";
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

/** A character per day: its height, the days labelled as anomalous, and what found them. */
function printPicture({ startMs, hours }: HourlySeries, windows: readonly (readonly [number, number])[]) {
  const days = daysOf(hours);
  const highest = Math.max(...days);
  const hourAlarms = hours.map((booked, t) => judgeHour(hours.slice(Math.max(0, t - usedHours), t), booked, excessMin));
  const daily = judgeDays(days, 0, excessMin);
  const dayMarks = days.map((_, day) => (daily[day]?.isAnomaly ? "D" : " "));
  const hourMarks = days.map((_, day) =>
    hourAlarms.slice(day * 24, day * 24 + 24).some((v) => v?.isRunaway) ? "h" : " ",
  );
  const isLabelled = (day: number): boolean =>
    windows.some(([from, to]) => startMs + day * 24 * hourMs <= to && startMs + (day + 1) * 24 * hourMs > from);
  const found = windows.filter(([from, to]) =>
    days.some((_, day) => {
      const inside = startMs + day * 24 * hourMs <= to && startMs + (day + 1) * 24 * hourMs > from;
      return inside && (dayMarks[day] === "D" || hourMarks[day] === "h");
    }),
  ).length;
  const outside = days.filter((_, day) => !isLabelled(day) && (dayMarks[day] !== " " || hourMarks[day] !== " ")).length;
  console.log(`  cost     ${days.map((day) => bars[Math.min(7, Math.floor((8 * day) / highest))]).join("")}`);
  console.log(`  labelled ${days.map((_, day) => (isLabelled(day) ? "^" : " ")).join("")}`);
  console.log(`  daily    ${dayMarks.join("")}\n  hourly   ${hourMarks.join("")}`);
  console.log(
    `  ${found} of ${windows.length} labelled windows hit; ${outside} of ${days.length} days alarmed outside them`,
  );
  return { found, labelled: windows.length, outside, days: days.length };
}

/** Skips, saying so, what the folder does not hold. */
export function printNab(dataDir: string): void {
  const labelsPath = join(dataDir, "nab", "combined_windows.json");
  if (!existsSync(labelsPath)) return console.log(`NAB skipped: no nab in ${dataDir}`);
  const labels = JSON.parse(readFileSync(labelsPath, "utf8")) as Record<string, [string, string][]>;
  const totals = files.map((file) => {
    console.log(`\nNAB ${file}: a character per day`);
    const windows = (labels[`realAdExchange/${file}`] ?? []).map((pair) =>
      pair.map((at) => Date.parse(`${at.replace(" ", "T")}Z`)),
    ) as [number, number][];
    return printPicture(seriesOf(join(dataDir, "nab", file)), windows);
  });
  const sum = (pick: (total: (typeof totals)[number]) => number): number => sumOf(totals.map(pick));
  const rate = (30 * sum(({ outside }) => outside)) / sum(({ days }) => days);
  console.log(
    `\nNAB in all: ${sum(({ found }) => found)} of ${sum(({ labelled }) => labelled)} labelled windows hit, ${rate.toFixed(2)} other alarmed days in 30`,
  );
}
