import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resolveProvider } from "#core/resolve-provider.ts";

test("every spelling on the pricing page is the provider's that it stands with", () => {
  const page = readFileSync(new URL("../../docs/pricing.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("| provider |"), page.indexOf("`google` and `azure` are"));
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toHaveLength(15);
  for (const row of rows) {
    const [provider, ...spellings] = [...row.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
    for (const spelling of spellings) expect(resolveProvider(spelling), spelling).toBe(provider);
  }
});
