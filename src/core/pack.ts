import { SPEND_DIMENSIONS, type SpendDimension } from "./dimensions.ts";
import { METERS, type Meter } from "./meters.ts";
import type { PicoUsd } from "./money.ts";
import type { CellDimensions, CellSums, SpendCell } from "./spend-cell.ts";
import type { UsageDate } from "./time.ts";

/*
 * A packed day, little-endian:
 *   1 byte   version, 1
 *   4 bytes  length of the header
 *   header   JSON in ASCII (`PackHeader`)
 *   for each dimension of the header: a place in its list of values for every row, 1, 2 or 4 bytes each
 *   for each column of the header: its limbs, the lowest first, each one 4 bytes for every row
 * A sum is a signed whole number of `limbs` × 32 bits: as wide as the column's largest value needs, so no value is too
 * large. A limb on its own is exact in a double, and so is the sum of a million of them: that is what makes summing fast.
 */

/** A column of sums: "cost", "listCost", "requests", "entries" or "meter:<name>". All-zero columns are left out. */
export type SumColumn = "cost" | "listCost" | "requests" | "entries" | `meter:${Meter}`;

const meterColumns = METERS.map((meter) => ({ meter, column: `meter:${meter}` as const }));

export const SUM_COLUMNS: readonly SumColumn[] = [
  "cost",
  "listCost",
  "requests",
  "entries",
  ...meterColumns.map(({ column }) => column),
];

interface PackHeader {
  /** Null when there are no rows. */
  readonly date: UsageDate | null;
  readonly rows: number;
  readonly dimensions: readonly { readonly name: SpendDimension; readonly values: readonly string[] }[];
  readonly columns: readonly { readonly name: SumColumn; readonly limbs: number }[];
}

export interface OpenPack extends PackHeader {
  readonly view: DataView;
  /** Where each dimension and each column begins in `view`, in the order of the header. */
  readonly dimensionOffsets: readonly number[];
  readonly columnOffsets: readonly number[];
}

const version = 1;
const preludeBytes = 5;
const limbBits = 32n;
const limbBytes = 4;

/** The value of a column in these sums. */
export function sumOf(sums: CellSums, column: SumColumn): bigint {
  switch (column) {
    case "cost":
    case "listCost":
    case "requests":
    case "entries":
      return sums[column];
    default:
      return sums.quantities[column.slice("meter:".length) as Meter] ?? 0n;
  }
}

/** How many limbs hold every one of these numbers as a signed number. */
function limbsFor(values: readonly bigint[]): number {
  let limbs = 1;
  for (const value of values) {
    while (BigInt.asIntN(limbs * Number(limbBits), value) !== value) limbs += 1;
  }
  return limbs;
}

/** Bytes of a place in a list of so many values. */
function placeBytes(values: number): 1 | 2 | 4 {
  if (values <= 0x100) return 1;
  return values <= 0x10000 ? 2 : 4;
}

function toAscii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function dictionary(cells: readonly SpendCell[], name: SpendDimension): { values: string[]; places: number[] } {
  const known = new Map<string, number>();
  const places = cells.map(({ dimensions }) => {
    const value = dimensions[name];
    const place = known.get(value) ?? known.size;
    if (place === known.size) known.set(value, place);
    return place;
  });
  return { values: [...known.keys()], places };
}

/** The cells of one day as bytes, the same for the same cells in the same order. Quantities of zero are dropped. */
export function packDay(cells: readonly SpendCell[]): Uint8Array {
  const date = cells[0]?.usageDate ?? null;
  if (cells.some(({ usageDate }) => usageDate !== date)) throw new RangeError("packDay: the cells are of several days");
  const dictionaries = SPEND_DIMENSIONS.map((name) => ({ name, ...dictionary(cells, name) }));
  const columns = SUM_COLUMNS.map((name) => ({ name, values: cells.map(({ sums }) => sumOf(sums, name)) }))
    .filter(({ values }) => values.some((value) => value !== 0n))
    .map((column) => ({ ...column, limbs: limbsFor(column.values) }));
  const header: PackHeader = {
    date,
    rows: cells.length,
    dimensions: dictionaries.map(({ name, values }) => ({ name, values })),
    columns: columns.map(({ name, limbs }) => ({ name, limbs })),
  };
  const text = toAscii(JSON.stringify(header));
  const placesBytes = dictionaries.reduce((sum, { values }) => sum + placeBytes(values.length) * cells.length, 0);
  const limbsBytes = columns.reduce((sum, { limbs }) => sum + limbs * limbBytes * cells.length, 0);
  const bytes = new Uint8Array(preludeBytes + text.length + placesBytes + limbsBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint32(1, text.length, true);
  let offset = preludeBytes;
  for (let i = 0; i < text.length; i++) view.setUint8(offset++, text.charCodeAt(i));
  for (const { values, places } of dictionaries) {
    const width = placeBytes(values.length);
    for (const place of places) {
      if (width === 1) view.setUint8(offset, place);
      else if (width === 2) view.setUint16(offset, place, true);
      else view.setUint32(offset, place, true);
      offset += width;
    }
  }
  for (const { values, limbs } of columns) {
    for (let limb = 0n; limb < limbs; limb++) {
      for (const value of values) {
        view.setUint32(offset, Number(BigInt.asUintN(32, value >> (limb * limbBits))), true);
        offset += limbBytes;
      }
    }
  }
  return bytes;
}

function asciiOf(bytes: Uint8Array): string {
  const step = 8192;
  let text = "";
  for (let i = 0; i < bytes.length; i += step)
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(i, i + step));
  return text;
}

