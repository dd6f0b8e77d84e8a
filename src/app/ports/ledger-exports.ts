import type { LedgerEntry } from "#core/ledger-entry.ts";

type LedgerExport =
  | { readonly status: "absent" }
  /** It is still being written: what is missing of it nobody can tell. */
  | { readonly status: "unfinished" }
  /** Its data files, in one fixed order. */
  | { readonly status: "ready"; readonly files: readonly string[] };

/** A line of a data file. Lines are counted from 0, with or without gaps. */
export type ExportedLine = { readonly line: number } & (
  | { readonly entry: LedgerEntry }
  /** Why it cannot be decoded. */
  | { readonly problem: string }
);

interface ExportedLines {
  readonly lines: readonly ExportedLine[];
  /** Where to read on; undefined at the end of the file. */
  readonly next: number | undefined;
}

/** Whole ledgers as they stood at one moment. */
export interface LedgerExports {
  find(id: string): Promise<LedgerExport>;
  /** At most `limit` lines of a file from line `from` on. Only they are held in memory. A line keeps its number. */
  read(file: string, from: number, limit: number): Promise<ExportedLines>;
}
