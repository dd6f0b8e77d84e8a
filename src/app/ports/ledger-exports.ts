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

/** Whole ledgers as they stood at one moment. */
export interface LedgerExports {
  find(id: string): Promise<LedgerExport>;
  /** The lines of a file from line `from` on, read as they are taken. A line keeps its number. */
  lines(file: string, from: number): AsyncIterable<ExportedLine>;
}
