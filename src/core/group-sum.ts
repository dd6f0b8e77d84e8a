import { ATTRIBUTION_DIMENSIONS, type SpendDimension, UNALLOCATED } from "./dimensions.ts";
import { makeLimbSums } from "./limb-sums.ts";
import { type OpenPack, openPack, placesOf, sumsFrom } from "./pack.ts";
import type { CellDimensions, CellSums, SpendCell } from "./spend-cell.ts";

/** "yes" where any attribution dimension is unallocated, else "no". */
export const IS_UNALLOCATED = "is_unallocated";

export interface GroupSumQuery {
  readonly groupBy: readonly (SpendDimension | typeof IS_UNALLOCATED)[];
  /** A row counts when each filtered dimension has one of its values. */
  readonly filters: Readonly<Partial<Record<SpendDimension, readonly string[]>>>;
}

export interface GroupRow {
  readonly period: string;
  /** In the order of `groupBy`. */
  readonly values: readonly string[];
  readonly sums: CellSums;
}

/** Sums days into periods (a date, a month, "total": whatever label the caller gives) and groups of dimensions. */
export interface GroupSum {
  addPack(period: string, pack: Uint8Array): void;
  addCells(period: string, cells: readonly SpendCell[]): void;
  /** In the order in which the groups were first met. */
  rows(): GroupRow[];
}

interface Group {
  readonly period: string;
  readonly values: readonly string[];
}

/** Renumbering the groups of a pack keeps their numbers exact in a double, however many dimensions there are. */
const groupNumbersMax = 2 ** 31;

/** Of each row of the pack the number of its group, and of each number a row that is in it; -1 for a filtered row. */
function groupRows(pack: OpenPack, query: GroupSumQuery): { groups: Int32Array; firstRows: number[] } {
  const numbers = new Float64Array(pack.rows);
  const keep = new Uint8Array(pack.rows).fill(1);
  let size = 1;
  pack.dimensions.forEach(({ name, values }, dimension) => {
    const wanted = query.filters[name];
    if (wanted === undefined && !query.groupBy.includes(name)) return;
    const places = placesOf(pack, dimension);
    if (wanted !== undefined) {
      const allowed = values.map((value) => wanted.includes(value));
      for (let row = 0; row < pack.rows; row++) if (!allowed[places[row] as number]) keep[row] = 0;
    }
    if (!query.groupBy.includes(name)) return;
    if (size * values.length > groupNumbersMax) size = renumber(numbers);
    for (let row = 0; row < pack.rows; row++) {
      numbers[row] = (numbers[row] as number) * values.length + (places[row] as number);
    }
    size *= values.length;
  });
  if (query.groupBy.includes(IS_UNALLOCATED)) {
    if (size > groupNumbersMax / 2) renumber(numbers);
    const flags = unallocatedRows(pack);
    for (let row = 0; row < pack.rows; row++) numbers[row] = 2 * (numbers[row] as number) + (flags[row] as number);
  }
  return compact(numbers, keep);
}

const isAttribution = (name: SpendDimension) => (ATTRIBUTION_DIMENSIONS as readonly string[]).includes(name);

/** 1 for each row of the pack in which any attribution dimension is unallocated. */
function unallocatedRows(pack: OpenPack): Uint8Array {
  const flags = new Uint8Array(pack.rows);
  pack.dimensions.forEach(({ name, values }, dimension) => {
    const unallocated = isAttribution(name) ? values.indexOf(UNALLOCATED) : -1;
    if (unallocated < 0) return;
    const places = placesOf(pack, dimension);
    for (let row = 0; row < pack.rows; row++) if (places[row] === unallocated) flags[row] = 1;
  });
  return flags;
}

function groupValue(dimensions: CellDimensions, name: SpendDimension | typeof IS_UNALLOCATED): string {
  if (name !== IS_UNALLOCATED) return dimensions[name];
  return ATTRIBUTION_DIMENSIONS.some((one) => dimensions[one] === UNALLOCATED) ? "yes" : "no";
}

function renumber(numbers: Float64Array): number {
  const known = new Map<number, number>();
  for (let row = 0; row < numbers.length; row++) {
    const number = numbers[row] as number;
    const place = known.get(number) ?? known.size;
    known.set(number, place);
    numbers[row] = place;
  }
  return known.size;
}

