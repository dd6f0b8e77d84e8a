import { paddedSequence } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import type { LandedEntry, Landing } from "./ports/landing.ts";
import type { ExportedLine, LedgerExports } from "./ports/ledger-exports.ts";

export interface RedriveExportDeps {
  readonly ledgerExports: LedgerExports;
  readonly landing: Landing;
  readonly clock: () => Instant;
}

export interface RedriveExportRequest {
  readonly exportId: string;
  readonly after: string | undefined;
  /** Entries received before it are left out. */
  readonly receivedFrom: Instant | undefined;
  /** Entries received at or after it are left out. */
  readonly receivedTo: Instant | undefined;
}

export type RedriveExportResult =
  | {
      readonly status: "landed";
      /** Data files read to their end. */
      readonly objects: number;
      readonly changes: number;
      readonly undecodable: readonly string[];
      /** Data files that are not read to their end. */
      readonly remaining: number;
      readonly next: string | undefined;
    }
  | { readonly status: "absent" | "unfinished" | "wrong_cursor" };

/** Lines read at a time, and rows of a landed file at most. */
const linesAtOnce = 5_000;
/** Lines of one data file: far more than one has. */
const linesMax = 1_000_000_000;

interface Place {
  readonly file: number;
  readonly line: number;
}

function placeOf(cursor: string | undefined, files: number): Place | undefined {
  if (cursor === undefined) return { file: 0, line: 0 };
  const [, file, line] = /^(\d{1,9})\.(\d{1,9})$/.exec(cursor) ?? [];
  return file !== undefined && Number(file) < files ? { file: Number(file), line: Number(line) } : undefined;
}

/** A place in the export as a sequence: growing, and of no other place. */
const sequenceOf = ({ file, line }: Place) => paddedSequence(String(file * linesMax + line));

function landedRows(request: RedriveExportRequest, file: number, lines: readonly ExportedLine[]): LandedEntry[] {
  const { exportId, receivedFrom = 0, receivedTo = Number.POSITIVE_INFINITY } = request;
  return lines.flatMap((one) => {
    if (!("entry" in one) || one.entry.receivedAt < receivedFrom || one.entry.receivedAt >= receivedTo) return [];
    const sequence = sequenceOf({ file, line: one.line });
    return [{ entry: one.entry, shard: `export-${exportId}`, sequence, importId: "" }];
  });
}

/**
 * Lands the next lines of an export of the ledger: what a consumer that was down for longer than the stream keeps its
 * records has missed, or what a restored table has lost. The same lines again in the same hour replace their file, in
 * another hour they land twice, and the merge takes each key once: what the lake has already is not doubled.
 */
export const makeRedriveExport =
  ({ ledgerExports, landing, clock }: RedriveExportDeps) =>
  async (request: RedriveExportRequest): Promise<RedriveExportResult> => {
    const found = await ledgerExports.find(request.exportId);
    if (found.status !== "ready") return { status: found.status };
    const { files } = found;
    const place = placeOf(request.after, files.length);
    const name = place && files[place.file];
    if (place === undefined || name === undefined) {
      return files.length > 0
        ? { status: "wrong_cursor" }
        : { status: "landed", objects: 0, changes: 0, undecodable: [], remaining: 0, next: undefined };
    }
    const { lines, next: nextLine } = await ledgerExports.read(name, place.line, linesAtOnce);
    const rows = landedRows(request, place.file, lines);
    if (rows.length > 0) {
      await landing.write(`export-${request.exportId}_${sequenceOf(place)}`, clock(), rows);
    }
    const next = nextLine === undefined ? { file: place.file + 1, line: 0 } : { file: place.file, line: nextLine };
    return {
      status: "landed",
      objects: next.file - place.file,
      changes: rows.length,
      undecodable: lines.flatMap((one) => ("problem" in one ? [`${name}, line ${one.line + 1}: ${one.problem}`] : [])),
      remaining: files.length - next.file,
      next: next.file < files.length ? `${next.file}.${next.line}` : undefined,
    };
  };
