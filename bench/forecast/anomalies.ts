import { INJECTION_NAMES, INJECTIONS, type InjectionName, placesOf } from "./injections.ts";
import { meanOf } from "./protocol.ts";
import { type Detector, detectors } from "./rival-detectors.ts";
import { halvesOf, type Window, windowsOf } from "./windows.ts";

const historyDays = 98;
const longestDays = 10;
const wantedRate = 0.5;

/** The scores of a series as it is, and of each injection from its first day on. */
interface Scored {
  readonly clean: readonly number[];
  readonly injected: Readonly<Record<InjectionName, readonly (readonly number[])[]>>;
}

function injectedScores(costs: readonly number[], name: InjectionName, at: number, detector: Detector) {
  const { days, factor } = INJECTIONS[name];
  const around = costs.slice(at - historyDays, at + days);
  return detector(
    around.map((cost, t) => (t < historyDays ? cost : cost * factor(t - historyDays))),
    historyDays,
  );
}

function scoreSeries(window: Window, series: number, detector: Detector, perSeries: number): Scored {
  const costs = [...window.history, ...window.actual];
  const places = placesOf(series, perSeries, historyDays, costs.length - historyDays - longestDays);
  const injected = Object.fromEntries(
    INJECTION_NAMES.map((name) => [name, places.map((at) => injectedScores(costs, name, at, detector))]),
  ) as Record<InjectionName, number[][]>;
  return { clean: detector(costs, historyDays), injected };
}

/** False episodes (runs of days above the threshold) in 30 days. */
function falseRate(scored: readonly Scored[], threshold: number): number {
  const days = scored.reduce((sum, { clean }) => sum + clean.length, 0);
  const episodes = scored.reduce((sum, { clean }) => {
    return sum + clean.filter((score, t) => score > threshold && !((clean[t - 1] ?? 0) > threshold)).length;
  }, 0);
  return (30 * episodes) / days;
}

/** The lowest threshold that keeps the wanted rate, by bisection. */
function calibrate(scored: readonly Scored[]): number {
  let [low, high] = [0, 1000];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (falseRate(scored, middle) > wantedRate) low = middle;
    else high = middle;
  }
  return high;
}

interface Result {
  readonly threshold: number;
  readonly falseRate: number;
  readonly recalls: readonly number[];
  /** Days from the start of a + 100 % step to its alarm. */
  readonly delayDays: number;
}

function resultOf(scored: readonly Scored[], threshold: number): Result {
  const firstAlarms = (name: InjectionName): number[] =>
    scored.flatMap(({ injected }) => injected[name].map((scores) => scores.findIndex((score) => score > threshold)));
  return {
    threshold,
    falseRate: falseRate(scored, threshold),
    recalls: INJECTION_NAMES.map((name) => 100 * meanOf(firstAlarms(name).map((day) => (day >= 0 ? 1 : 0)))),
    delayDays: meanOf(firstAlarms("+ 100 % step").filter((day) => day >= 0)),
  };
}

function printResults(name: string, results: readonly Result[]): void {
  const recalls = INJECTION_NAMES.map((_, i) => meanOf(results.map((result) => result.recalls[i] as number)));
  const cells = [meanOf(recalls), ...recalls].map((percent) => `${percent.toFixed(1)} %`.padStart(14));
  const rates = results.map((result) => result.falseRate.toFixed(2)).join(" / ");
  const delay = `${meanOf(results.map((result) => result.delayDays)).toFixed(1)} d`;
  const thresholds = results.map(({ threshold }) => threshold.toFixed(2)).join(" / ");
  console.log(name.padEnd(32) + cells.join("") + delay.padStart(9) + rates.padStart(14) + thresholds.padStart(14));
}

function printTable(title: string, windows: readonly Window[], perSeries: number): void {
  console.log(
    `\nanomalies, ${title}: ${windows.length} series of 395 days; each threshold from the other half of them`,
  );
  const heads = ["recall", ...INJECTION_NAMES].map((head) => head.padStart(14)).join("");
  console.log("".padEnd(32) + heads + "delay".padStart(9) + "false / 30 d".padStart(14) + "thresholds".padStart(14));
  for (const [name, detector] of Object.entries(detectors)) {
    const [a, b] = halvesOf(windows).map((half, which) =>
      half.map((window, series) => scoreSeries(window, 2 * series + which, detector, perSeries)),
    ) as [Scored[], Scored[]];
    printResults(name, [resultOf(b, calibrate(a)), resultOf(a, calibrate(b))]);
    if (name === "ai-finops") {
      console.log(`  at its own threshold, 1: ${falseRate([...a, ...b], 1).toFixed(2)} false episodes in 30 days`);
    }
  }
}

/** Skips, saying so, what the folder does not hold. */
export function printAnomalies(dataDir: string, smoke: boolean): void {
  const windows = windowsOf(dataDir, 365);
  if (windows === undefined) return console.log(`anomalies skipped: no forecast-dev in ${dataDir}`);
  printTable("all sources", smoke ? windows.slice(0, 8) : windows, smoke ? 1 : 6);
  if (!smoke)
    printTable(
      "NN5 alone",
      windows.filter(({ source }) => source === "nn5"),
      6,
    );
  console.log("wanted at 0.5 false episodes in 30 days: recall ≥ 88 %, 2 × spike ≥ 75 %");
}
