import { medianOf } from "#core/forecast/order-statistics.ts";
import type { Method } from "./rival-methods.ts";
import type { Window } from "./windows.ts";

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
export const meanOf = (values: readonly number[]): number => sumOf(values) / values.length;

function errorsOf({ actual, scale }: Window, forecast: readonly number[]): { mase: number; smape: number } {
  const misses = actual.map((day, ahead) => Math.abs(day - (forecast[ahead] as number)));
  const shares = actual.map((day, ahead) => {
    const both = Math.abs(day) + Math.abs(forecast[ahead] as number);
    return both === 0 ? 0 : (200 * (misses[ahead] as number)) / both;
  });
  return { mase: meanOf(misses) / scale, smape: meanOf(shares) };
}

export function accuracy(windows: readonly Window[], method: Method): { mase: number; smape: number } {
  const errors = windows.map((window) => errorsOf(window, method(window.history, window.actual.length)));
  return { mase: meanOf(errors.map(({ mase }) => mase)), smape: meanOf(errors.map(({ smape }) => smape)) };
}

/** The median signed error of the 30-day total, in percent, with this weekly growth multiplied into the whole series. */
export function growthError(windows: readonly Window[], method: Method, growthPerWeek: number): number {
  const errors = windows.map(({ history, actual }) => {
    const grown = (day: number, t: number): number => day * (1 + growthPerWeek) ** ((t - history.length) / 7);
    const total = sumOf(actual.map((day, ahead) => grown(day, history.length + ahead)));
    return (100 * (sumOf(method(history.map(grown), actual.length)) - total)) / total;
  });
  return medianOf(errors);
}

/** The total of a month of 30 days, told on this day of it from the days so far. */
export type MonthEnd = (history: readonly number[], soFar: readonly number[], daysLeft: number) => number;

export const monthEndOf =
  (method: Method): MonthEnd =>
  (history, soFar, daysLeft) =>
    sumOf(soFar) + sumOf(method([...history, ...soFar], daysLeft));

export const runRate: MonthEnd = (_, soFar, daysLeft) => (sumOf(soFar) / soFar.length) * (soFar.length + daysLeft);

/**
 * Of all windows as months of one company, each of the same size: Σ |forecast − actual| ÷ Σ actual and Σ (forecast −
 * actual) ÷ Σ actual, in percent.
 */
export function monthEndWape(windows: readonly Window[], monthEnd: MonthEnd, day: number) {
  const errors = windows.map(({ history, actual }) => {
    const total = sumOf(actual);
    return (100 * (monthEnd(history, actual.slice(0, day), actual.length - day) - total)) / total;
  });
  return { wape: meanOf(errors.map(Math.abs)), bias: meanOf(errors) };
}

/** The median error, in percent. */
export function monthEndError(windows: readonly Window[], monthEnd: MonthEnd, day: number): number {
  const errors = windows.map(({ history, actual }) => {
    const total = sumOf(actual);
    return (100 * Math.abs(monthEnd(history, actual.slice(0, day), actual.length - day) - total)) / total;
  });
  return medianOf(errors);
}
