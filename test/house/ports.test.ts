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

test("every contract suite is run against two adapters: this machine's and that of AWS", () => {
  const callers = tests.filter(({ file }) => /\.(?:test|suite|proof)\.ts$/.test(file));
  const calls = (name: string) => callers.flatMap(({ text }) => text.match(new RegExp(`\\b${name}\\(`, "g")) ?? []);
  const names = tests
    .filter(({ file }) => /[.-]contract\.ts$/.test(file))
    .flatMap(({ text }) => /export const (\w+Contract)\b/.exec(text)?.[1] ?? []);
  expect(names.length).toBeGreaterThanOrEqual(8);
  expect(names.filter((name) => calls(name).length < 2)).toEqual([]);
});
