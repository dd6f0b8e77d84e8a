import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { check } from "#contract/check.ts";
import { configDocument } from "#contract/config.ts";
import { configJsonSchema } from "#contract/config-schema.ts";
import { configChanges } from "#core/config-changes.ts";
import { type ConfigDocument, wantedConfig } from "#core/config-document.ts";
import { anyConfig } from "../core/any-config.ts";

test("the published JSON Schema is the one that the schemas make: `node scripts/config-schema.ts` writes it", () => {
  const published = readFileSync(new URL("../../finops.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(published)).toEqual(configJsonSchema());
});

test("any config survives being written as YAML and read again", () => {
  fc.assert(
    fc.property(anyConfig, (config) => {
      const checked = check(configDocument, parse(stringify(config, { lineWidth: 120 })));
      if (!checked.ok) throw new Error(JSON.stringify(checked.errors));
      expect(configChanges(config, wantedConfig(config, checked.data as ConfigDocument))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("every part of a finops.yaml in the documentation is taken", () => {
  const docs = new URL("../../docs/", import.meta.url);
  const pages = readdirSync(docs, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  const names = Object.keys(configDocument.shape);
  const parts = pages.flatMap((page) =>
    [...readFileSync(new URL(page, docs), "utf8").matchAll(/^```yaml\n(.*?)^```/gms)].flatMap(([, text = ""]) => {
      const document = parse(text) as object;
      return Object.keys(document).some((key) => names.includes(key)) ? [{ page, text, document }] : [];
    }),
  );
  expect(parts.length).toBeGreaterThan(5);
  const refused = parts.filter(({ document }) => !check(configDocument, document).ok);
  expect(refused.map(({ page, text, document }) => ({ page, text, ...check(configDocument, document) }))).toEqual([]);
});

const scope = (dimensions: object) => ({
  budgets: [{ id: "b", owner: "o", scope: dimensions, period: "day", amount_usd: "1", when_used_up: "warn" }],
});

const thresholds = (threshold: object) => ({ budgets: [{ ...scope({}).budgets[0], thresholds: [threshold] }] });

test.each([
  [
    "an unknown dimension of a scope",
    scope({ squad: ["red"] }),
    "budgets[0].scope.squad",
    "a dimension, which squad is not: one of team, feature",
  ],
  [
    "a severity of a threshold that is none",
    thresholds({ on: "actual", percent: "80", severity: "red" }),
    "budgets[0].thresholds[0].severity",
    "one of info, warning, critical",
  ],
  [
    "a percentage of a threshold that is none",
    thresholds({ on: "actual", percent: "80%", severity: "warning" }),
    "budgets[0].thresholds[0].percent",
    "a percentage as text",
  ],
  [
    "a threshold of both",
    thresholds({ on: "actual", percent: "80", amount_usd: "5", severity: "warning" }),
    "budgets[0].thresholds[0]",
    "either percent",
  ],
  [
    "more decimals than are counted",
    { budgets: [{ ...scope({}).budgets[0], amount_usd: "100.1234567890123456" }] },
    "budgets[0].amount_usd",
    "of at most 12 decimals",
  ],
  [
    "a value that a dimension cannot have",
    scope({ cost_class: ["capex"] }),
    "budgets[0].scope.cost_class[0]",
    "one of cogs",
  ],
  ["a scope that nothing can match", scope({ team: [] }), "budgets[0].scope.team", "a list of at least one"],
  [
    "a pattern with a control character",
    { sources: [{ id: "a\u0000*", silent_after_minutes: 5 }] },
    "sources[0].id",
    "without control characters",
  ],
  ["a target above 100", { coverage: { target_percent: "100.5" } }, "coverage.target_percent", 'from "0" to "100"'],
  ["a list that is null", { rules: null }, "rules", "a list of rules"],
  [
    "a split by something else",
    { shared_costs: [{ id: "s", scope: { team: ["a"] }, from: "2026-01-01", split: { by: "mood" } }] },
    "shared_costs[0].split.by",
    "weights or usage",
  ],
  [
    "a meter that is none",
    {
      policies: {
        list: [{ id: "p", status: "approved", owner: "o", reason: "r", max_usd_per_million: { tokens: "1" } }],
      },
    },
    "policies.list[0].max_usd_per_million.tokens",
    "a meter",
  ],
])("%s is refused", (_, document, path, wanted) => {
  const checked = check(configDocument, document);
  if (checked.ok) throw new Error("it was taken");
  expect(checked.errors.map((error) => error.path)).toEqual([path]);
  expect(checked.errors[0]?.wanted).toContain(wanted);
});
