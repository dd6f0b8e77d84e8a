import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ports = globSync("src/app/ports/*.ts", { cwd: root }).map((file) => basename(file, ".ts"));
const tests = globSync("test/**/*.ts", { cwd: root }).map((file) => ({
  file,
  text: readFileSync(`${root}/${file}`, "utf8"),
}));

test("every port has a contract suite", () => {
  const suites = tests.filter(({ file }) => /[.-]contract\.ts$/.test(file)).map(({ text }) => text);
  const without = ports.filter((port) => !suites.some((text) => text.includes(`#app/ports/${port}.ts`)));
  expect(without).toEqual([]);
});

test("every contract suite is run against an adapter", () => {
  const suites = tests.filter(({ file }) => /[.-]contract\.ts$/.test(file)).map(({ file }) => basename(file));
  const callers = tests.filter(({ file }) => file.endsWith(".test.ts"));
  expect(suites.filter((suite) => !callers.some(({ text }) => text.includes(`/${suite}"`)))).toEqual([]);
});
