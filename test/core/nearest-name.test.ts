import { expect, test } from "vitest";
import { distance, nearestName } from "#core/nearest-name.ts";

test.each([
  ["", "", 0],
  ["kitten", "sitting", 3],
  ["serach", "search", 2],
  ["abc", "", 3],
])("from %j to %j it is %i letters", (a, b, letters) => {
  expect(distance(a, b)).toBe(letters);
  expect(distance(b, a)).toBe(letters);
});

test.each([
  ["serach", ["support", "search", "research"], "search"],
  ["SEARCH", ["search"], "search"],
  ["billing", ["support", "search"], undefined],
  ["ads", ["add", "adz"], "add"],
  ["x", [], undefined],
  ["prodction", ["development", "staging", "production"], "production"],
])("%s of %j is %s", (sent, names, nearest) => {
  expect(nearestName(sent, names)).toBe(nearest);
});
