import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controls, layers, plants } from "./plants.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let folder: string;

function write(file: string, code: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), code);
}

/** A project with this one's rules and, in place of its code, the controls and the plants. */
function plant(): void {
  folder = mkdtempSync(join(tmpdir(), "dependency-rule-"));
  for (const file of ["biome.json", "package.json", "tsconfig.base.json", ".gitignore"]) {
    copyFileSync(join(root, file), join(folder, file));
  }
  cpSync(join(root, "lint"), join(folder, "lint"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of Object.keys(layers)) {
    mkdirSync(join(folder, name), { recursive: true });
    copyFileSync(join(root, name, "tsconfig.json"), join(folder, name, "tsconfig.json"));
  }
  const references = Object.keys(layers).map((name) => ({ path: name }));
  write("tsconfig.json", JSON.stringify({ files: [], references }));
  for (const [file, code] of Object.entries(controls)) write(file, code);
  for (const { file, code } of plants) write(file, code);
}

function run(tool: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin", tool), args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout + stderr;
}

/** The files of which the compiler, or the linter, says that something is wrong. */
const refused = { tsc: new Set<string>(), biome: new Set<string>() };

beforeAll(() => {
  plant();
  for (const [, file] of run("tsc", ["-b", "--pretty", "false"]).matchAll(/^(\S+\.ts)\(\d+,\d+\): error/gm)) {
    if (file) refused.tsc.add(file);
  }
  const report = run("biome", ["lint", "--reporter=github", "--max-diagnostics=none", ...Object.keys(layers), "test"]);
  const refusal = /^::error title=(?:lint\/style\/noRestricted\w+|plugin),file=([^,\n]+)/gm;
  for (const [, file] of report.matchAll(refusal)) if (file) refused.biome.add(relative(folder, file));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the dependency rule", () => {
  test("what is allowed passes the compiler and the linter", () => {
    const files = Object.keys(controls);
    expect(files.filter((file) => refused.tsc.has(file))).toEqual([]);
    expect(files.filter((file) => refused.biome.has(file))).toEqual([]);
  });

  for (const { breaks, file, refusedBy } of plants) {
    test(`${breaks}: refused by ${refusedBy.join(" and ")}`, () => {
      expect(refusedBy.filter((tool) => !refused[tool].has(file))).toEqual([]);
    });
  }
});
