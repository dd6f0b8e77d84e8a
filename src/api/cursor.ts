import { type Outcome, refuse } from "./refusal.ts";

/** What a row is sorted by: of two rows the first part that differs decides. */
type SortKey = readonly string[];

/** Names the row after which the next page starts: rows that come or go in between move no page. */
export function cursorAfter(key: SortKey): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

export function readCursor(cursor: string | undefined): Outcome<SortKey | undefined> {
  if (cursor === undefined) return { ok: true, value: undefined };
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(key) && key.every((part) => typeof part === "string")) return { ok: true, value: key };
  } catch {
    // Falls through to the refusal.
  }
  const wanted = "the `next_cursor` of the page before";
  return refuse("bad_request", `cursor: send ${wanted}.`, [
    { path: "query.cursor", found: JSON.stringify(cursor.slice(0, 90)), wanted },
  ]);
}

function isAfter(a: SortKey, b: SortKey): boolean {
  for (const [i, part] of a.entries()) {
    const other = b[i] ?? "";
    if (part !== other) return part > other;
  }
  return false;
}

/** The place of the first row after `key`, in sorted rows. */
export function startAfter<T>(rows: readonly T[], keyOf: (row: T) => SortKey, key: SortKey | undefined): number {
  if (key === undefined) return 0;
  const start = rows.findIndex((row) => isAfter(keyOf(row), key));
  return start === -1 ? rows.length : start;
}
