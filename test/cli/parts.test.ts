import { expect, test } from "vitest";
import { cutParts, type Part, partBytesMax } from "#cli/import/parts.ts";
import type { InputRow } from "#cli/import/read-rows.ts";

async function* rowsOf(
  count: number,
  event: (i: number) => Record<string, unknown> | undefined,
): AsyncGenerator<InputRow> {
  for (let i = 1; i <= count; i++) yield { line: i + 1, number: i, event: event(i), problem: "no event" };
}

async function cut(rows: AsyncIterable<InputRow>): Promise<Part[]> {
  return await Array.fromAsync(cutParts(rows, { source: "import", idOf: ({ model }) => `of ${model}` }));
}

test("a part has at most 1,000 rows", async () => {
  const parts = await cut(rowsOf(2_001, (i) => ({ id: `${i}`, source: "s" })));
  expect(parts.map((part) => [part.events.length, part.rows])).toEqual([
    [1_000, 1_000],
    [1_000, 2_000],
    [1, 2_001],
  ]);
});

test("a part stays below 4 MB on the wire, in bytes and not in characters", async () => {
  const parts = await cut(rowsOf(30, (i) => ({ id: `${i}`, tags: { text: "ä".repeat(150_000) } })));
  for (const part of parts) {
    expect(Buffer.byteLength(JSON.stringify({ events: part.events.map(({ event }) => event) }))).toBeLessThan(
      4_000_000,
    );
  }
  expect(parts.map((part) => part.events.length)).toEqual([12, 12, 6]);
});

test("rows without an id get one, those that have one keep it", async () => {
  const parts = await cut(rowsOf(3, (i) => (i === 2 ? { id: "own", source: "own" } : { model: `m${i}` })));
  expect(parts[0]?.events.map(({ event }) => [event.source, event.id])).toEqual([
    ["import", "of m1"],
    ["own", "own"],
    ["import", "of m3"],
  ]);
});

test("a row that is no event, or too large for any request, is told by its line", async () => {
  const parts = await cut(
    rowsOf(3, (i) => (i === 1 ? undefined : { id: `${i}`, model: i === 3 ? "m".repeat(partBytesMax) : "m" })),
  );
  expect(parts.flatMap((part) => part.problems)).toEqual([
    { line: 2, problem: "no event" },
    { line: 4, problem: `larger than ${partBytesMax} bytes` },
  ]);
  expect(parts.flatMap((part) => part.events).map(({ line }) => line)).toEqual([3]);
});
