import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { Terminal } from "../terminal.ts";

/** Rows that were not taken are counted all, but told one by one only up to this many of a kind. */
export const toldMax = 100;

const count = z.int().min(0);

const toldRow = z.object({ line: count, id: z.string().nullable(), problem: z.string() });
export type ToldRow = z.output<typeof toldRow>;

const tally = z.object({
  /** Rows that reached the server. */
  sent: count,
  /** Of these, all but the rejected. */
  taken: count,
  quarantined: count,
  unpriced: count,
  rejected: count,
  rejectedRows: z.array(toldRow),
  /** Those that were told at once; the pipeline only counts. */
  conflictingRows: z.array(toldRow),
});
export type Tally = z.output<typeof tally>;

export const emptyTally: Tally = {
  ...{ sent: 0, taken: 0, quarantined: 0, unpriced: 0, rejected: 0 },
  ...{ rejectedRows: [], conflictingRows: [] },
};

const importState = z.object({
  v: z.literal(2),
  file: z.string(),
  contentHash: z.string(),
  /** Of the mapping: a run that maps otherwise is another run. */
  optionsHash: z.string(),
  /** Of rows that name none. */
  source: z.string(),
  importId: z.string(),
  /** Parts that the server has answered for, and rows up to the end of the last. */
  partsDone: count,
  rowsDone: count,
  /** Rows had no ids of their own. */
  generatedIds: z.boolean(),
  tally,
  finished: z.boolean(),
});
export type ImportState = z.output<typeof importState>;

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** `$XDG_STATE_HOME/finops/imports`, by default below `~/.local/state`: one small file for each file and server. */
export function statePath(terminal: Terminal, file: string, baseUrl: string): string {
  const home = terminal.env.XDG_STATE_HOME ?? join(terminal.env.HOME ?? homedir(), ".local", "state");
  return join(home, "finops", "imports", `${sha256(JSON.stringify([file, baseUrl])).slice(0, 32)}.json`);
}

/** Undefined when there is none, or none that this version reads. */
export async function readState(path: string): Promise<ImportState | undefined> {
  try {
    return importState.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** There whole or not at all. */
export async function writeState(path: string, state: ImportState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
