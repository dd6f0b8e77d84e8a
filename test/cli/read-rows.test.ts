import { expect, test } from "vitest";
import { type InputRow, type Mapping, readCsv, readJsonl } from "#cli/import/read-rows.ts";

/** What every event needs, for files that are about something else. */
const needed = { time: "2026-11-01T00:00:00Z", provider: "openai", model: "gpt-4o" };
const set = Object.entries(needed);
const noMapping: Mapping = { map: [], set };

async function* bytes(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

async function all(rows: AsyncIterable<InputRow>): Promise<InputRow[]> {
  return await Array.fromAsync(rows);
}

test("columns are mapped to fields and what is set fills every row", async () => {
  const mapping: Mapping = {
    map: [
      ["TIMESTAMP", "time"],
      ["ContextTokens", "uncached_input_tokens"],
      ["GeneratedTokens", "text_output_tokens"],
    ],
    set: [
      ["provider", "openai"],
      ["model", "gpt-4o"],
      ["feature", "chat"],
    ],
  };
  const csv = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n";
  expect(await all(readCsv(bytes(csv), mapping))).toEqual([
    {
      ...{ line: 2, number: 1 },
      event: {
        ...{ provider: "openai", model: "gpt-4o", time: "2023-11-16T18:15:46.6805900Z" },
        attribution: { feature: "chat" },
        meters: { uncached_input_tokens: 374, text_output_tokens: 44 },
      },
    },
  ]);
});

test("a column named like a field needs no mapping; others are left out", async () => {
  const [row] = await all(readCsv(bytes("id,team,prompt\n7,search,secret\n"), noMapping));
  expect(row?.event).toEqual({ ...needed, id: "7", attribution: { team: "search" } });
});

test("a cell wins over what is set, an empty one does not", async () => {
  const rows = await all(readCsv(bytes("team,model\na,x\n,y\n"), { map: [], set: [...set, ["team", "b"]] }));
  expect(rows.map((row) => row.event?.attribution)).toEqual([{ team: "a" }, { team: "b" }]);
});

test("quotes, a byte order mark, empty lines and a last line without its end are read", async () => {
  const csv = '\uFEFFid,model\n"a,1","x ""y"""\n\nb,z';
  expect(await all(readCsv(bytes(csv.slice(0, 9), csv.slice(9)), noMapping))).toEqual([
    { line: 2, number: 1, event: { ...needed, id: "a,1", model: 'x "y"' } },
    { line: 4, number: 2, event: { ...needed, id: "b", model: "z" } },
  ]);
});

test("a row of another width is told by its line", async () => {
  const [row] = await all(readCsv(bytes("id,model\na,b,c\n"), noMapping));
  expect(row).toEqual({ line: 2, number: 1, event: undefined, problem: "found 3 cells, wanted 2 as in the header" });
});

test("mapping a column that is not there names those that are", async () => {
  await expect(all(readCsv(bytes("a,b\n1,2\n"), { map: [["c", "id"]], set: [] }))).rejects.toMatchObject({
    ...{ exitCode: 2, fix: "its columns are a, b" },
  });
});

test.each([
  [
    "when,model\n1,m\n",
    [["provider", "openai"]],
    "no column and no --set for time; the file's columns are when, model",
  ],
  ["id;time\n1;2\n", [], "the header is one cell, with ; in it: id;time"],
  ["id\ttime\n1\t2\n", [], "the header is one cell, with tabs in it: id\ttime"],
] as const)("%j, of which no row can be an event, is refused by its header", async (csv, preset, message) => {
  await expect(all(readCsv(bytes(csv), { map: [], set: preset }))).rejects.toMatchObject({ exitCode: 2, message });
});

test("a quote that never ends is refused", async () => {
  await expect(all(readCsv(bytes('id\n"a\n'), noMapping))).rejects.toMatchObject({ exitCode: 1 });
});

test("an error of the source reaches the reader of a CSV", async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from("id\na\n");
    throw new Error("the disk is gone");
  }
  await expect(all(readCsv(broken(), noMapping))).rejects.toThrow("the disk is gone");
});

test("each line of JSON is an event, cut anywhere between pieces", async () => {
  const text = '{"id":"ä"}\r\n\n{"id":"b","attribution":{"team":"x"}}';
  const cut = Buffer.from(text).indexOf("ä") + 1;
  async function* pieces(): AsyncGenerator<Buffer> {
    yield Buffer.from(text).subarray(0, cut);
    yield Buffer.from(text).subarray(cut);
  }
  expect(await all(readJsonl(pieces(), { map: [], set: [["team", "y"]] }))).toEqual([
    { line: 1, number: 1, event: { id: "ä", attribution: { team: "y" } } },
    { line: 3, number: 2, event: { id: "b", attribution: { team: "x" } } },
  ]);
});

test("a line that is no JSON object is told by its line, and the next is read", async () => {
  const rows = await all(readJsonl(bytes('{"id":\n[1]\n{"id":"c"}\n'), noMapping));
  expect(rows.map(({ line, event }) => [line, event])).toEqual([
    [1, undefined],
    [2, undefined],
    [3, { ...needed, id: "c" }],
  ]);
  expect(rows[1]?.problem).toBe("found [1], wanted an object: a usage event");
});