/** Reads the header and finds the columns; throws a RangeError for bytes that are no pack of a known version. */
export function openPack(bytes: Uint8Array): OpenPack {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < preludeBytes || view.getUint8(0) !== version) {
    throw new RangeError(`packed day: want version ${version}, found ${bytes[0] ?? "no bytes"}`);
  }
  const end = preludeBytes + view.getUint32(1, true);
  const header = JSON.parse(asciiOf(bytes.subarray(preludeBytes, end))) as PackHeader;
  let offset = end;
  const dimensionOffsets = header.dimensions.map(({ values }) => {
    const start = offset;
    offset += placeBytes(values.length) * header.rows;
    return start;
  });
  const columnOffsets = header.columns.map(({ limbs }) => {
    const start = offset;
    offset += limbs * limbBytes * header.rows;
    return start;
  });
  if (offset !== bytes.length) throw new RangeError(`packed day: want ${offset} bytes, found ${bytes.length}`);
  return { ...header, view, dimensionOffsets, columnOffsets };
}

/** A dimension's place in its list of values, for every row. */
export function placesOf(pack: OpenPack, dimension: number): Uint32Array {
  const offset = pack.dimensionOffsets[dimension] ?? 0;
  const width = placeBytes(pack.dimensions[dimension]?.values.length ?? 0);
  const places = new Uint32Array(pack.rows);
  for (let row = 0; row < pack.rows; row++) {
    if (width === 1) places[row] = pack.view.getUint8(offset + row);
    else if (width === 2) places[row] = pack.view.getUint16(offset + 2 * row, true);
    else places[row] = pack.view.getUint32(offset + 4 * row, true);
  }
  return places;
}

function valuesOf(pack: OpenPack, column: number): bigint[] {
  const offset = pack.columnOffsets[column] ?? 0;
  const limbs = pack.columns[column]?.limbs ?? 0;
  return Array.from({ length: pack.rows }, (_, row) => {
    let value = 0n;
    for (let limb = limbs - 1; limb >= 0; limb--) {
      const at = offset + (limb * pack.rows + row) * limbBytes;
      value = (value << limbBits) | BigInt(pack.view.getUint32(at, true));
    }
    return BigInt.asIntN(limbs * Number(limbBits), value);
  });
}

/** Sums from a value for each column; a meter's zero is left out. */
export function sumsFrom(sum: (column: SumColumn) => bigint): CellSums {
  const quantities: Partial<Record<Meter, bigint>> = {};
  for (const { meter, column } of meterColumns) {
    const value = sum(column);
    if (value !== 0n) quantities[meter] = value;
  }
  return {
    cost: sum("cost") as PicoUsd,
    listCost: sum("listCost") as PicoUsd,
    requests: sum("requests"),
    entries: sum("entries"),
    quantities,
  };
}

/** The cells of a packed day, in the order they were packed in. */
export function unpackDay(bytes: Uint8Array): SpendCell[] {
  const pack = openPack(bytes);
  const places = pack.dimensions.map((_, dimension) => placesOf(pack, dimension));
  const columns = new Map(pack.columns.map(({ name }, column) => [name, valuesOf(pack, column)]));
  return Array.from({ length: pack.rows }, (_, row) => ({
    usageDate: pack.date as UsageDate,
    dimensions: Object.fromEntries(
      pack.dimensions.map(({ name, values }, dimension) => [name, values[places[dimension]?.[row] ?? 0]]),
    ) as CellDimensions,
    sums: sumsFrom((column) => columns.get(column)?.[row] ?? 0n),
  }));
}
