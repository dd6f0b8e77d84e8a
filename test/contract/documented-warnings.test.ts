import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openApiOf } from "#contract/openapi.ts";
import { routes } from "#contract/routes.ts";

test("the API's page lists every warning, and no other", () => {
  const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const [, table = ""] = /^\| warning .*?\n(.*?)\n\n/ms.exec(page) ?? [];
  const listed = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)]);
  const document = openApiOf(routes) as unknown as {
    components: { schemas: { EventResult: { properties: { warnings: { items: { enum: string[] } } } } } };
  };
  const { warnings } = document.components.schemas.EventResult.properties;
  expect(listed.map(([, warning]) => warning).sort()).toEqual([...warnings.items.enum].sort());
});
