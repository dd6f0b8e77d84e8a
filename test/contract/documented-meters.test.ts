import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METERS } from "#core/meters.ts";

test("the API's document lists every meter, in order, and no other", () => {
  const text = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const [, table = ""] = /^## Meters\n(.*?)^## /ms.exec(text) ?? [];
  expect([...table.matchAll(/^\| `(\w+)` +\| \S/gm)].map(([, meter]) => meter)).toEqual(METERS);
});
