import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImportStore } from "#app/ports/imports.ts";
import type { Instant } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const at = (ms: number) => ms as Instant;
const counts = (fresh: number, known: number, conflicting: number) => ({ new: fresh, known, conflicting });

export const importsContract = (name: string, open: () => Promise<Opened<ImportStore>>) =>
  describe(name, () => {
    test("parts add up to one record, which began with the first", async () => {
      await using opened = await open();
      await opened.port.addPart("import-1", "part-1", at(1_000), { live: counts(1, 2, 3), landed: 4, rejected: 5 });
      await opened.port.addPart("import-1", "part-2", at(2_000), {
        live: counts(10, 20, 30),
        landed: 40,
        rejected: 50,
      });
      expect(await opened.port.get("import-1")).toEqual({
        id: "import-1",
        startedAt: 1_000,
        live: counts(11, 22, 33),
        landed: 44,
        rejected: 55,
        merged: null,
      });
      expect(await opened.port.get("import-2")).toBeUndefined();
    });

    test("a part that comes again changes nothing, whatever it says now", async () => {
      await using opened = await open();
      await opened.port.addPart("import-1", "part-1", at(1_000), { live: counts(1, 0, 0), landed: 0, rejected: 0 });
      const before = await opened.port.get("import-1");
      await opened.port.addPart("import-1", "part-1", at(9_000), { live: counts(0, 1, 0), landed: 2, rejected: 3 });
      expect(await opened.port.get("import-1")).toEqual(before);
    });

    test("the same part name in another import is another part", async () => {
      await using opened = await open();
      await opened.port.addPart("import-1", "part-1", at(1_000), { live: counts(1, 0, 0), landed: 0, rejected: 0 });
      await opened.port.addPart("import-2", "part-1", at(1_000), { live: counts(2, 0, 0), landed: 0, rejected: 0 });
      expect((await opened.port.get("import-2"))?.live).toEqual(counts(2, 0, 0));
    });

    test("an import awaits its merge while events have landed since the last one", async () => {
      await using opened = await open();
      const unmerged = async () => (await opened.port.unmerged()).map(({ id }) => id).sort();
      await opened.port.addPart("live-only", "part-1", at(1_000), { live: counts(1, 0, 0), landed: 0, rejected: 0 });
      await opened.port.addPart("import-1", "part-1", at(1_000), { live: counts(0, 0, 0), landed: 3, rejected: 0 });
      await opened.port.addPart("import-2", "part-1", at(1_000), { live: counts(0, 0, 0), landed: 1, rejected: 0 });
      expect(await unmerged()).toEqual(["import-1", "import-2"]);
      expect(await opened.port.setMerged("import-1", counts(2, 1, 0), 3)).toBe(true);
      expect(await unmerged()).toEqual(["import-2"]);
      expect((await opened.port.get("import-1"))?.merged).toEqual(counts(2, 1, 0));
      await opened.port.addPart("import-1", "part-2", at(2_000), { live: counts(0, 0, 0), landed: 1, rejected: 0 });
      expect(await unmerged()).toEqual(["import-1", "import-2"]);
    });

    test("a part begins once: when it was first begun, whatever is said later", async () => {
      await using opened = await open();
      expect(await opened.port.beginPart("import-1", "part-1", at(1_000))).toBe(1_000);
      expect(await opened.port.beginPart("import-1", "part-1", at(9_000))).toBe(1_000);
      expect(await opened.port.beginPart("import-1", "part-1", at(500))).toBe(1_000);
      expect(await opened.port.beginPart("import-1", "part-2", at(2_000))).toBe(2_000);
      expect(await opened.port.beginPart("import-2", "part-1", at(3_000))).toBe(3_000);
    });

    test("a part that has begun is not counted, makes no record, and counts when it is added", async () => {
      await using opened = await open();
      await opened.port.beginPart("import-1", "part-1", at(1_000));
      expect(await opened.port.get("import-1")).toBeUndefined();
      expect(await opened.port.unmerged()).toEqual([]);
      await opened.port.addPart("import-1", "part-1", at(2_000), { live: counts(1, 0, 0), landed: 0, rejected: 0 });
      expect(await opened.port.get("import-1")).toMatchObject({ startedAt: 2_000, live: counts(1, 0, 0) });
      expect(await opened.port.beginPart("import-1", "part-1", at(3_000))).toBe(1_000);
    });

    test("an import of which events have landed since they were counted still awaits its merge", async () => {
      await using opened = await open();
      await opened.port.addPart("import-1", "part-1", at(1_000), { live: counts(0, 0, 0), landed: 3, rejected: 0 });
      await opened.port.addPart("import-1", "part-2", at(2_000), { live: counts(0, 0, 0), landed: 1, rejected: 0 });
      expect(await opened.port.setMerged("import-1", counts(3, 0, 0), 3)).toBe(false);
      expect(await opened.port.get("import-1")).toMatchObject({ landed: 4, merged: null });
      expect((await opened.port.unmerged()).map(({ id }) => id)).toEqual(["import-1"]);
      expect(await opened.port.setMerged("import-1", counts(4, 0, 0), 4)).toBe(true);
      expect(await opened.port.setMerged("import-1", counts(4, 0, 0), 4)).toBe(true);
      expect(await opened.port.unmerged()).toEqual([]);
    });

    test("an import that nobody has begun cannot be merged", async () => {
      await using opened = await open();
      expect(await opened.port.setMerged("import-1", counts(0, 0, 0), 0)).toBe(false);
      expect(await opened.port.get("import-1")).toBeUndefined();
    });

    test("one part added many times at once counts once", async () => {
      await using opened = await open();
      const part = { live: counts(1, 2, 3), landed: 4, rejected: 5 };
      await Promise.all(Array.from({ length: 5 }, () => opened.port.addPart("import-1", "part-1", at(1_000), part)));
      expect(await opened.port.get("import-1")).toEqual({
        id: "import-1",
        startedAt: 1_000,
        live: counts(1, 2, 3),
        landed: 4,
        rejected: 5,
        merged: null,
      });
    });

    test("parts of one import added at once all count", async () => {
      await using opened = await open();
      const part = { live: counts(1, 0, 0), landed: 1, rejected: 2 };
      const parts = Array.from({ length: 8 }, (_, i) => `part-${i}`);
      await Promise.all(parts.map((name) => opened.port.addPart("import-1", name, at(1_000), part)));
      expect(await opened.port.get("import-1")).toMatchObject({ live: counts(8, 0, 0), landed: 8, rejected: 16 });
      expect((await opened.port.unmerged()).map(({ id }) => id)).toEqual(["import-1"]);
    });

    test("a part begun at once by two began at one moment for both", async () => {
      await using opened = await open();
      const begun = await Promise.all([1_000, 2_000].map((ms) => opened.port.beginPart("import-1", "part-1", at(ms))));
      expect(new Set(begun).size).toBe(1);
    });

    test("ids and names of parts may have any text, and are told apart", async () => {
      await using opened = await open();
      const part = { live: counts(1, 0, 0), landed: 1, rejected: 0 };
      await opened.port.addPart("a#part", "b", at(1_000), part);
      await opened.port.addPart("a", "part#b", at(2_000), part);
      await opened.port.addPart("a", "b", at(3_000), part);
      expect((await opened.port.get("a#part"))?.landed).toBe(1);
      expect((await opened.port.get("a"))?.landed).toBe(2);
      expect((await opened.port.unmerged()).map(({ id }) => id)).toEqual(["a#part", "a"]);
    });

    test("in whatever order parts come, again and again, an import is the sum of its parts", async () => {
      await using opened = await open();
      const few = fc.integer({ min: 0, max: 3 });
      const step = fc.record({
        part: fc.constantFrom("a", "b", "c", "d"),
        live: few,
        landed: few,
        merge: fc.boolean(),
      });
      let runs = 0;
      const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const id = `import-${runs++}`;
        const taken = new Map<string, { readonly live: number; readonly landed: number }>();
        let waits = false;
        for (const { part, live, landed, merge } of steps) {
          await opened.port.addPart(id, part, at(1_000), { live: counts(live, 0, 0), landed, rejected: 1 });
          if (!taken.has(part)) {
            taken.set(part, { live, landed });
            waits ||= landed > 0;
          }
          const sum = (of: "live" | "landed") => [...taken.values()].reduce((total, one) => total + one[of], 0);
          expect(await opened.port.get(id)).toMatchObject({
            live: counts(sum("live"), 0, 0),
            landed: sum("landed"),
            rejected: taken.size,
          });
          expect((await opened.port.unmerged()).some((one) => one.id === id)).toBe(waits);
          if (!merge) continue;
          expect(await opened.port.setMerged(id, counts(0, 0, 0), sum("landed") + 1)).toBe(false);
          expect(await opened.port.setMerged(id, counts(sum("landed"), 0, 0), sum("landed"))).toBe(true);
          waits = false;
        }
      });
      await fc.assert(property, { numRuns: 15 });
    });

    test("a part that began before a restart began then", async () => {
      await using opened = await open();
      await opened.port.beginPart("import-1", "part-1", at(1_000));
      const imports = await opened.reopen();
      expect(await imports.beginPart("import-1", "part-1", at(9_000))).toBe(1_000);
    });

    test("records and parts are there after a restart", async () => {
      await using opened = await open();
      const part = { live: counts(1, 2, 3), landed: 4, rejected: 5 };
      await opened.port.addPart("import-1", "part-1", at(1_000), part);
      const before = await opened.port.get("import-1");
      const imports = await opened.reopen();
      await imports.addPart("import-1", "part-1", at(1_000), part);
      expect(await imports.get("import-1")).toEqual(before);
    });
  });
