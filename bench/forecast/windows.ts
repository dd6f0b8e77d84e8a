import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A real daily series: its history, and the 30 days that followed. `scale` is what MASE divides by. */
export interface Window {
  readonly id: string;
  readonly source: string;
  readonly history: readonly number[];
  readonly actual: readonly number[];
  readonly scale: number;
  readonly autoEtsMase?: number;
}

/** Undefined when the folder does not hold it. */
export function windowsOf(dataDir: string, historyDays: 90 | 365): readonly Window[] | undefined {
  const path = join(dataDir, "forecast-dev", `windows-${historyDays}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Window[]) : undefined;
}

/** Two halves that no series is in both of: the same half for the same id, by the sum of its characters. */
export function halvesOf(windows: readonly Window[]): readonly [readonly Window[], readonly Window[]] {
  const isOdd = ({ id }: Window): boolean => [...id].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 2 === 1;
  return [windows.filter((window) => !isOdd(window)), windows.filter(isOdd)];
}

/**
 * Windows of 90 days from earlier in the series of 365: none of them shares its following 30 days with the windows
 * that the figures are wanted on.
 */
export function earlierWindows(windows: readonly Window[]): readonly Window[] {
  const stepDays = 49;
  const earlier: Window[] = [];
  for (const { history, ...window } of windows) {
    for (let start = 0; start + 120 <= history.length - 30; start += stepDays) {
      const days = history.slice(start, start + 90);
      const seasonal = days.slice(7).reduce((sum, day, i) => sum + Math.abs(day - (days[i] as number)), 0);
      const actual = history.slice(start + 90, start + 120);
      if (seasonal === 0 || actual.every((day) => day === 0)) continue;
      earlier.push({ id: window.id, source: window.source, history: days, actual, scale: seasonal / 83 });
    }
  }
  return earlier;
}
