import { createHash } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { PackedDay } from "#app/ports/closed-days.ts";
import { monthOf, type UsageDate } from "#core/time.ts";

/*
 * The days of a month share a partition, p = "packs#2026-11". A day is a head, s = "2026-11-01", with its generation `g`
 * and its pack `b`. A pack too large for that stands in chunks, s = "2026-11-01#<digest of the pack>#<place>", and the
 * head has the digest `h` and the number of chunks `n`. Chunks are written first, the head, which makes them count, last.
 */

type Attributes = Readonly<Record<string, AttributeValue>>;

const version = "1";
/** Below DynamoDB's 400 KB with its keys. */
const chunkBytes = 350_000;

export const partitionOf = (date: UsageDate): string => `packs#${monthOf(date)}`;

/** Sort keys of the days from `from` to `to` with their chunks: "$" follows "#". */
export const sortKeysOf = (from: UsageDate, to: UsageDate) => [from, `${to}$`] as const;

const chunkKey = (date: UsageDate, digest: string, place: number) =>
  `${date}#${digest}#${String(place).padStart(4, "0")}`;

function digestOf(pack: Uint8Array): string {
  return createHash("sha256").update(pack).digest("base64url").slice(0, 22);
}

export interface DayItems {
  readonly head: Attributes;
  readonly chunks: readonly Attributes[];
}

/** The items of a day; the same pack has the same chunks. */
export function itemsOf({ usageDate, generation, pack }: PackedDay): DayItems {
  const p = { S: partitionOf(usageDate) };
  const head = { p, s: { S: usageDate }, v: { N: version }, g: { N: String(generation) } };
  if (pack.length <= chunkBytes) return { head: { ...head, b: { B: pack } }, chunks: [] };
  const digest = digestOf(pack);
  const chunks = Array.from({ length: Math.ceil(pack.length / chunkBytes) }, (_, place) => ({
    p,
    s: { S: chunkKey(usageDate, digest, place) },
    b: { B: pack.subarray(place * chunkBytes, (place + 1) * chunkBytes) },
  }));
  return { head: { ...head, h: { S: digest }, n: { N: String(chunks.length) } }, chunks };
}

/** Sort keys of the chunks that a head counts. */
export function chunkKeysOf(head: Attributes): string[] {
  const digest = head.h?.S;
  if (digest === undefined) return [];
  return Array.from({ length: Number(head.n?.N) }, (_, place) => chunkKey(head.s?.S as UsageDate, digest, place));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The day of a head among items; undefined when a chunk is missing, because the day has been replaced in between. */
export function dayOf(head: Attributes, items: ReadonlyMap<string, Attributes>): PackedDay | undefined {
  if (head.v?.N !== version) {
    throw new Error(`closed days: the pack of ${head.s?.S} has version ${head.v?.N}, ${version} is wanted`);
  }
  const bytes = head.b?.B ? [head.b.B] : chunkKeysOf(head).map((key) => items.get(key)?.b?.B);
  const found = bytes.filter((chunk) => chunk !== undefined);
  if (found.length < bytes.length) return undefined;
  const pack = found.length === 1 ? (found[0] as Uint8Array) : join(found);
  return { usageDate: head.s?.S as UsageDate, generation: Number(head.g?.N), pack };
}
