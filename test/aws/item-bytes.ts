import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** A write costs one unit for each of these. */
export const writeUnitBytes = 1_024;

/** Digits go two to a byte, and one byte holds the exponent; at most 21. */
const numberBytes = (text: string) => Math.min(21, Math.ceil(text.replace(/\D/g, "").length / 2) + 1);

function valueBytes({ S, N, B }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberBytes(N);
  if (B !== undefined) return B.length;
  throw new Error("no item here has a value of another type");
}

/** As DynamoDB counts an item: names and values, as UTF-8. */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  const parts = Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value));
  return parts.reduce((sum, bytes) => sum + bytes, 0);
}
