import { createHash } from "node:crypto";
import type { DraftEvent } from "./event-fields.ts";

/** How often each number has come, this time included. 24 to 48 bytes a number. */
function makeTally(): (number: number) => number {
  let numbers = new Float64Array(1 << 12);
  let counts = new Uint32Array(numbers.length);
  let used = 0;

  /** Where the number is, or the free slot that it would take: a free slot counts 0. */
  function slotOf(number: number): number {
    let slot = number % numbers.length;
    while (counts[slot] !== 0 && numbers[slot] !== number) slot = (slot + 1) % numbers.length;
    return slot;
  }

  function grow(): void {
    const [oldNumbers, oldCounts] = [numbers, counts];
    numbers = new Float64Array(oldNumbers.length * 2);
    counts = new Uint32Array(numbers.length);
    for (const [i, count] of oldCounts.entries()) {
      if (count === 0) continue;
      const number = oldNumbers[i] as number;
      const slot = slotOf(number);
      numbers[slot] = number;
      counts[slot] = count;
    }
  }

  return (number) => {
    const slot = slotOf(number);
    const count = (counts[slot] as number) + 1;
    numbers[slot] = number;
    counts[slot] = count;
    if (count === 1 && ++used * 2 > counts.length) grow();
    return count;
  };
}

/** Keys in order: it does not matter in which the fields were written or set. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Ids of rows that have none, to be asked for in the file's order: 20 hex digits of the SHA-256 of the file's name and
 * what the row says, a dash, and which of the equal rows of the file it is, from 1. So a row keeps its id whatever
 * becomes of the others.
 */
export function makeRowIds(fileName: string): (event: DraftEvent) => string {
  const tally = makeTally();
  return (event) => {
    const digest = createHash("sha256")
      .update(JSON.stringify([fileName, event], inOrder))
      .digest();
    // Of 48 bits: two rows that share them by chance still differ in their digits.
    return `${digest.toString("hex", 0, 10)}-${tally(digest.readUIntBE(10, 6))}`;
  };
}
