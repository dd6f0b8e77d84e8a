import { type Outcome, refuse } from "./refusal.ts";

/** What tells a row of a report from the others: its date, then the values it is grouped by. */
type RowKey = readonly string[];

/** 96 bits: two rows of one date are not taken for one another. */
const hashChars = 16;

/**
 * Names the row after which the next page starts: rows that come in between move no page. Short, however long the
 * values are.
 */
export function cursorAfter(key: RowKey, sha256: (text: string) => string): string {
  return `${key[0]}.${sha256(JSON.stringify(key)).slice(0, hashChars)}`;
}

/** The place of the first row after the one that the cursor names; refused when no row is that one. */
export function startAfter<T>(
  rows: readonly T[],
  keyOf: (row: T) => RowKey,
  cursor: string | undefined,
  sha256: (text: string) => string,
): Outcome<number> {
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
