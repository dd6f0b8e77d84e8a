import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ServiceTier } from "#core/dimensions.ts";
import { formatUsd } from "#core/money.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import type { Instant } from "#core/time.ts";
import type { UsageFormat } from "#core/usage-format.ts";
import { readUsage } from "#formats/usage-formats.ts";
import { anEvent } from "./rating-catalog.ts";

interface PriceCase {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly usage_format: UsageFormat;
  readonly usage: unknown;
  readonly service_tier: ServiceTier | null;
  readonly batch: boolean;
  readonly at: string;
  readonly agreed: boolean;
  readonly expected_cost_usd: string | null;
  readonly expect: "priced" | "disputed" | "unpriced";
}

const casesFile = new URL("../../../shared/data/pricing/cases-dev.json", import.meta.url);
const cases = existsSync(casesFile) ? (JSON.parse(readFileSync(casesFile, "utf8")).cases as PriceCase[]) : [];

const rater = makeCoreRater((provider) => {
  const file = new URL(`../../catalog/${provider}.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CatalogFile) : undefined;
}, []);

function rate({ provider, model, usage_format, usage, service_tier, batch, at }: PriceCase) {
  const reading = readUsage(usage_format, usage);
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  const { quantities, serviceTier, servingLocation, speed } = reading;
  return rater(
    anEvent({
      time: Date.parse(at) as Instant,
      provider,
      model,
      serviceTier: batch ? "batch" : (service_tier ?? serviceTier ?? "standard"),
      quantities,
      ...(speed && { speed }),
      ...(servingLocation && { servingLocation }),
    }),
  );
}

// The cases are not part of the repository: where ../shared/data is absent they are skipped.
describe.skipIf(cases.length === 0)("real-shaped usage against the catalogue", () => {
  test("every case on which the public sources agree is exact to the last digit", () => {
    const agreed = cases.filter((one) => one.agreed);
    expect(agreed).toHaveLength(154);
    const wrong = agreed.flatMap((one) => {
      const { cost, priceStatus, warnings } = rate(one);
      const got = cost === null ? "unpriced" : formatUsd(cost);
      const exact = got === one.expected_cost_usd && priceStatus === "priced" && warnings.length === 0;
      return exact
        ? []
        : [`${one.id} ${one.model}: ${got} ${priceStatus} ${warnings}, wanted ${one.expected_cost_usd}`];
    });
    expect(wrong).toEqual([]);
  });

  test("no case is answered with a silent zero, and no unpublished name with a price", () => {
    for (const one of cases.filter((candidate) => !candidate.agreed)) {
      const { cost, priceStatus } = rate(one);
      expect(priceStatus === "unpriced" ? cost === null : (cost ?? 0n) > 0n, one.id).toBe(true);
      if (one.expect === "unpriced") expect(cost, one.id).toBeNull();
    }
    const quiet = cases.filter(
      (one) => one.expect === "disputed" && rate(one).cost !== null && !rate(one).warnings.length,
    );
    // Both sources have 0.1 USD per million for it; one of them could not read the usage.
    expect(quiet.map(({ model }) => model)).toEqual(["mistral/mistral-embed"]);
    const invented = cases.find((one) => one.model === "claude-sonnet-4-5-20990101");
    expect(invented && rate(invented).cost).toBeNull();
  });
});
