import { describe, expect, test } from "vitest";
import type { FailedChanges } from "#app/ports/failed-changes.ts";
import type { Change } from "#core/ledger-entry.ts";
import { entry } from "../lake/entries.ts";

export interface OpenedFailures extends AsyncDisposable {
  readonly failed: FailedChanges;
  /** As a consumer leaves a batch of this one change; later batches come later in the order. */
  give(change: Change): Promise<void>;
  /** A batch of one change of which only the sequence can be read. */
  giveUndecodable(sequence: string): Promise<void>;
  /** How many batches are kept, done or not. */
  kept(): Promise<number>;
}

const change = (number: number): Change => ({
  shard: "shard-1",
  sequence: `8000000000000000000${String(number).padStart(2, "0")}`,
  entry: entry({ id: String(number), customer: "c-1" }),
});

export const failedChangesContract = (what: string, open: () => Promise<OpenedFailures>) =>
  describe(what, () => {
    test("a failed change reads as it was, with its shard and sequence", async () => {
      await using opened = await open();
      await opened.give(change(1));
      const [id = ""] = await opened.failed.list(undefined, 10);
      expect(await opened.failed.read(id)).toEqual({ changes: [change(1)], problems: [] });
    });

    test("batches are listed in the order in which they failed, a page at a time, each once", async () => {
      await using opened = await open();
      expect(await opened.failed.list(undefined, 10)).toEqual([]);
      for (let i = 1; i <= 11; i++) await opened.give(change(i));
      const listed: string[] = [];
      for (let page = 0; page < 7; page++) listed.push(...(await opened.failed.list(listed.at(-1), 2)));
      const read = await Promise.all(listed.map((id) => opened.failed.read(id)));
      expect(read.map((batch) => batch?.changes[0]?.entry.id)).toEqual(
        Array.from({ length: 11 }, (_, i) => `${i + 1}`),
      );
      expect(await opened.failed.list(undefined, 100)).toEqual(listed);
    });

    test("a batch that is done is listed and read no more, and nothing of it is lost", async () => {
      await using opened = await open();
      await opened.give(change(1));
      await opened.give(change(2));
      await opened.give(change(3));
      const [first = "", second = "", third = ""] = await opened.failed.list(undefined, 10);
      await opened.failed.done(second);
      await opened.failed.done(second);
      expect(await opened.failed.read(second)).toBeUndefined();
      expect(await opened.failed.list(undefined, 10)).toEqual([first, third]);
      expect(await opened.failed.list(first, 10)).toEqual([third]);
      expect(await opened.failed.list(second, 10)).toEqual([third]);
      expect(await opened.kept()).toBe(3);
    });

    test("what nobody can decode is a problem that names its sequence, and stays", async () => {
      await using opened = await open();
      await opened.giveUndecodable("800000000003126276363");
      const [id = ""] = await opened.failed.list(undefined, 10);
      const problem = expect.stringContaining("800000000003126276363");
      expect(await opened.failed.read(id)).toEqual({ changes: [], problems: [problem] });
      expect(await opened.failed.list(undefined, 10)).toEqual([id]);
    });

    test.each(["", "nobody", "../1", "aws/lambda/none"])(
      "%j is no batch: nothing to read, and nothing done",
      async (id) => {
        await using opened = await open();
        await opened.give(change(1));
        expect(await opened.failed.read(id)).toBeUndefined();
        await opened.failed.done(id);
        expect(await opened.failed.list(undefined, 10)).toHaveLength(1);
      },
    );
  });
