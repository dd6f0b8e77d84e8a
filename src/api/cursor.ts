import { type Outcome, refuse } from "./refusal.ts";

/** What tells a row of a report from the others: its date, then the values it is grouped by. */
type RowKey = readonly string[];

/** 96 bits: two rows of one date are not taken for one another. */
const hashChars = 16;

/** What pages of one report have in common. */
interface Paging<T> {
  readonly keyOf: (row: T) => RowKey;
  readonly sha256: (text: string) => string;
  /** The `next_cursor` of the page before; left out: the first page. */
  readonly cursor: string | undefined;
  readonly limit: number;
}

interface Page<T> {
  readonly rows: readonly T[];
  readonly nextCursor: string | null;
}

/** The rows that follow the cursor's, at most `limit`; refused when the cursor names no row of this report. */
export function pageOf<T>(rows: readonly T[], paging: Paging<T>): Outcome<Page<T>> {
  const { keyOf, sha256, limit } = paging;
  const start = startAfter(rows, paging);
  if (!start.ok) return start;
  const end = start.value + limit;
  const page = rows.slice(start.value, end);
  const last = page.at(-1);
  const nextCursor = last !== undefined && end < rows.length ? cursorAfter(keyOf(last), sha256) : null;
  return { ok: true, value: { rows: page, nextCursor } };
}

/**
 * Names the row after which the next page starts: rows that come in between move no page. Short, however long the
 * values are.
 */
function cursorAfter(key: RowKey, sha256: (text: string) => string): string {
  return `${key[0]}.${sha256(JSON.stringify(key)).slice(0, hashChars)}`;
}

/** The place of the first row after the one that the cursor names; refused when no row is that one. */
function startAfter<T>(rows: readonly T[], { keyOf, cursor, sha256 }: Paging<T>): Outcome<number> {
  if (cursor === undefined) return { ok: true, value: 0 };
  const date = cursor.slice(0, cursor.indexOf("."));
  const last = rows.findIndex((row) => {
    const key = keyOf(row);
    return key[0] === date && cursorAfter(key, sha256) === cursor;
  });
  if (last >= 0) return { ok: true, value: last + 1 };
  const wanted = "the `next_cursor` of the page before, of the same report";
  return refuse("bad_request", `cursor: send ${wanted}.`, [
    { path: "query.cursor", found: JSON.stringify(cursor), wanted },
  ]);
}
