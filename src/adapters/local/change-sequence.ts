/** Changes of one shard are numbered 1, 2, 3…; this is how that place reads as a sequence number, and back. */

const step = 7n;
const digitsMin = 21;
const digitsSpread = 10;

/**
 * DynamoDB's sequence numbers have 21 to 40 digits, and not always as many. Here each shard begins just below a power of
 * ten, so that its numbers grow by a digit after the third change: code that compares them as plain text fails at once.
 */
function origin(shardNumber: number): bigint {
  return 10n ** BigInt(digitsMin + (shardNumber % digitsSpread)) - 3n * step - 1n;
}

export function sequenceOf(shardNumber: number, place: number): string {
  return String(origin(shardNumber) + step * BigInt(place));
}

/** The place of the last change at or before this sequence number; 0 when it is before the first. */
export function placeOf(shardNumber: number, sequence: string): number {
  const distance = BigInt(sequence) - origin(shardNumber);
  return distance <= 0n ? 0 : Number(distance / step);
}
