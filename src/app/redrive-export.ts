import { type LedgerEntry, paddedSequence } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import { type ForgetErasedDeps, readForgetErased } from "./forget-erased.ts";
import { fileNamePart } from "./land-usage.ts";
import type { LandedEntry, Landing } from "./ports/landing.ts";
import type { ExportedLine, LedgerExports } from "./ports/ledger-exports.ts";

export interface RedriveExportDeps extends ForgetErasedDeps {
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

interface LandedPart {
  /** Data files read to their end. */
  readonly objects: number;
  readonly changes: number;
  readonly undecodable: readonly string[];
  /** Data files that are not read to their end. */
  readonly remaining: number;
  readonly next: string | undefined;
}

export type RedriveExportResult =
  | ({ readonly status: "landed" } & LandedPart)
  | { readonly status: "absent" | "unfinished" | "wrong_cursor" };

/** Lines held in memory at a time, and rows of a landed file at most. */
const linesAtOnce = 5_000;
/** A gateway gives up on a request after 30 s: more lines are begun with while this has not passed. */
const workMs = 15_000;
/** Lines of one data file: far more than one has. */
const linesMax = 1_000_000_000;

/** A place in an export names its file: where another export appears under the same prefix, it is the same place. */
interface Place {
  readonly file: string;
  readonly line: number;
}

function placeOf(cursor: string | undefined, files: readonly string[]): Place | undefined {
  if (cursor === undefined) return files[0] === undefined ? undefined : { file: files[0], line: 0 };
  const [, line, file] = /^(\d{1,9}) (.+)$/s.exec(cursor) ?? [];
  return file !== undefined && files.includes(file) ? { file, line: Number(line) } : undefined;
}

const cursorOf = ({ file, line }: Place) => `${line} ${file}`;

interface Part {
  readonly name: string;
  readonly fileNumber: number;
  readonly lines: readonly ExportedLine[];
}

/** The lines of all files from a place on. */
async function* partsFrom(exports: LedgerExports, files: readonly string[], from: Place): AsyncGenerator<Part> {
  const first = files.indexOf(from.file);
  for (const [i, name] of files.slice(first).entries()) {
    const fileNumber = first + i;
    let lines: ExportedLine[] = [];
    for await (const line of exports.lines(name, i === 0 ? from.line : 0)) {
      lines.push(line);
      if (lines.length < linesAtOnce) continue;
      yield { name, fileNumber, lines };
      lines = [];
    }
    if (lines.length > 0) yield { name, fileNumber, lines };
  }
}

function isWanted({ receivedAt }: LedgerEntry, { receivedFrom, receivedTo }: RedriveExportRequest): boolean {
  return (
    (receivedFrom === undefined || receivedAt >= receivedFrom) && (receivedTo === undefined || receivedAt < receivedTo)
  );
}

/**
 * Lands the next lines of an export of the ledger: what a consumer that was down for longer than the stream keeps its
 * records has missed, or what a restored table has lost. The same lines again in the same hour replace their file, in
 * another hour they land twice, and the merge takes each key once: what the lake has already is not doubled.
 */
export const makeRedriveExport = (deps: RedriveExportDeps) => {
  const { ledgerExports, landing, clock } = deps;

  async function landPart(
    request: RedriveExportRequest,
    { name, fileNumber, lines }: Part,
    forget: (entry: LedgerEntry) => LedgerEntry,
  ): Promise<number> {
    const { exportId } = request;
    const rows = lines.flatMap((one): LandedEntry[] => {
      if (!("entry" in one && isWanted(one.entry, request))) return [];
      const sequence = paddedSequence(String(fileNumber * linesMax + one.line));
      return [{ entry: forget(one.entry), shard: `export-${exportId}`, sequence, importId: "" }];
    });
    // DynamoDB gives each data file of any export a random name.
    const file = fileNamePart(name.slice(name.lastIndexOf("/") + 1));
    if (rows.length > 0) await landing.write(`export-${exportId}_${file}_${lines[0]?.line}`, clock(), rows);
    return rows.length;
  }

  /** From a place on, until the time is over. */
  async function landFrom(request: RedriveExportRequest, files: readonly string[], from: Place): Promise<LandedPart> {
    const startedAt = clock();
    const forget = await readForgetErased(deps);
    const first = files.indexOf(from.file);
    const undecodable: string[] = [];
    let changes = 0;
    for await (const part of partsFrom(ledgerExports, files, from)) {
      const { name, fileNumber, lines } = part;
      changes += await landPart(request, part, forget);
      for (const one of lines) if ("problem" in one) undecodable.push(`${name}, line ${one.line + 1}: ${one.problem}`);
      if (clock() - startedAt <= workMs) continue;
      const next = cursorOf({ file: name, line: (lines.at(-1)?.line ?? 0) + 1 });
      return { objects: fileNumber - first, changes, undecodable, remaining: files.length - fileNumber, next };
    }
    return { objects: files.length - first, changes, undecodable, remaining: 0, next: undefined };
  }

  return async (request: RedriveExportRequest): Promise<RedriveExportResult> => {
    const found = await ledgerExports.find(request.exportId);
    if (found.status !== "ready") return { status: found.status };
    const { files } = found;
    const place = placeOf(request.after, files);
    if (place !== undefined) return { status: "landed", ...(await landFrom(request, files, place)) };
    if (request.after !== undefined) return { status: "wrong_cursor" };
    return { status: "landed", objects: 0, changes: 0, undecodable: [], remaining: 0, next: undefined };
  };
};
