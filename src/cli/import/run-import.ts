import { realpath } from "node:fs/promises";
import type { EventResult } from "#contract/events.ts";
import { expectStatus, type Session } from "../connection.ts";
import { usageFailure } from "../failure.ts";
import {
  emptyTally,
  type ImportState,
  readState,
  rejectedToldMax,
  sha256,
  statePath,
  type Tally,
  writeState,
} from "./import-state.ts";
import { type InputFile, inspectFile, readUnpacked } from "./input-file.ts";
import { cutParts, type Identity, type Part } from "./parts.ts";
import { startProgress } from "./progress.ts";
import { type Mapping, readCsv, readJsonl } from "./read-rows.ts";
import { sendPart } from "./send-part.ts";

/** The source of rows that name none. */
const defaultSource = "import";

function told(tally: Tally, rows: Tally["rejectedRows"]): Tally {
  return {
    ...tally,
    rejected: tally.rejected + rows.length,
    rejectedRows: [...tally.rejectedRows, ...rows.slice(0, Math.max(0, rejectedToldMax - tally.rejectedRows.length))],
  };
}

function rejectionOf(result: EventResult): string {
  return (result.errors ?? []).map(({ path, found, wanted }) => `${path}: found ${found}, wanted ${wanted}`).join("; ");
}

function tallied(tally: Tally, part: Part, results: readonly EventResult[]): Tally {
  const rejected = part.problems.map(({ line, problem }) => ({ line, id: null as string | null, problem }));
  for (const [i, result] of results.entries()) {
    const line = part.events[i]?.line ?? 0;
    if (result.status === "rejected") rejected.push({ line, id: result.id, problem: rejectionOf(result) });
  }
  rejected.sort((a, b) => a.line - b.line);
  const count = (is: (result: EventResult) => boolean) => results.filter(is).length;
  return told(
    {
      ...tally,
      sent: tally.sent + results.length,
      quarantined: tally.quarantined + count(({ status }) => status === "quarantined"),
      unpriced: tally.unpriced + count(({ price_status }) => price_status === "unpriced"),
    },
    rejected,
  );
}

/** False where the server has lost the import, or is another one than before: then nothing of it may be skipped. */
async function isKnown(session: Session, importId: string): Promise<boolean> {
  const reply = await session.client.readImport({ params: { id: importId } });
  return reply.status === 404 ? false : expectStatus(reply, 200).import_id === importId;
}

/** A run that was interrupted goes on; all else begins anew, under an import id of its own. */
async function openState(
  session: Session,
  { path, contentHash }: InputFile,
  mapping: Mapping,
  before: ImportState | undefined,
): Promise<ImportState> {
  const optionsHash = sha256(JSON.stringify([mapping.map, mapping.set]));
  const isSame = before && before.contentHash === contentHash && before.optionsHash === optionsHash;
  if (isSame && !before.finished && (await isKnown(session, before.importId))) return before;
  return {
    ...{ v: 1, file: path, contentHash, optionsHash, importId: `imp_${session.terminal.newId()}` },
    ...{ partsDone: 0, rowsDone: 0, generatedIds: false, tally: emptyTally, finished: false },
  };
}

function refuseChangedFile(file: InputFile, before: ImportState | undefined): void {
  if (!before?.generatedIds || before.contentHash === file.contentHash) return;
  throw usageFailure(
    `${file.path} has changed since it was imported, and its rows have no ids of their own: rows that were imported before would count again`,
    "map a column with --map COLUMN=id, or give --new-file when it holds other rows than before",
  );
}

export interface ImportRun {
  readonly state: ImportState;
  /** Rows that an interrupted run had done. */
  readonly resumedAt: number;
  readonly statePath: string;
}

/** Sends every row of the file that no interrupted run has sent. */
export async function runImport(
  session: Session,
  path: string,
  mapping: Mapping,
  isNewFile: boolean,
): Promise<ImportRun> {
  const file = await inspectFile(path);
  const stateFile = statePath(session.terminal, await realpath(path), session.baseUrl);
  const before = await readState(stateFile);
  if (!isNewFile) refuseChangedFile(file, before);
  let state = await openState(session, file, mapping, before);
  const resumedAt = state.rowsDone;

  let bytesRead = 0;
  const content = readUnpacked(file, (bytes) => {
    bytesRead += bytes;
  });
  const identity: Identity = {
    source: defaultSource,
    idOf: (row) => `${file.contentHash.slice(0, 20)}-${row}`,
    onGenerated: () => {
      state = { ...state, generatedIds: true };
    },
  };
  const progress = startProgress(session.terminal, file.sizeBytes);
  try {
    const read = file.kind === "csv" ? readCsv : readJsonl;
    for await (const part of cutParts(read(content, mapping), identity)) {
      if (part.rows <= resumedAt) continue;
      const results = await sendPart(session, state.importId, `${state.partsDone + 1}`, part.events);
      state = {
        ...state,
        partsDone: state.partsDone + 1,
        rowsDone: part.rows,
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
