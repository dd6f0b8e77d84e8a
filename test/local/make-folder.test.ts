import { statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeFolder } from "#local/make-folder.ts";
import { UnusableFolder } from "#local/unusable-folder.ts";
import { tempFolder } from "./temp-folder.ts";

test("a folder is made with those above it, for its owner alone, and may be there already", () => {
  using folder = tempFolder();
  makeFolder(folder.file("a/b/c"));
  makeFolder(folder.file("a/b/c"));
  expect(statSync(folder.file("a/b/c")).mode & 0o777).toBe(0o700);
  expect(statSync(folder.file("a")).mode & 0o777).toBe(0o700);
});

test("below a file, or where the system lets nobody make one, it is refused at once, saying which", () => {
  using folder = tempFolder();
  writeFileSync(folder.file("file"), "");
  expect(() => makeFolder(folder.file("file/data"))).toThrow(UnusableFolder);
  expect(() => makeFolder(folder.file("file"))).toThrow(`${folder.file("file")} is no folder`);
  expect(() => makeFolder("/proc/finops/demo/data")).toThrow("The data folder /proc/finops/demo/data cannot be made");
});
