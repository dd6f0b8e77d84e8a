import type { PicoUsd } from "#core/money.ts";
import { eachDay, type UsageDate } from "#core/time.ts";
import { usdOf } from "./find-doubles.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

export interface SenderCosts {
  readonly rows: readonly {
    readonly source: string;
    readonly provider: string;
    readonly model: string;
    readonly events: number;
    readonly differingEvents: number;
    readonly unpricedEvents: number;
    readonly ours: PicoUsd;
    readonly theirs: PicoUsd;
  }[];
  readonly isComplete: boolean;
}

/** As in `sql/sender_cost_differences.sql`. */
const rowsMax = 1_000;

const rowOf = (row: QueryRow): SenderCosts["rows"][number] => ({
  source: String(row.source),
  provider: String(row.provider),
  model: String(row.model),
  events: Number(row.events),
  differingEvents: Number(row.differing_events),
  unpricedEvents: Number(row.unpriced_events),
  ours: usdOf(row.our_cost),
  theirs: usdOf(row.sender_cost),
});

/** What senders believe the usage of these days, at most 90, to have cost, beside what the lake has of it. */
export const makeSenderCosts =
  ({ engine }: { readonly engine: QueryEngine }) =>
  async (from: UsageDate, to: UsageDate): Promise<SenderCosts> => {
    const rows = await engine.run("sender_cost_differences", { substitutions: { dates: eachDay(from, to) } });
    return { rows: rows.map(rowOf), isComplete: rows.length < rowsMax };
  };
