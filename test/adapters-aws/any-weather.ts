import type { Faults, Place } from "./fake-dynamo.ts";

/** What can happen at each place. */
const codes: Readonly<Record<Place, readonly string[]>> = {
  before: ["ECONNRESET", "ThrottlingException", "InternalServerError"],
  after: ["ECONNRESET", "TimeoutError", "InternalServerError"],
  statement: ["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"],
  "statement-after": ["InternalServerError"],
  key: ["unprocessed"],
  item: ["TransactionConflict", "ThrottlingError"],
};

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every place fails with this probability, in any of its ways. */
export function weatherOf(seed: number, probability: number): Faults {
  const next = numbersOf(seed);
  return (place) => {
    if (next() >= probability) return undefined;
    return codes[place][Math.floor(next() * codes[place].length)];
  };
}
