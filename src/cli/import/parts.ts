import { EVENTS_MAX } from "#contract/events.ts";
import type { DraftEvent } from "./event-fields.ts";
import type { InputRow } from "./read-rows.ts";

/** The server takes 4 MB on the wire. */
export const partBytesMax = 3_900_000;

interface PartEvent {
  readonly line: number;
  readonly event: DraftEvent;
}

/** Rows that go in one request. The cut depends on the rows alone, so that a resumed import cuts as the first did. */
export interface Part {
  readonly events: readonly PartEvent[];
  /** Rows that are no events, and why. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
  /** Rows of the file up to the end of this part. */
  readonly rows: number;
}

export interface Identity {
  readonly source: string;
  /** The id of a row that has none. */
  readonly idOf: (event: DraftEvent) => string;
}

function identified(event: DraftEvent, identity: Identity): DraftEvent {
  return { ...event, id: event.id ?? identity.idOf(event), source: event.source ?? identity.source };
}

export async function* cutParts(rows: AsyncIterable<InputRow>, identity: Identity): AsyncGenerator<Part> {
  let events: PartEvent[] = [];
  let problems: { line: number; problem: string }[] = [];
  let bytes = 0;
  let last = 0;
  for await (const row of rows) {
    const event = row.event && identified(row.event, identity);
    const size = event === undefined ? 0 : Buffer.byteLength(JSON.stringify(event)) + 1;
    if (events.length + problems.length >= EVENTS_MAX || bytes + size > partBytesMax) {
      yield { events, problems, rows: last };
      [events, problems, bytes] = [[], [], 0];
    }
    if (event === undefined) problems.push({ line: row.line, problem: row.problem ?? "not an event" });
    else if (size > partBytesMax) problems.push({ line: row.line, problem: `larger than ${partBytesMax} bytes` });
    else {
      events.push({ line: row.line, event });
      bytes += size;
    }
    last = row.number;
  }
  if (events.length + problems.length > 0) yield { events, problems, rows: last };
}
