import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import type { EventResult } from "#contract/events.ts";
import { expectStatus, type Session } from "../connection.ts";
import { usageFailure } from "../failure.ts";
import type { DraftEvent } from "./event-fields.ts";
import {
  emptyTally,
  type ImportState,
  readState,
  sha256,
  statePath,
  type Tally,
  type ToldRow,
  toldMax,
  writeState,
} from "./import-state.ts";
import { inspectFile, readUnpacked } from "./input-file.ts";
import { cutParts, type Identity, type Part } from "./parts.ts";
import { startProgress } from "./progress.ts";
import { type InputRow, type Mapping, readCsv, readJsonl } from "./read-rows.ts";
import { makeRowIds } from "./row-ids.ts";
import { sendPart } from "./send-part.ts";

/** The source of rows that name none, unless `--set` does. */
const defaultSource = "import";

const upToMax = (before: readonly ToldRow[], rows: readonly ToldRow[]) => [...before, ...rows].slice(0, toldMax);

function rejectionOf(result: EventResult): string {
  return (result.errors ?? []).map(({ path, found, wanted }) => `${path}: found ${found}, wanted ${wanted}`).join("; ");
}

function tallied(tally: Tally, part: Part, results: readonly EventResult[]): Tally {
  const rejected: ToldRow[] = part.problems.map(({ line, problem }) => ({ line, id: null, problem }));
  const conflicting: ToldRow[] = [];
  for (const [i, result] of results.entries()) {
    const row = { line: part.events[i]?.line ?? 0, id: result.id };
    if (result.status === "rejected") rejected.push({ ...row, problem: rejectionOf(result) });
    if (result.status === "conflict") conflicting.push({ ...row, problem: "another event has this source and id" });
  }
  rejected.sort((a, b) => a.line - b.line);
  const count = (is: (result: EventResult) => boolean) => results.filter(is).length;
  return {
    sent: tally.sent + results.length,
    taken: tally.taken + count(({ status }) => status !== "rejected"),
    quarantined: tally.quarantined + count(({ status }) => status === "quarantined"),
    unpriced: tally.unpriced + count(({ price_status }) => price_status === "unpriced"),
    rejected: tally.rejected + rejected.length,
    rejectedRows: upToMax(tally.rejectedRows, rejected),
    conflictingRows: upToMax(tally.conflictingRows, conflicting),
  };
}

/** What is imported: rows in an order that is the same in every run, so that an interrupted one can go on. */
export interface ImportInput {
  /** The file or folder, as every run finds it. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly contentHash: string;
  /** Of whatever else decides what the rows say. */
  readonly optionsHash: string;
  /** Of rows that name none. */
  readonly source: string;
  readonly rows: (onRead: (bytes: number) => void) => AsyncIterable<InputRow>;
  /** The id of a row that has none. */
  readonly idOf: (event: DraftEvent) => string;
}

export const optionsHashOf = (options: unknown) => sha256(JSON.stringify(options));

/** False where the server has lost the import, or is another one than before: then nothing of it may be skipped. */
async function isKnown(session: Session, importId: string): Promise<boolean> {
  const reply = await session.client.readImport({ params: { id: importId } });
  return reply.status === 404 ? false : expectStatus(reply, 200).import_id === importId;
}

/** A run that was interrupted goes on; all else begins anew, under an import id of its own. */
async function openState(
  session: Session,
  { path, contentHash, optionsHash, source }: ImportInput,
  before: ImportState | undefined,
): Promise<ImportState> {
  const isSame = before && before.contentHash === contentHash && before.optionsHash === optionsHash;
  if (isSame && !before.finished && (await isKnown(session, before.importId))) return before;
  return {
    ...{ v: 2, file: path, contentHash, optionsHash, importId: `imp_${session.terminal.newId()}` },
    source,
    ...{ partsDone: 0, rowsDone: 0, generatedIds: false, tally: emptyTally, finished: false },
  };
}

/** The id of a row without one follows from what it says, and that from the mapping. */
function refuseOtherMapping(input: ImportInput, before: ImportState | undefined): void {
  const hasTaken = before?.generatedIds && before.tally.taken > 0;
  if (!hasTaken || before.contentHash !== input.contentHash) return;
  if (before.optionsHash === input.optionsHash || before.source !== input.source) return;
  throw usageFailure(
    `${input.path} was imported with another --map or --set, and its rows have no ids of their own: they would count again`,
    "give the same --map and --set; correct what is in with `finops adjust`; or, if they are other events, --set source=NAME",
  );
}

export interface ImportRun {
  readonly state: ImportState;
  /** Rows that an interrupted run had done. */
  readonly resumedAt: number;
  readonly statePath: string;
}

/** The rows of one file: JSON lines or CSV, plain or gzip. */
export async function fileInput(path: string, mapping: Mapping): Promise<ImportInput> {
  const file = await inspectFile(path);
  const read = file.kind === "csv" ? readCsv : readJsonl;
  return {
    path: await realpath(path),
    sizeBytes: file.sizeBytes,
    contentHash: file.contentHash,
    optionsHash: optionsHashOf([mapping.map, mapping.set]),
    source: new Map(mapping.set).get("source") ?? defaultSource,
    rows: (onRead) => read(readUnpacked(file, onRead), mapping),
    idOf: makeRowIds(basename(path, ".gz")),
  };
}

/** Sends every row that no interrupted run has sent. */
export async function runImport(session: Session, input: ImportInput): Promise<ImportRun> {
  const stateFile = statePath(session.terminal, input.path, session.baseUrl);
  const before = await readState(stateFile);
  refuseOtherMapping(input, before);
  let state = await openState(session, input, before);
  const resumedAt = state.rowsDone;

  let bytesRead = 0;
  let generatedIds = state.generatedIds;
  const identity: Identity = {
    source: defaultSource,
    idOf: (event) => {
      generatedIds = true;
      return input.idOf(event);
    },
  };
  const rows = input.rows((bytes) => {
    bytesRead += bytes;
  });
  const progress = startProgress(session.terminal, input.sizeBytes);
  try {
    for await (const part of cutParts(rows, identity)) {
      if (part.rows <= resumedAt) continue;
      const results = await sendPart(session, state.importId, `${state.partsDone + 1}`, part.events);
      state = {
        ...state,
        partsDone: state.partsDone + 1,
        rowsDone: part.rows,
        generatedIds,
        tally: tallied(state.tally, part, results),
      };
      await writeState(stateFile, state);
      progress.update(bytesRead, part.rows);
    }
  } finally {
    progress.stop();
  }
  return { state, resumedAt, statePath: stateFile };
}
