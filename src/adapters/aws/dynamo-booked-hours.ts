import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod";
import type { BookedHours } from "#app/ports/booked-hours.ts";
import { Unavailable } from "#app/unavailable.ts";
import { BOOKED_KEPT_MS } from "#core/booked-hours.ts";
import { decodeBookedHour, decodeReading, encodeBookedHour, encodeReading } from "#core/booked-hours-codec.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import { type ControlTableDeps, type ControlUpdate, controlTable } from "./control-table.ts";
import { parseItem, type StoredItem } from "./stored-item.ts";

/*
 * One partition. The reading is s = "reading#0", "reading#1"…, an hour s = "hour#2026-11-24T01:00:00.000Z#0"…: compressed
 * text in as many items as hold it. All of a text have the version of the reading that it was written with and the
 * number of its items; an item that is left of a longer text before has an older version.
 */
const p = "booked-hours";

/** Below DynamoDB's 400 KB with its names. */
const chunkChars = 350_000;
/** As many as hold 10,000 scopes. */
const chunksMax = 10;
const pageItems = 1_000;
/** A text may be replaced while it is read; each time it is read again. */
const attemptsMax = 5;

const chunkItem = z.object({ s: z.string(), written_with: z.int(), chunks: z.int(), part: z.string() });
type Chunk = z.infer<typeof chunkItem>;

const nameOf = ({ s }: Chunk): string => s.slice(0, s.lastIndexOf("#"));
const placeOf = ({ s }: Chunk): number => Number(s.slice(s.lastIndexOf("#") + 1));

function chunkWrites(name: string, version: number, text: string, expiresAt?: Instant): readonly ControlUpdate[] {
  const packed = deflateRawSync(text).toString("base64");
  const chunks = Math.max(1, Math.ceil(packed.length / chunkChars));
  if (chunks > chunksMax) throw new Error(`booked hours: ${name} has ${packed.length} bytes: too many scopes`);
  return Array.from({ length: chunks }, (_, place) => ({
    p,
    s: `${name}#${place}`,
    set: `written_with = :version, chunks = :chunks, part = :part${expiresAt === undefined ? "" : ", x = :x"}`,
    values: {
      ":version": version,
      ":chunks": chunks,
      ":part": packed.slice(place * chunkChars, (place + 1) * chunkChars),
      ...(expiresAt !== undefined && { ":x": Math.ceil(expiresAt / 1_000) }),
    },
  }));
}

/** The text of these items; undefined when some of them have been replaced in between. */
function textOf(items: readonly Chunk[]): string | undefined {
  const version = Math.max(...items.map(({ written_with }) => written_with));
  const chunks = items.filter(({ written_with }) => written_with === version).sort((a, b) => placeOf(a) - placeOf(b));
  if (chunks.length !== chunks[0]?.chunks) return undefined;
  return inflateRawSync(Buffer.from(chunks.map(({ part }) => part).join(""), "base64")).toString();
}

export function dynamoBookedHours(deps: ControlTableDeps): BookedHours {
  const table = controlTable(deps);

  /** Texts from the item `first` on, in order. */
  async function readTexts(first: string, isWanted: (name: string) => boolean): Promise<string[] | undefined> {
    const items: Chunk[] = [];
    for (let from = first; ; ) {
      const page: readonly StoredItem[] = await table.page(p, from, pageItems);
      const chunks = page.map((item) => parseItem(chunkItem, item));
      items.push(...chunks.filter((chunk) => isWanted(nameOf(chunk))));
      const last = chunks.at(-1);
      if (last === undefined || !isWanted(nameOf(last))) break;
      from = `${last.s}\u0000`;
    }
    const texts = [...Map.groupBy(items, nameOf).values()].map(textOf);
    return texts.includes(undefined) ? undefined : texts.filter((text) => text !== undefined);
  }

  async function texts(first: string, isWanted: (name: string) => boolean): Promise<readonly string[]> {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const read = await readTexts(first, isWanted);
      if (read !== undefined) return read;
    }
    throw new Unavailable("booked hours");
  }

  return {
    async last() {
      const [text] = await texts("reading#", (name) => name === "reading");
      return text === undefined ? undefined : decodeReading(text);
    },

    async hours(from) {
      return (await texts(`hour#${formatInstant(from)}`, (name) => name.startsWith("hour#"))).map(decodeBookedHour);
    },

    async put(reading, hours) {
      const [head, ...more] = chunkWrites("reading", reading.version, encodeReading(reading));
      const onlyIf = reading.version === 1 ? "attribute_not_exists(p)" : "written_with = :before";
      const values = { ...head?.values, ...(reading.version > 1 && { ":before": reading.version - 1 }) };
      const stored = await table.writeTogether([
        { ...(head as ControlUpdate), onlyIf, values },
        ...more,
        ...hours.flatMap((one) =>
          chunkWrites(
            `hour#${formatInstant(one.hour)}`,
            reading.version,
            encodeBookedHour(one),
            (one.hour + BOOKED_KEPT_MS) as Instant,
          ),
        ),
      ]);
      return stored ? "stored" : "stale";
    },
  };
}
