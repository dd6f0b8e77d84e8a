import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePatterns, matchesPattern } from "#core/pattern.ts";

test.each([
  ["gpt-4o", "gpt-4o", true],
  ["gpt-4o", "gpt-4o-mini", false],
  ["gpt-4o", "GPT-4o", false],
  ["gpt-*", "gpt-", true],
  ["gpt-*", "my-gpt-4o", false],
  ["*-mini", "gpt-4o-mini", true],
  ["*-mini", "gpt-4o-mini-2024", false],
  ["a*a", "a", false],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["*", "", true],
  ["", "", true],
  ["", "x", false],
  ["gpt.4o", "gpt-4o", false],
  ["claude-(3|4)", "claude-3", false],
])("%j matches %j: %s", (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test("one of several patterns is enough, none of none", () => {
  expect(compilePatterns(["a*", "b"])("b")).toBe(true);
  expect(compilePatterns(["a*", "b"])("bb")).toBe(false);
  expect(compilePatterns([])("")).toBe(false);
});

test("matches what a regular expression of the same meaning matches", () => {
  const short = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
  fc.assert(
    fc.property(short, text, (pattern, sent) => {
      const oracle = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
      expect(matchesPattern(pattern, sent)).toBe(oracle.test(sent));
    }),
    { numRuns: 300 },
  );
});
