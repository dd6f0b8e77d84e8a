import { pipeline, Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { CsvError, type Info, parse } from "csv-parse";
import { exitCodes, Failure, usageFailure } from "../failure.ts";
import { type DraftEvent, type FieldSetter, fieldSetter, requireSetter } from "./event-fields.ts";

/** A row of the file: an event, or why it is none. */
export interface InputRow {
  /** Of the file, from 1: where the row ends. */
  readonly line: number;
  /** Of the rows with content, from 1; the header of a CSV is none. */
  readonly number: number;
  readonly event: DraftEvent | undefined;
  readonly problem?: string;
}

export interface Mapping {
  /** Column and field. */
  readonly map: readonly (readonly [column: string, field: string])[];
  /** Field and the value of every row that leaves it empty. */
  readonly set: readonly (readonly [field: string, value: string])[];
}

function presets({ set }: Mapping): DraftEvent {
  const event: DraftEvent = {};
  for (const [field, value] of set) requireSetter("--set", field)(event, value);
  return event;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the row says, and from `preset` what it leaves out. */
function withPresets(preset: DraftEvent, row: Record<string, unknown>): DraftEvent {
  const event: DraftEvent = { ...preset, ...row };
  for (const group of ["meters", "attribution", "tags"] as const) {
    if (preset[group] && isObject(row[group])) event[group] = { ...preset[group], ...row[group] };
  }
  return event;
}

async function* linesOf(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const piece of content) {
    const lines = decoder.write(piece).split("\n");
    lines[0] = rest + (lines[0] ?? "");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest + decoder.end();
}

export async function* readJsonl(content: AsyncIterable<Buffer>, mapping: Mapping): AsyncGenerator<InputRow> {
  if (mapping.map.length > 0) throw usageFailure("--map is for CSV; this file holds JSON lines", "leave --map out");
  const preset = presets(mapping);
  let line = 0;
  let number = 0;
  for await (const text of linesOf(content)) {
    line++;
    const json = (line === 1 ? text.replace(/^\uFEFF/, "") : text).trim();
    if (json === "") continue;
    number++;
    yield { line, number, ...parseLine(json, preset) };
  }
}

function parseLine(json: string, preset: DraftEvent): Pick<InputRow, "event" | "problem"> {
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return { event: withPresets(preset, value) };
    return { event: undefined, problem: `found ${json.slice(0, 60)}, wanted an object: a usage event` };
  } catch (error) {
    return { event: undefined, problem: `not JSON: ${(error as Error).message}` };
  }
}

/** Without these every row would be rejected. */
const fieldsNeeded = ["time", "provider", "model"];

function requireFields(header: readonly string[], { map, set }: Mapping): void {
  const columns = header.join(", ");
  const [only = ""] = header;
  const delimiter = header.length === 1 ? [";", "\t", "|"].find((sign) => only.includes(sign)) : undefined;
  if (delimiter !== undefined) {
    const named = delimiter === "\t" ? "tabs" : delimiter;
    throw usageFailure(
      `the header is one cell, with ${named} in it: ${only}`,
      "write the file with commas between cells",
    );
  }
  const fieldOf = new Map(map);
  const given = new Set([...header.map((column) => fieldOf.get(column) ?? column), ...set.map(([field]) => field)]);
  const missing = fieldsNeeded.filter((field) => !given.has(field));
  if (missing.length === 0) return;
  const example = missing.map((field) => (field === "time" ? "--map COLUMN=time" : `--set ${field}=…`)).join(" ");
  throw usageFailure(
    `no column and no --set for ${missing.join(", ")}; the file's columns are ${columns}`,
    `say which column it is, or its value for every row, such as ${example}`,
  );
}

function columnSetters(header: readonly string[], { map }: Mapping): (FieldSetter | undefined)[] {
  for (const [column, field] of map) {
    requireSetter("--map", field);
    if (!header.includes(column)) {
      throw usageFailure(`--map: the file has no column ${column}`, `its columns are ${header.join(", ")}`);
    }
  }
  const fields = new Map(map);
  return header.map((column) => fieldSetter(fields.get(column) ?? column));
}

function rowEvent(
  setters: readonly (FieldSetter | undefined)[],
  cells: readonly string[],
  preset: DraftEvent,
): DraftEvent {
  const event: DraftEvent = { ...preset };
  for (const [i, cell] of cells.entries()) if (cell !== "") setters[i]?.(event, cell);
  return event;
}

/**
 * A column is mapped by `--map`, or by its name where that is a field; others are left out. An empty cell says
 * nothing.
 */
export async function* readCsv(content: AsyncIterable<Buffer>, mapping: Mapping): AsyncGenerator<InputRow> {
  const preset = presets(mapping);
  const records = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  // An error of either side reaches the loop below through the parser, which `pipeline` destroys with it.
  pipeline(Readable.from(content), records, () => {});
  let header: readonly string[] | undefined;
  let setters: readonly (FieldSetter | undefined)[] = [];
  let number = 0;
  try {
    for await (const { record, info } of records as AsyncIterable<{ record: string[]; info: Info }>) {
      if (header === undefined) {
        header = record;
        setters = columnSetters(header, mapping);
        requireFields(header, mapping);
        continue;
      }
      number++;
      const fits = record.length === header.length;
      const problem = `found ${record.length} cells, wanted ${header.length} as in the header`;
      yield fits
        ? { line: info.lines, number, event: rowEvent(setters, record, preset) }
        : { line: info.lines, number, event: undefined, problem };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const fix = "mend the file and run the command again";
    throw new Failure(`not CSV: ${error.message}`, { exitCode: exitCodes.refused, fix, cause: error });
  }
}
