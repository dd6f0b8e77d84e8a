import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import type { EventResult } from "#contract/events.ts";
import { expectStatus, type Session } from "../connection.ts";
import { usageFailure } from "../failure.ts";
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
import { type InputFile, inspectFile, readUnpacked } from "./input-file.ts";
import { cutParts, type Identity, type Part } from "./parts.ts";
import { startProgress } from "./progress.ts";
import { type Mapping, readCsv, readJsonl } from "./read-rows.ts";
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

const sourceOf = ({ set }: Mapping) => new Map(set).get("source") ?? defaultSource;

const optionsHashOf = ({ map, set }: Mapping) => sha256(JSON.stringify([map, set]));

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
  const optionsHash = optionsHashOf(mapping);
  const isSame = before && before.contentHash === contentHash && before.optionsHash === optionsHash;
  if (isSame && !before.finished && (await isKnown(session, before.importId))) return before;
  return {
    ...{ v: 2, file: path, contentHash, optionsHash, importId: `imp_${session.terminal.newId()}` },
    source: sourceOf(mapping),
    ...{ partsDone: 0, rowsDone: 0, generatedIds: false, tally: emptyTally, finished: false },
  };
}

/** The id of a row without one follows from what it says, and that from the mapping. */
function refuseOtherMapping(file: InputFile, mapping: Mapping, before: ImportState | undefined): void {
  const hasTaken = before?.generatedIds && before.tally.taken > 0;
  if (!hasTaken || before.contentHash !== file.contentHash) return;
  if (before.optionsHash === optionsHashOf(mapping) || before.source !== sourceOf(mapping)) return;
  throw usageFailure(
    `${file.path} was imported with another --map or --set, and its rows have no ids of their own: they would count again`,
    "give the same --map and --set; correct what is in with `finops adjust`; or, if they are other events, --set source=NAME",
  );
}

export interface ImportRun {
  readonly state: ImportState;
  /** Rows that an interrupted run had done. */
  readonly resumedAt: number;
  readonly statePath: string;
}

/** Sends every row of the file that no interrupted run has sent. */
export async function runImport(session: Session, path: string, mapping: Mapping): Promise<ImportRun> {
  const file = await inspectFile(path);
  const stateFile = statePath(session.terminal, await realpath(path), session.baseUrl);
  const before = await readState(stateFile);
  refuseOtherMapping(file, mapping, before);
  let state = await openState(session, file, mapping, before);
  const resumedAt = state.rowsDone;

  let bytesRead = 0;
  const content = readUnpacked(file, (bytes) => {
    bytesRead += bytes;
  });
  const rowId = makeRowIds(basename(path, ".gz"));
  let generatedIds = state.generatedIds;
  const identity: Identity = {
    source: defaultSource,
    idOf: (event) => {
      generatedIds = true;
      return rowId(event);
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
