/** What is multiplied into a series: on each of `days` days, by this. */
export interface Injection {
  readonly days: number;
  readonly factor: (day: number) => number;
}

export const INJECTIONS = {
  "2 × spike": { days: 1, factor: () => 2 },
  "4 × spike": { days: 1, factor: () => 4 },
  "+ 50 % step": { days: 7, factor: () => 1.5 },
  "+ 100 % step": { days: 7, factor: () => 2 },
  leak: { days: 10, factor: (day) => 1 + 0.1 * (day + 1) },
} satisfies Record<string, Injection>;
export type InjectionName = keyof typeof INJECTIONS;
export const INJECTION_NAMES = Object.keys(INJECTIONS) as InjectionName[];

/** Places spread over `length` days from `from` on, the same in every run. */
export function placesOf(series: number, count: number, from: number, length: number): number[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: count }, (_, i) => from + Math.floor((((series * count + i + 1) * golden) % 1) * length));
}
