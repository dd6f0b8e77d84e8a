import { expect, test } from "vitest";
import type { CatalogFile } from "#core/price-book.ts";
import { listPriceSource } from "#core/price-source.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { entryWith } from "../ports/sample-entry.ts";
import { anEvent, catalog, rated } from "./rating-catalog.ts";

test.each<[string, Partial<UsageEvent>]>([
  ["at no place", { provider: "anthropic", model: "claude" }],
  ["at a place in capitals", { provider: "anthropic", model: "claude", servingLocation: "US" }],
  ["at a place without a price of its own", { provider: "anthropic", model: "claude", servingLocation: "eu" }],
  ["in a region", { provider: "gcp.vertex_ai", model: "gemini", servingLocation: "europe-west1" }],
  ["everywhere", { provider: "gcp.vertex_ai", model: "gemini", servingLocation: "global" }],
])("the price of a call %s has its source", (_, change) => {
  const event = anEvent({ ...change, quantities: { uncached_input_tokens: 1 } });
  const { provider, model, charges } = rated(event);
  const { servingLocation } = event;
  const entry = entryWith({ provider, model, charges, ...(servingLocation !== undefined && { servingLocation }) });
  const [charge] = charges;
  expect(charge && listPriceSource(catalog[provider] as CatalogFile, entry, charge)).toBe("test 1");
});
