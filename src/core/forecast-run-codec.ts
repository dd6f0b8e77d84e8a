import type { Scope } from "./config.ts";
import type { DailyForecast, Expected } from "./forecast/forecast-daily.ts";
import type { ForecastRun, ScopeForecast } from "./forecast-run.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";

/** Mean, p025, p10, p90, p975: p50 is the mean. */
type StoredExpected = readonly [number, number, number, number, number];

interface StoredScope {
  readonly scope: Scope;
  readonly historyDays: number;
  readonly agrees?: false;
  readonly growthPerWeek: number;
  readonly confidence: DailyForecast["confidence"];
  readonly days: readonly StoredExpected[];
  readonly totals: readonly StoredExpected[];
}

type StoredRun = Omit<ForecastRun, "scopes"> & { readonly scopes: readonly StoredScope[] };

/** What is expected is known to a few digits at best; a run of a thousand scopes holds a million numbers. */
const digits = 8;
const rounded = (value: number): number => Number(value.toPrecision(digits));

const packed = ({ mean, p025, p10, p90, p975 }: Expected): StoredExpected => [
  rounded(mean),
  rounded(p025),
  rounded(p10),
  rounded(p90),
  rounded(p975),
];

const unpacked = ([mean, p025, p10, p90, p975]: StoredExpected): Expected => ({
  ...{ mean, p025, p10, p90, p975 },
  p50: mean,
});

function storedScope({ days, totals, growthPerWeek, ...rest }: ScopeForecast): StoredScope {
  const { scope, historyDays, confidence, agrees } = rest;
  return {
    ...{ scope, historyDays, confidence },
    ...(agrees === false && { agrees }),
    growthPerWeek: rounded(growthPerWeek),
    days: days.map(packed),
    totals: totals.map(packed),
  };
}

/** The stored form, JSON text; amounts are kept to eight digits. */
export function encodeForecastRun(run: ForecastRun): string {
  return encodeDocument({ ...run, scopes: run.scopes.map(storedScope) });
}

export function decodeForecastRun(text: string): ForecastRun {
  const { scopes, ...run } = decodeDocument(text) as unknown as StoredRun;
  return {
    ...run,
    scopes: scopes.map(({ days, totals, ...scope }) => ({
      ...scope,
      days: days.map(unpacked),
      totals: totals.map(unpacked),
    })),
  };
}
