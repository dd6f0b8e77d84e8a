import { fnv1a } from "./fnv-1a.ts";

/*
 * How far a shard's changes have been added to the spend cells. Cells are divided into groups, and each group has a
 * position of its own: so a batch is cut into transactions by cells and not by changes, and writes each cell once. As
 * text a mark is one padded sequence while all groups have come equally far, else the padded sequences of all groups.
 * Groups are posted from the last to the first: the first is never ahead of another, and a later mark is a greater text.
 */

export const markGroups = 16;
const sequenceChars = 40;

/** The group of a cell must be the same in every release. */
export function groupOf(cell: string): number {
  return fnv1a(cell) % markGroups;
}

/** The position of each group; "" where there is none. */
export function positionsOf(mark: string | undefined): string[] {
  return Array.from({ length: markGroups }, (_, group) => {
    if (mark === undefined || mark.length === sequenceChars) return mark ?? "";
    return mark.slice(group * sequenceChars, (group + 1) * sequenceChars);
  });
}

export function markOf(positions: readonly string[]): string {
  const [first = ""] = positions;
  if (positions.every((position) => position === first)) return first;
  return positions.map((position) => position.padStart(sequenceChars, "0")).join("");
}

/** Up to here every change has been added, or given up. */
export function reachedByAll(mark: string | undefined): string | undefined {
  return mark?.slice(0, sequenceChars);
}

/** The mark behind which nothing up to `sequence` is added any more. */
export function passOver(mark: string | undefined, sequence: string): string {
  return markOf(positionsOf(mark).map((position) => (position > sequence ? position : sequence)));
}
