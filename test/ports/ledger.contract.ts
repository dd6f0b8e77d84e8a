import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ledger } from "#app/ports/ledger.ts";
import { adjustmentKey, eventKey } from "#core/event-key.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { anyEntry } from "./any-entry.ts";
import type { Opened } from "./opened.ts";
import { entryWith } from "./sample-entry.ts";

const entry = (id: string, contentHash = "hash") => entryWith({ id, contentHash, tags: { sent: contentHash } });

function adjustment(part: "reversal" | "rebooking", contentHash = "hash"): LedgerEntry {
  const info = { number: 1, part, requestId: "request", reason: "wrong team", by: "key" } as const;
  const key = adjustmentKey("test", "1", 1, part);
  return { ...entryWith({ id: "1", contentHash }), kind: "adjustment", key, adjustment: info };
}

export const ledgerContract = (name: string, open: () => Promise<Opened<Ledger>>) =>
  describe(name, () => {
    test("a new entry is accepted and can be read", async () => {
      await using opened = await open();
      expect(await opened.port.append([entry("1")])).toEqual([{ status: "accepted" }]);
      expect(await opened.port.read([eventKey("test", "1"), eventKey("test", "2")])).toEqual(
        new Map([['["test","1"]', entry("1")]]),
      );
    });

    test("the same key with the same content is a duplicate, and answers with the entry that stands", async () => {
      await using opened = await open();
      const first = entry("1");
      await opened.port.append([first]);
      const again = {
        ...first,
        priceVersion: "another",
        receivedAt: (first.receivedAt + 1) as typeof first.receivedAt,
      };
      expect(await opened.port.append([again])).toEqual([{ status: "duplicate", existing: first }]);
      expect(await opened.port.read([first.key])).toEqual(new Map([[first.key, first]]));
    });

    test("the same key with other content is a conflict and changes nothing", async () => {
      await using opened = await open();
      await opened.port.append([entry("1")]);
      expect(await opened.port.append([entry("1", "other")])).toEqual([{ status: "conflict", existing: entry("1") }]);
      expect(await opened.port.read([entry("1").key])).toEqual(new Map([[entry("1").key, entry("1")]]));
    });

    test("outcomes come in the order of the entries, each judged on its own", async () => {
      await using opened = await open();
      await opened.port.append([entry("b"), entry("d")]);
      const outcomes = await opened.port.append([entry("a"), entry("b"), entry("c"), entry("d", "other"), entry("e")]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        "accepted",
        "duplicate",
        "accepted",
        "conflict",
        "accepted",
      ]);
    });

    test("of two calls at once with the same key one is accepted", async () => {
      await using opened = await open();
      const outcomes = await Promise.all([opened.port.append([entry("1")]), opened.port.append([entry("1")])]);
      expect(outcomes.map(([outcome]) => outcome?.status).sort()).toEqual(["accepted", "duplicate"]);
    });

    test("of many calls at once with the same keys each key is accepted once", async () => {
      await using opened = await open();
      const versions = Array.from({ length: 8 }, (_, version) =>
        Array.from({ length: 40 }, (_key, id) => entry(String(id), `hash-${version}`)),
      );
      const calls = await Promise.all(versions.map((entries) => opened.port.append(entries)));
      const kept = await opened.port.read(versions.flat().map(({ key }) => key));
      for (let id = 0; id < 40; id++) {
        const accepted = versions.filter((_, version) => calls[version]?.[id]?.status === "accepted");
        expect(accepted.map((entries) => entries[id]?.contentHash)).toEqual([
          kept.get(eventKey("test", String(id)))?.contentHash,
        ]);
      }
      expect(calls.flat().filter(({ status }) => status === "conflict")).toHaveLength(7 * 40);
    });

    test("every entry reads as it was appended", async () => {
      await using opened = await open();
      const distinct = fc.uniqueArray(anyEntry, { minLength: 1, maxLength: 30, selector: ({ key }) => key });
      for (const entries of fc.sample(distinct, { numRuns: 5, seed: 20261123 })) {
        const { port } = opened;
        const known = await port.read(entries.map(({ key }) => key));
        const fresh = entries.filter(({ key }) => !known.has(key));
        expect(await port.append(fresh)).toEqual(fresh.map(() => ({ status: "accepted" })));
        expect(await port.read(fresh.map(({ key }) => key))).toEqual(new Map(fresh.map((one) => [one.key, one])));
      }
    });

    test("keys that look alike when joined are different", async () => {
      await using opened = await open();
      const outcomes = await opened.port.append([
        entryWith({ source: "a#b", id: "c" }),
        entryWith({ source: "a", id: "b#c" }),
        entryWith({ source: "a\u0000", id: "b" }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(["accepted", "accepted", "accepted"]);
    });

    test("a call takes 1,000 entries, and none", async () => {
      await using opened = await open();
      const entries = Array.from({ length: 1_000 }, (_, i) => entry(String(i)));
      const outcomes = await opened.port.append(entries);
      expect(outcomes.filter(({ status }) => status === "accepted")).toHaveLength(1_000);
      expect((await opened.port.read(entries.map(({ key }) => key))).size).toBe(1_000);
      expect(await opened.port.append([])).toEqual([]);
      expect((await opened.port.read([])).size).toBe(0);
    });

    test("entries appended together are accepted together", async () => {
      await using opened = await open();
      const both = [adjustment("reversal"), adjustment("rebooking")];
      expect(await opened.port.appendTogether(both)).toEqual({ status: "accepted" });
      expect((await opened.port.read(both.map(({ key }) => key))).size).toBe(2);
      expect(await opened.port.appendTogether(both)).toEqual({ status: "duplicate", existing: adjustment("reversal") });
    });

    test("of entries appended together none is taken when one stands already", async () => {
      await using opened = await open();
      await opened.port.append([adjustment("rebooking")]);
      const outcome = await opened.port.appendTogether([adjustment("reversal"), adjustment("rebooking", "other")]);
      expect(outcome).toEqual({ status: "conflict", existing: adjustment("rebooking") });
      expect((await opened.port.read([adjustment("reversal").key])).size).toBe(0);
    });

    test("of two that append together at once what they share, one is taken whole and the other not at all", async () => {
      await using opened = await open();
      const entriesOf = (from: number, hash: string) =>
        Array.from({ length: 10 }, (_, i) => entry(String(from + i), hash));
      const [first, second] = [entriesOf(0, "a"), entriesOf(5, "b")];
      const outcomes = await Promise.all([opened.port.appendTogether(first), opened.port.appendTogether(second)]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["accepted", "conflict"]);
      const winner = outcomes[0]?.status === "accepted" ? first : second;
      const kept = await opened.port.read([...first, ...second].map(({ key }) => key));
      expect(kept).toEqual(new Map(winner.map((one) => [one.key, one])));
    });

    test("a key that is asked for twice, and one that nobody could have, do not disturb a read", async () => {
      await using opened = await open();
      await opened.port.append([entry("1")]);
      const { key } = entry("1");
      expect([...(await opened.port.read([key, key, "x".repeat(5_000)])).keys()]).toEqual([key]);
    });

    test("fifty entries can be appended together", async () => {
      await using opened = await open();
      const entries = Array.from({ length: 50 }, (_, i) => entry(String(i)));
      expect(await opened.port.appendTogether(entries)).toEqual({ status: "accepted" });
      expect((await opened.port.read(entries.map(({ key }) => key))).size).toBe(50);
    });

    test("what was accepted is there after a restart", async () => {
      await using opened = await open();
      await opened.port.append([entry("1")]);
      const ledger = await opened.reopen();
      expect(await ledger.append([entry("1"), entry("2")])).toEqual([
        { status: "duplicate", existing: entry("1") },
        { status: "accepted" },
      ]);
    });
  });
