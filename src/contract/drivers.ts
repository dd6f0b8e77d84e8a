import * as z from "zod";
import { COST_CLASSES } from "#core/dimensions.ts";
import { QUANTITY_METERS, type QuantityMeter } from "./meters.ts";
import { monthCountText } from "./months.ts";
import { label, usd } from "./values.ts";

export const driversQuery = z.strictObject(
  { months: monthCountText.optional(), feature: label(64).optional() },
  { error: "one of months, feature" },
);

const decimal = z.string().nullable();

/** cost = active customers × requests per customer × tokens per request × price. */
export const drivers = z.object({
  active_customers: z
    .number()
    .nullable()
    .meta({ description: "Null: no usage names its customer, calls are the driver" }),
  requests: z.number(),
  requests_per_customer: decimal,
  tokens_per_request: decimal.meta({ description: "All tokens; null where there are none" }),
  usd_per_million_tokens: decimal.meta({ description: "Effective: all that the calls cost over all tokens" }),
  usd_per_request: decimal,
  cost_usd: usd,
});

export type WireDrivers = z.output<typeof drivers>;

const meters = Object.fromEntries(QUANTITY_METERS.map((meter) => [meter, z.number().optional()])) as Record<
  QuantityMeter,
  z.ZodOptional<z.ZodNumber>
>;

const line = z.object({
  region: z.string(),
  provider: z.string(),
  model: z.string(),
  service_tier: z.string(),
  requests: z.number(),
  unpriced_requests: z.number().meta({ description: "Of them: without a price, at no cost" }),
  usd_per_million_tokens: decimal,
  cost_usd: usd,
  ...meters,
});

export const driverMonth = {
  month: z.string(),
  customers_from: z.enum(["usage", "plan", "none"]).meta({ description: "Where active_customers comes from" }),
  confidence: z.enum(["low", "medium", "high"]),
};

export const segment = { feature: z.string(), cost_class: z.enum(COST_CLASSES) };

export const planning = {
  currency: z.literal("USD"),
  as_of: z.string().meta({ description: "The last UTC day that is taken from usage" }),
  reference: z
    .object({ from: z.string(), to: z.string() })
    .meta({ description: "The days whose mix and prices are carried on" }),
  notes: z.array(z.string()),
};

export const driversReport = z.object({
  ...planning,
  segments: z.array(
    z.object({
      ...segment,
      reference: drivers.meta({ description: "Of the reference days, as booked" }),
      named_requests: z.number().meta({ description: "Of the reference days: calls that name their customer" }),
      lines: z
        .array(line)
        .meta({ description: "The mix of the reference days; empty unless one feature is asked for" }),
      months: z.array(z.object({ ...driverMonth, drivers })),
    }),
  ),
  rest: z
    .object({
      segments: z.int(),
      reference_cost_usd: usd,
      months: z.array(z.object({ month: z.string(), cost_usd: usd })),
    })
    .nullable()
    .meta({ description: "All but the 50 dearest segments together; null when there are no more" }),
});

export type WireDriversReport = z.output<typeof driversReport>;
