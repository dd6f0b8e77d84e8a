import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { check } from "#contract/check.ts";
import { configDocument } from "#contract/config.ts";
import type { Attribution } from "#core/attribution.ts";
import { compileConfig } from "#core/compile-config.ts";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import type { UsageDate } from "#core/time.ts";
import { attributionFrom } from "../fakes/attribution.ts";

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

/** The snippets of a page, as the parts of a config that they are. */
const snippets = (name: string) =>
  [...page(name).matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = ""]) => parse(yaml) as Partial<Config>);

describe.each([
  ["attribution.md", ["registry", "rules", "enforcement"]],
  ["cost-classes.md", ["cost_classes", "fixed_costs"]],
])("the snippets of docs/%s", (name, parts) => {
  test("can be put into finops.yaml as they stand", () => {
    const found = snippets(name);
    expect(found.flatMap(Object.keys)).toEqual(expect.arrayContaining(parts));
    for (const snippet of found) expect(check(configDocument, snippet)).toMatchObject({ ok: true });
  });
});

test.each<[string, Partial<Attribution>]>([
  ["staging, whatever for", { environment: "staging", customer_tier: "free", purpose: "internal" }],
  ["an evaluation in production", { purpose: "evaluation" }],
  ["an online guardrail in production, also of a free customer", { feature: "guardrail-pii", customer_tier: "free" }],
  ["a free or trial tier in production", { customer_tier: "trial-14" }],
  ["a paying customer in production", {}],
  ["an internal assistant in production", { purpose: "internal" }],
  ["an internal tool in development", { environment: "development", purpose: "internal" }],
])("the documented table classes %s as its page says", (usage, attribution) => {
  const documented = page("cost-classes.md")
    .split("\n")
    .find((line) => line.startsWith(`| ${usage}`))
    ?.split("|")[2];
  const { costClassOf } = compileConfig(Object.assign({}, INITIAL_CONFIG, ...snippets("cost-classes.md")));
  const found = costClassOf(attributionFrom(attribution), "2026-11-20" as UsageDate);
  expect(documented).toMatch(new RegExp(`^ \`${found}\``));
});
