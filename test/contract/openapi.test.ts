import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { openApiOf } from "#contract/openapi.ts";
import { routes } from "#contract/routes.ts";

const document = openApiOf(routes) as {
  paths: Record<string, Record<string, { parameters: { name: string; required: boolean }[]; responses: object }>>;
  components: { schemas: Record<string, { required?: string[]; properties?: Record<string, unknown> }> };
};

test("the document is valid OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

test("every route stands in it with its statuses", () => {
  for (const route of Object.values(routes)) {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()];
    expect(new Set(Object.keys(operation?.responses ?? {}))).toEqual(new Set([...Object.keys(route.replies), "431"]));
  }
});

test("its patterns are those that every language's patterns can say, and they refuse what the API refuses", () => {
  const patterns = new Set(
    [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text]) => text),
  );
  expect([...patterns].filter((text) => text?.includes("\\\\p{"))).toEqual([]);
  const printable = new RegExp(JSON.parse([...patterns].find((text) => text?.includes("u009f")) ?? '""'), "u");
  expect(["ok", "é 漢 😀", ""].every((text) => printable.test(text))).toBe(true);
  expect(["a\nb", "\u0000", "\u009f"].some((text) => printable.test(text))).toBe(false);
});

test("every reference leads to a component", () => {
  const names = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  );
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
  expect(JSON.stringify(document)).not.toContain("$defs");
});

test("an event shows what a sender must give", () => {
  expect(document.components.schemas.UsageEvent?.required).toEqual(["id", "source", "time", "provider", "model"]);
});

test("a parameter of the path is required, one of a filter is not", () => {
  const required = (path: string) =>
    document.paths[path]?.get?.parameters.filter((one) => one.required).map((one) => one.name);
  expect(required("/v1/imports/{id}")).toEqual(["id"]);
  expect(required("/v1/reports/cost")).toEqual(["from", "to"]);
});
