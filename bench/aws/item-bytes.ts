import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Readonly<Record<string, AttributeValue>>;

/** For its index, of each stored item. */
export const storageOverheadBytes = 100;

/** A byte for two significant digits and one for the exponent; one more with a minus. */
function numberBytes(text: string): number {
  const digits = text
    .replace(/^-/, "")
    .replace(".", "")
    .replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}

function valueBytes(name: string, { S, N }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberBytes(N);
  throw new Error(`attribute ${name}: only texts and numbers are written`);
}

/** As DynamoDB counts it: the UTF-8 bytes of names and texts, and its numbers. */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(name, value),
    0,
  );
}

const started = (bytes: number, perUnit: number) => Math.max(1, Math.ceil(bytes / perUnit));

export const writeUnits = (bytes: number): number => started(bytes, 1_024);
/** Strongly consistent; the others cost half. */
export const readUnits = (bytes: number): number => started(bytes, 4_096);
