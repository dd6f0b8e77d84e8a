import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { usageFailure } from "../failure.ts";
import { type BedrockOptions, fieldsOf, readBedrockRecord } from "./bedrock-record.ts";
import { sha256 } from "./import-state.ts";
import { readUnpacked } from "./input-file.ts";
import type { InputRow } from "./read-rows.ts";
import { type ImportInput, optionsHashOf } from "./run-import.ts";

interface LogFile {
  readonly path: string;
  /** In the folder. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** Bodies that are too large for a record lie in a folder of this name beside the records: they are never read. */
const bodiesFolder = "data";

async function logFiles(folder: string): Promise<LogFile[]> {
  const found: LogFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (!entry.isFile() || !/\.jsonl?(?:\.gz)?$/.test(name) || name.split("/").includes(bodiesFolder)) continue;
    found.push({ path, name, sizeBytes: (await stat(path)).size });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** The records of one object: one a line, or a single one over several lines; a text where a line is none. */
async function recordsOf(file: LogFile, onRead: (bytes: number) => void): Promise<unknown[]> {
  const pieces: Buffer[] = [];
  for await (const piece of readUnpacked({ path: file.path, isGzip: file.name.endsWith(".gz") }, onRead)) {
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString("utf8").trim();
  if (text === "") return [];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const whole = lines.length === 1 || parse(lines[0] ?? "") === undefined ? parse(text) : undefined;
  if (whole !== undefined) return Array.isArray(whole.value) ? whole.value : [whole.value];
  return lines.map((line) => parse(line)?.value ?? line);
}

/** Counts what is no usage and makes no row of it. */
export interface Skipped {
  failedCalls: number;
}

async function* rowsOf(
  files: readonly LogFile[],
  options: BedrockOptions,
  skipped: Skipped,
  onRead: (bytes: number) => void,
): AsyncGenerator<InputRow> {
  let number = 0;
  for (const file of files) {
    for (const record of await recordsOf(file, onRead)) {
      // Bedrock writes an empty object to see whether it may.
      if (Object.keys(fieldsOf(record)).length === 0 && typeof record === "object") continue;
      const reading = readBedrockRecord(record, options);
      if (reading.kind === "no_usage") {
        skipped.failedCalls++;
        continue;
      }
      number++;
      const row = { line: number, number };
      yield reading.kind === "event"
        ? { ...row, event: reading.event }
        : { ...row, event: undefined, problem: `${file.name}: ${reading.problem}` };
    }
  }
}

/** The calls in a folder of Bedrock's model invocation logs, as S3 delivers them, in the order of their names. */
export async function bedrockInput(folder: string, options: BedrockOptions, skipped: Skipped): Promise<ImportInput> {
  const path = await realpath(folder).catch(() => {
    throw usageFailure(`${folder}: no such folder`);
  });
  if (!(await stat(path)).isDirectory()) throw usageFailure(`${folder}: not a folder`);
  const files = await logFiles(path);
  if (files.length === 0) {
    throw usageFailure(`${folder}: no log of Bedrock in it`, "wanted files .json.gz, .json or .jsonl");
  }
  return {
    path,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    contentHash: sha256(JSON.stringify(files.map(({ name, sizeBytes }) => [name, sizeBytes]))),
    optionsHash: optionsHashOf([options.map, options.set, [...options.profile]]),
    source: "bedrock",
    rows: (onRead) => rowsOf(files, options, skipped, onRead),
    idOf: () => "",
  };
}
