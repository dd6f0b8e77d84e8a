import { describe, expect, test } from "vitest";
import type { ExportedLine, LedgerExports } from "#app/ports/ledger-exports.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { entry } from "../lake/entries.ts";

export interface OpenedExports extends AsyncDisposable {
  readonly exports: LedgerExports;
  /** Makes a finished export with these entries and says its id. */
  make(entries: readonly LedgerEntry[]): Promise<string>;
}

const entries = (count: number) => Array.from({ length: count }, (_, i) => entry({ id: `e${i}`, customer: "c-1" }));

/** All lines of all files, so many at a time. */
async function readAll(exports: LedgerExports, id: string, limit: number): Promise<readonly ExportedLine[]> {
  const found = await exports.find(id);
  if (found.status !== "ready") throw new Error(found.status);
  const lines: ExportedLine[] = [];
  for (const file of found.files) {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: ExportedLine[] = [];
      for await (const line of exports.lines(file, from)) {
        page.push(line);
        if (page.length === limit) break;
      }
      lines.push(...page);
      const last: ExportedLine | undefined = page.at(-1);
      from = last && last.line + 1;
    }
  }
  return lines;
}

const idsOf = (lines: readonly ExportedLine[]) =>
  lines.map((line) => ("entry" in line ? line.entry.id : line.problem)).sort();

export const ledgerExportsContract = (name: string, open: () => Promise<OpenedExports>) =>
  describe(name, () => {
    test("has every entry once, as it was written, however many are read at a time", async () => {
      await using opened = await open();
      const id = await opened.make(entries(23));
      for (const limit of [1, 7, 23, 1_000]) {
        const lines = await readAll(opened.exports, id, limit);
        expect(idsOf(lines)).toEqual(
          entries(23)
            .map((one) => one.id)
            .sort(),
        );
      }
      const third = (await readAll(opened.exports, id, 10)).find((line) => "entry" in line && line.entry.id === "e3");
      expect(third).toMatchObject({ entry: entries(4)[3] });
    });

    test("a line has a number of its own in its file, the same whenever it is read", async () => {
      await using opened = await open();
      const id = await opened.make(entries(9));
      const numbers = async (limit: number) => (await readAll(opened.exports, id, limit)).map(({ line }) => line);
      expect(await numbers(2)).toEqual(await numbers(100));
    });

    test("one without entries has none, and one that nobody made is absent", async () => {
      await using opened = await open();
      const id = await opened.make([]);
      expect(await readAll(opened.exports, id, 10)).toEqual([]);
      expect(await opened.exports.find("nobody-s")).toEqual({ status: "absent" });
    });
  });
