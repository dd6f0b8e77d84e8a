import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { type Instant, startOfDay, type UsageDate } from "#core/time.ts";
import type { UsageFilter } from "#core/usage-filter.ts";
import { entryOfRow } from "#lake/event-row.ts";
import { sqlTimestamp } from "#lake/sql-timestamp.ts";
import type { QueryEngine, QueryValue } from "./ports/query-engine.ts";

/** As many as `sql/select_events.sql` gives at most. */
export const eventsPerPage = 100;

/** Where an event stands in the order of a selection: its usage date and key. */
export type EventPlace = readonly [usageDate: UsageDate, key: string];

export interface Selection {
  readonly from: UsageDate;
  /** Included. */
  readonly to: UsageDate;
  readonly filter: UsageFilter;
  /** The event after which the page begins. */
  readonly after?: EventPlace;
}

/** Everything that the lake has of one event that stands: the original first, then its adjustments in order. */
export interface SelectedEvent {
  readonly place: EventPlace;
  readonly original: LedgerEntry;
  readonly history: readonly LedgerEntry[];
}

const earliest = startOfDay("0001-01-01" as UsageDate);

/** Of `sql/select_events.sql`, in the order of its `?`: dates, place, source, key, moment, dimensions, what is missing. */
function restatementParameters({ from, to, filter, after }: Selection): QueryValue[] {
  const [date, key] = after ?? [from, ""];
  return [
    date,
    to,
    date,
    key,
    filter.source ?? "",
    filter.keyId ?? "",
    sqlTimestamp(filter.receivedSince ?? (earliest as Instant)),
    ...SPEND_DIMENSIONS.map((name) => filter[name] ?? ""),
    filter.purpose ?? "",
    filter.missing ?? "",
    date,
    to,
  ];
}

/** A page of the events that the filter lets through, as they stand in the lake: fewer than `eventsPerPage` are the last. */
export const makeSelectEvents =
  ({ engine }: { readonly engine: QueryEngine }) =>
  async (selection: Selection): Promise<readonly SelectedEvent[]> => {
    const rows = await engine.run("select_events", { parameters: restatementParameters(selection) });
    const events = Map.groupBy(rows.map(entryOfRow), ({ source, id }) => JSON.stringify([source, id]));
    return [...events.values()].flatMap((history) => {
      const [original] = history;
      return original?.kind === "usage" ? [{ place: [original.usageDate, original.key], original, history }] : [];
    });
  };
