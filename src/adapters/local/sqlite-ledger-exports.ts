import type { ExportedLine, LedgerExports } from "#app/ports/ledger-exports.ts";
import { decodeEntry } from "#core/entry-codec.ts";
import type { Sqlite } from "./sqlite.ts";

/** The one export of a machine: the ledger itself, as it stands when it is read. */
const exportId = "ledger";

function lineOf(line: number, text: string): ExportedLine {
  try {
    return { line, entry: decodeEntry(text) };
  } catch (error) {
    return { line, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** @param database opened with the ledger's schema */
export function sqliteLedgerExports(database: Sqlite): LedgerExports {
  return {
    async find(id) {
      return id === exportId ? { status: "ready", files: [exportId] } : { status: "absent" };
    },

    async read(_file, from, limit) {
      const rows = database.read(() =>
        database
          .prepare("select position, entry from entries where position >= ? order by position limit ?")
          .all(from, limit),
      );
      const lines = rows.map(({ position, entry }) => lineOf(position as number, entry as string));
      const last = lines.at(-1);
      return { lines, next: last === undefined || lines.length < limit ? undefined : last.line + 1 };
    },
  };
}
