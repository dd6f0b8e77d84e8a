import { describe, expect, test } from "vitest";
import type { Ledger } from "#app/ports/ledger.ts";
import { type Change, paddedSequence } from "#core/ledger-entry.ts";
import type { Opened } from "./opened.ts";
import { entryWith } from "./sample-entry.ts";

/** What a ledger accepted, shard by shard. */
interface ChangeStream {
  shards(): Promise<readonly { readonly id: string }[]>;
  read(shard: string, afterSequence: string | undefined, limit: number): Promise<readonly Change[]>;
}

export interface StreamedLedger {
  readonly ledger: Ledger;
  readonly stream: ChangeStream;
}

const entry = (id: string, contentHash = "hash") => entryWith({ id, contentHash });
const entries = (count: number) => Array.from({ length: count }, (_, i) => entry(String(i)));

/** Every change, in batches of at most `limit`, by shard. */
async function readAll(stream: ChangeStream, limit: number): Promise<Change[][]> {
  const shards: Change[][] = [];
  for (const { id } of await stream.shards()) {
    const changes: Change[] = [];
    for (;;) {
      const batch = await stream.read(id, changes.at(-1)?.sequence, limit);
      expect(batch.length).toBeLessThanOrEqual(limit);
      if (batch.length === 0) break;
      changes.push(...batch);
    }
    shards.push(changes);
  }
  return shards;
}

const idsOf = (changes: readonly Change[]) => changes.map((change) => change.entry.id).sort();

export const changeStreamContract = (name: string, open: () => Promise<Opened<StreamedLedger>>) =>
  describe(name, () => {
    test("brings each accepted entry once, as it was written", async () => {
      await using opened = await open();
      const { ledger, stream } = opened.port;
      await ledger.append(entries(50));
      const changes = (await readAll(stream, 7)).flat();
      expect(idsOf(changes)).toEqual(idsOf(entries(50).map((e) => ({ shard: "", sequence: "", entry: e }))));
      expect(changes.find((change) => change.entry.id === "3")?.entry).toEqual(entry("3"));
    });

    test("brings nothing for duplicates, conflicts and what was not taken together", async () => {
      await using opened = await open();
      const { ledger, stream } = opened.port;
      await ledger.append([entry("1")]);
      await ledger.append([entry("1"), entry("2")]);
      await ledger.append([entry("1", "other")]);
      await ledger.appendTogether([entry("3"), entry("2")]);
      expect(idsOf((await readAll(stream, 100)).flat())).toEqual(["1", "2"]);
    });

    test("brings what was taken together once each", async () => {
      await using opened = await open();
      const { ledger, stream } = opened.port;
      await ledger.appendTogether(entries(50));
      await ledger.appendTogether(entries(50));
      expect(idsOf((await readAll(stream, 7)).flat())).toEqual(
        entries(50)
          .map(({ id }) => id)
          .sort(),
      );
    });

    test("sequence numbers have 21 to 40 digits and grow within a shard", async () => {
      await using opened = await open();
      await opened.port.ledger.append(entries(50));
      for (const changes of await readAll(opened.port.stream, 100)) {
        const sequences = changes.map(({ sequence }) => sequence);
        expect(sequences.filter((sequence) => !/^\d{21,40}$/.test(sequence))).toEqual([]);
        const padded = sequences.map(paddedSequence);
        expect(padded).toEqual([...new Set(padded)].sort());
      }
    });

    test("changes say which shard they are of, and are the same when read again", async () => {
      await using opened = await open();
      await opened.port.ledger.append(entries(20));
      for (const { id } of await opened.port.stream.shards()) {
        const changes = await opened.port.stream.read(id, undefined, 100);
        expect(changes.filter(({ shard }) => shard !== id)).toEqual([]);
        expect(await opened.port.stream.read(id, undefined, 100)).toEqual(changes);
      }
    });

    test("within a shard, what was accepted first comes first", async () => {
      await using opened = await open();
      for (const e of entries(20)) await opened.port.ledger.append([e]);
      for (const changes of await readAll(opened.port.stream, 100)) {
        const places = changes.map((change) => Number(change.entry.id));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }
    });

    test("goes on after a restart where it was", async () => {
      await using opened = await open();
      await opened.port.ledger.append(entries(10));
      const before = await readAll(opened.port.stream, 100);
      const { ledger, stream } = await opened.reopen();
      await ledger.append([entry("new")]);
      const after = await readAll(stream, 100);
      expect(after.flat()).toHaveLength(11);
      expect(after.flat()).toEqual(expect.arrayContaining(before.flat()));
    });
  });
