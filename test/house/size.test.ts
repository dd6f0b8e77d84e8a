import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const linesMax = 400;

/**
 * May only fall: a new suppression needs an old one removed. `@ts-expect-error` in a `*-types.test.ts` suppresses
 * nothing: there it is the assertion that something does not compile.
 */
const suppressionsMax = 0;
const suppression = /biome-ignore|@ts-(?:ignore|expect-error|nocheck)|knip-ignore|Stryker disable|c8 ignore/g;

const sources = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(?:ts|mjs|js|py|sql|css|html|grit|sh)$/.test(file) && !file.startsWith("catalog/"))
  .flatMap((file) => {
    try {
      return [{ file, text: readFileSync(`${root}/${file}`, "utf8") }];
    } catch {
      return []; // deleted, not yet committed
    }
  });

test("there are sources to measure", () => {
  expect(sources.length).toBeGreaterThan(50);
});

test(`no source file is longer than ${linesMax} lines`, () => {
  const long = sources.map(({ file, text }) => ({ file, lines: text.split("\n").length }));
  expect(long.filter(({ lines }) => lines > linesMax)).toEqual([]);
});

test(`not more than ${suppressionsMax} rules are suppressed`, () => {
  const found = sources
    .filter(({ file }) => file !== "test/house/size.test.ts" && !file.endsWith("-types.test.ts"))
    .flatMap(({ file, text }) => [...text.matchAll(suppression)].map(([what]) => `${file}: ${what}`));
  expect(found.slice(suppressionsMax)).toEqual([]);
});

test("a junk drawer is not opened: no file is named utils, helpers or common", () => {
  const drawer = /(?:^|\/)(?:utils?|helpers?|common|misc)\.\w+$/;
  expect(sources.map(({ file }) => file).filter((file) => drawer.test(file))).toEqual([]);
});
