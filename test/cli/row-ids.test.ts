import { expect, test } from "vitest";
import { makeRowIds } from "#cli/import/row-ids.ts";

const idsOf = (...events: Record<string, unknown>[]) => events.map(makeRowIds("calls.csv"));

test("an id is the hash of the file's name and what the row says, and which of its equals it is", () => {
  // printf '["calls.csv",{"meters":{"pages":1},"model":"m"}]' | sha256sum
  expect(idsOf({ model: "m", meters: { pages: 1 } }, { model: "m", meters: { pages: 1 } })).toEqual([
    "f51d15e78ccee647fe45-1",
    "f51d15e78ccee647fe45-2",
  ]);
});

test("a row keeps its id whatever becomes of the others, and in whatever order its fields come", () => {
  const [a, b, again] = idsOf({ model: "a", provider: "p" }, { model: "b" }, { model: "a", provider: "p" });
  expect(idsOf({ model: "mended" }, { provider: "p", model: "a" }, { provider: "p", model: "a" })).toEqual([
    expect.not.stringMatching(b as string),
    a,
    again,
  ]);
});

test("10,000 rows, each twice, have 20,000 ids", () => {
  const idOf = makeRowIds("calls.csv");
  const ids = new Set<string>();
  for (let i = 0; i < 20_000; i++) ids.add(idOf({ id: `${i % 10_000}` }));
  expect(ids.size).toBe(20_000);
  expect([...ids].filter((id) => id.endsWith("-2"))).toHaveLength(10_000);
});

test("equal rows of two files are two events", () => {
  const row = { model: "m1", quantities: {} };
  expect(makeRowIds("a.csv")(row)).not.toBe(makeRowIds("b.csv")(row));
});
