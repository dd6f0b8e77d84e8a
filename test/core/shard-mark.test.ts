import { describe, expect, test } from "vitest";
import { groupOf, markGroups, markOf, passOver, positionsOf, reachedByAll } from "#core/shard-mark.ts";

const at = (sequence: number) => String(sequence).padStart(40, "0");
/** The first groups at one sequence, the others at another. */
const split = (behind: number, first: number, ahead: number) =>
  Array.from({ length: markGroups }, (_, group) => at(group < first ? behind : ahead));

describe("a shard's mark", () => {
  test("of groups that have come equally far is one sequence, as marks have always been", () => {
    expect(markOf(split(7, 0, 7))).toBe(at(7));
    expect(positionsOf(at(7))).toEqual(split(7, 16, 7));
    expect(reachedByAll(at(7))).toBe(at(7));
  });

  test("that nobody has set has no position", () => {
    expect(positionsOf(undefined)).toEqual(Array(16).fill(""));
    expect(reachedByAll(undefined)).toBeUndefined();
  });

  test("of groups that have not is read as it was written, and all have come as far as the first", () => {
    const mark = markOf(split(7, 5, 12));
    expect(mark).toHaveLength(640);
    expect(positionsOf(mark)).toEqual(split(7, 5, 12));
    expect(reachedByAll(mark)).toBe(at(7));
  });

  test("is a greater text with every step of a batch", () => {
    const steps = [split(7, 16, 7), split(7, 12, 9), split(7, 3, 9), split(9, 16, 9), split(9, 15, 10)].map(markOf);
    expect(steps).toEqual([...new Set(steps)].sort());
  });

  test("moved over a sequence moves the groups behind it, and none back", () => {
    expect(passOver(undefined, at(9))).toBe(at(9));
    expect(passOver(markOf(split(7, 5, 12)), at(9))).toBe(markOf(split(9, 5, 12)));
    expect(passOver(markOf(split(7, 5, 12)), at(20))).toBe(at(20));
  });
});

test("a cell stays in its group for ever: FNV-1a of its text, by the published values", () => {
  // 0x811c9dc5, 0xe40c292c, 0xbf9cf968
  expect(["", "a", "foobar"].map(groupOf)).toEqual([5, 12, 8]);
});
