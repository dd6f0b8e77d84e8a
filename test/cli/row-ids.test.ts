import { expect, test } from "vitest";
import { makeRowIds } from "#cli/import/row-ids.ts";

const idsOf = (...events: Record<string, unknown>[]) => events.map(makeRowIds());

test("an id is the hash of what the row says, and which of its equals it is", () => {
  // printf '{"meters":{"pages":1},"model":"m"}' | sha256sum
  expect(idsOf({ model: "m", meters: { pages: 1 } }, { model: "m", meters: { pages: 1 } })).toEqual([
    "42b137e6b3f87df35af5-1",
    "42b137e6b3f87df35af5-2",
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
  const idOf = makeRowIds();
  const ids = new Set<string>();
  for (let i = 0; i < 20_000; i++) ids.add(idOf({ id: `${i % 10_000}` }));
  expect(ids.size).toBe(20_000);
  expect([...ids].filter((id) => id.endsWith("-2"))).toHaveLength(10_000);
});