function compact(numbers: Float64Array, keep: Uint8Array): { groups: Int32Array; firstRows: number[] } {
  const known = new Map<number, number>();
  const firstRows: number[] = [];
  const groups = new Int32Array(numbers.length).fill(-1);
  for (let row = 0; row < numbers.length; row++) {
    if (!keep[row]) continue;
    const number = numbers[row] as number;
    let group = known.get(number);
    if (group === undefined) {
      group = known.size;
      known.set(number, group);
      firstRows.push(row);
    }
    groups[row] = group;
  }
  return { groups, firstRows };
}

/** Numbers groups in the order first met: a tree, because a text for each group of each day is slow to make. */
function makeGroups() {
  const groups: Group[] = [];
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  /** By node, then by the number of a text: the next node, or the group behind the last text. Node 0 is the root. */
  const nodes: Map<number, number>[] = [new Map()];

  function child(node: number, text: number): number {
    const children = nodes[node] as Map<number, number>;
    const known = children.get(text);
    if (known !== undefined) return known;
    children.set(text, nodes.length);
    return nodes.push(new Map()) - 1;
  }

  return {
    groups,
    textNumber(text: string): number {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, texts.length);
      return texts.push(text) - 1;
    },
    /** By the numbers of its texts: the period, then its values. All paths are of the same length. */
    groupNumber(path: readonly number[]): number {
      let node = 0;
      for (let i = 0; i < path.length - 1; i++) node = child(node, path[i] as number);
      const leaves = nodes[node] as Map<number, number>;
      const last = path[path.length - 1] as number;
      const known = leaves.get(last);
      if (known !== undefined) return known;
      const [period = "", ...values] = path.map((text) => texts[text] as string);
      leaves.set(last, groups.length);
      return groups.push({ period, values }) - 1;
    },
  };
}

type Groups = ReturnType<typeof makeGroups>;

function matches(dimensions: CellDimensions, query: GroupSumQuery): boolean {
  return Object.entries(query.filters).every(([name, wanted]) => wanted.includes(dimensions[name as SpendDimension]));
}

/** Of each row of the pack the number of its group among all groups; -1 for a filtered row. */
function targetsOf(pack: OpenPack, period: string, query: GroupSumQuery, numbering: Groups): Int32Array {
  const { groups, firstRows } = groupRows(pack, query);
  const columns = query.groupBy.map((name) => {
    if (name === IS_UNALLOCATED) return { values: ["no", "yes"], places: unallocatedRows(pack) };
    const dimension = pack.dimensions.findIndex((one) => one.name === name);
    return { values: pack.dimensions[dimension]?.values ?? [], places: placesOf(pack, dimension) };
  });
  const paths = columns.map(({ values, places }) => ({ texts: values.map(numbering.textNumber), places }));
  const path = [numbering.textNumber(period)];
  const numbers = firstRows.map((row) => {
    for (let i = 0; i < paths.length; i++) {
      const { texts, places } = paths[i] as (typeof paths)[number];
      path[i + 1] = texts[places[row] as number] as number;
    }
    return numbering.groupNumber(path);
  });
  return groups.map((group) => (group < 0 ? -1 : (numbers[group] as number)));
}

/** Exact. A report over a year of packs sums their columns limb by limb in doubles, and makes bigints at the end. */
export function groupSum(query: GroupSumQuery): GroupSum {
  const numbering = makeGroups();
  const { groups, textNumber, groupNumber } = numbering;
  const sums = makeLimbSums();
  return {
    addPack(period, bytes) {
      const pack = openPack(bytes);
      sums.addPack(pack, targetsOf(pack, period, query, numbering), groups.length);
    },
    addCells(period, cells) {
      for (const cell of cells) {
        if (!matches(cell.dimensions, query)) continue;
        const values = query.groupBy.map((name) => groupValue(cell.dimensions, name));
        sums.addSums(groupNumber([period, ...values].map(textNumber)), cell.sums);
      }
    },
    rows() {
      const totals = sums.totals();
      return groups.map(({ period, values }, group) => ({
        period,
        values,
        sums: sumsFrom((column) => totals.get(column)?.[group] ?? 0n),
      }));
    },
  };
}
