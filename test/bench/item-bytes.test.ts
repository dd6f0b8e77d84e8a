import { describe, expect, test } from "vitest";
import { itemBytes, readUnits, writeUnits } from "../../bench/aws/item-bytes.ts";

describe("an item's size", () => {
  test.each([
    ["a text", { k: { S: "abc" } }, 4],
    ["a text of more bytes than characters", { k: { S: "é漢🦜" } }, 10],
    ["a number: a byte for two digits, one more", { n: { N: "1234" } }, 4],
    ["an odd number of digits", { n: { N: "123" } }, 4],
    ["zeros at the end, which are not kept", { n: { N: "12000" } }, 3],
    ["a fraction", { n: { N: "0.0025" } }, 3],
    ["a negative number", { n: { N: "-12" } }, 4],
    ["zero", { n: { N: "0" } }, 2],
    ["all of them", { p: { S: "a" }, v: { N: "1" } }, 5],
  ])("is that of its names and values: %s", (_, item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });

  test("costs a write unit for each KB that it begins, a read unit for each 4", () => {
    expect([1, 1_024, 1_025, 2_048, 2_049].map(writeUnits)).toEqual([1, 1, 2, 2, 3]);
    expect([0, 4_096, 4_097].map(readUnits)).toEqual([1, 1, 2]);
  });
});
