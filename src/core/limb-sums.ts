import { type OpenPack, SUM_COLUMNS, type SumColumn, sumOf } from "./pack.ts";
import type { CellSums } from "./spend-cell.ts";

const limbBits = 32;
/** A limb is below 2^32 in size: a double sums this many of them exactly. */
const rowsBeforeSettling = 2 ** 20;

function addLimb(pack: OpenPack, offset: number, signed: boolean, targets: Int32Array, sums: Float64Array): void {
  for (let row = 0; row < pack.rows; row++) {
    const group = targets[row] as number;
    if (group < 0) continue;
    const at = offset + 4 * row;
    const limb = signed ? pack.view.getInt32(at, true) : pack.view.getUint32(at, true);
    sums[group] = (sums[group] as number) + limb;
  }
}

/** Room for so many groups, what is there kept; half as much again, so that growing costs little. */
function grown(sums: Float64Array | undefined, groups: number): Float64Array {
  if (sums !== undefined && sums.length >= groups) return sums;
  const larger = new Float64Array(Math.ceil(groups * 1.5));
  if (sums !== undefined) larger.set(sums);
  return larger;
}

/** Exact sums of columns by group: limbs are summed as doubles, and settled into bigints before a double could round. */
export function makeLimbSums() {
  const settled = new Map<SumColumn, bigint[]>();
  /** By limb, then by group: what is not settled yet. */
  const open = new Map<SumColumn, Float64Array[]>();
  let openRows = 0;

  function totalsOf(column: SumColumn): bigint[] {
    const totals = settled.get(column) ?? [];
    settled.set(column, totals);
    return totals;
  }

  function settle(): void {
    for (const [column, limbs] of open) {
      const totals = totalsOf(column);
      limbs.forEach((sums, limb) => {
        const shift = BigInt(limb * limbBits);
        for (let group = 0; group < sums.length; group++) {
          const sum = sums[group] as number;
          if (sum !== 0) totals[group] = (totals[group] ?? 0n) + (BigInt(sum) << shift);
        }
      });
    }
    open.clear();
    openRows = 0;
  }

  return {
    /** Adds each row to the group that `targets` gives it, of so many groups; to none where it is -1. */
    addPack(pack: OpenPack, targets: Int32Array, groups: number): void {
      if (openRows + pack.rows > rowsBeforeSettling) settle();
      openRows += pack.rows;
      pack.columns.forEach(({ name, limbs }, column) => {
        const sums = open.get(name) ?? [];
        open.set(name, sums);
        for (let limb = 0; limb < limbs; limb++) {
          const sum = grown(sums[limb], groups);
          sums[limb] = sum;
          const offset = (pack.columnOffsets[column] ?? 0) + 4 * limb * pack.rows;
          addLimb(pack, offset, limb === limbs - 1, targets, sum);
        }
      });
    },
    addSums(group: number, sums: CellSums): void {
      for (const column of SUM_COLUMNS) {
        const value = sumOf(sums, column);
        if (value === 0n) continue;
        const totals = totalsOf(column);
        totals[group] = (totals[group] ?? 0n) + value;
      }
    },
    /** By column, then by group; what is missing is zero. */
    totals(): ReadonlyMap<SumColumn, readonly (bigint | undefined)[]> {
      settle();
      return settled;
    },
  };
}
