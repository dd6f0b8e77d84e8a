import type { ExportedLine, LedgerExports } from "#app/ports/ledger-exports.ts";
import { decodeEntry } from "#core/entry-codec.ts";
import type { Sqlite } from "./sqlite.ts";

/** The one export of a machine: the ledger itself, as it stands when it is read. */
const exportId = "ledger";
const linesAtOnce = 1_000;

function lineOf(line: number, text: string): ExportedLine {
  try {
    return { line, entry: decodeEntry(text) };
  } catch (error) {
    return { line, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** @param database opened with the ledger's schema */
export function sqliteLedgerExports(database: Sqlite): LedgerExports {
  function readPage(from: number): ExportedLine[] {
    const rows = database.read(() =>
      database
        .prepare("select position, entry from entries where position >= ? order by position limit ?")
        .all(from, linesAtOnce),
    );
    return rows.map(({ position, entry }) => lineOf(position as number, entry as string));
  }

  return {
    async find(id) {
      return id === exportId ? { status: "ready", files: [exportId] } : { status: "absent" };
    },

    async *lines(_file, from) {
      for (let page = readPage(from); page.length > 0; page = readPage((page.at(-1)?.line ?? 0) + 1)) yield* page;
    },
  };
}
