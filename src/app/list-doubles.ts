import type { PicoUsd } from "#core/money.ts";
import { eachDay, type UsageDate } from "#core/time.ts";
import { type DoubledCall, readDoubles } from "./find-doubles.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

export interface Doubles {
  readonly calls: readonly {
    readonly provider: string;
    readonly responseId: string;
    readonly reports: readonly DoubledCall[];
    readonly excess: PicoUsd;
  }[];
  readonly excess: PicoUsd;
  readonly isComplete: boolean;
}

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, one) => total + one, 0n) as PicoUsd;

/** What all reports but the dearest one have cost. */
function excessOf(reports: readonly DoubledCall[]): PicoUsd {
  const [, ...others] = reports.map(({ cost }) => cost).sort((a, b) => (a > b ? -1 : 1));
  return sum(others);
}

/** Calls of these days, at most 90, that were reported more than once, as they stand in the lake: about 5,000 reports. */
export const makeListDoubles =
  ({ engine }: { readonly engine: QueryEngine }) =>
  async (from: UsageDate, to: UsageDate): Promise<Doubles> => {
    const { calls: read, next } = await readDoubles(engine, eachDay(from, to));
    const calls = [...Map.groupBy(read, ({ responseId }) => responseId)].map(([responseId, reports]) => ({
      provider: reports[0]?.provider ?? "",
      responseId,
      reports,
      excess: excessOf(reports),
    }));
    return { calls, excess: sum(calls.map(({ excess }) => excess)), isComplete: next === null };
  };
