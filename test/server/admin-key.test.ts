import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adminKeyFor } from "#server/secrets.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "admin-key-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a key is made at the first start, for its owner alone, and is the same afterwards", () => {
  const key = adminKeyFor(folder, undefined);
  expect(key).toMatch(/^fin_[\w-]{32}$/);
  expect(readFileSync(join(folder, "admin-key"), "utf8")).toBe(key);
  expect(statSync(join(folder, "admin-key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["admin-key"]);
  expect(adminKeyFor(folder, undefined)).toBe(key);
});

test("what a start that was cut off has left is no key", () => {
  writeFileSync(join(folder, "admin-key.new"), "fin_half");
  expect(adminKeyFor(folder, undefined)).toMatch(/^fin_[\w-]{32}$/);
  expect(readdirSync(folder)).toEqual(["admin-key"]);
});

test.each(["", "\n", "two words"])("a file that holds %j is refused, saying what to do", (content) => {
  writeFileSync(join(folder, "admin-key"), content);
  expect(() => adminKeyFor(folder, undefined)).toThrow(/admin-key holds no key: delete it, and a new one is made/);
  expect(readFileSync(join(folder, "admin-key"), "utf8")).toBe(content);
});
