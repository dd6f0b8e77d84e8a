import * as z from "zod";
import { SERVICE_TIERS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import { replyInstant, text, usageDate, usdPerMillion } from "./values.ts";

const discountError = 'percent off the list price as a decimal string from "0" to "100", at most 6 decimals';

const onePrice = "exactly one of `usd_per_million` or `discount_percent`";

const rateShape = {
  provider: text(64),
  model: text(200).meta({ description: 'Or "*" for every model of the provider' }),
  meter: z.enum([...METERS, "*"], { error: 'a meter, or "*" for all' }),
  tier: z.enum([...SERVICE_TIERS, "*"], { error: `one of ${SERVICE_TIERS.join(", ")}, or "*" for all` }),
};

/** The company's own price. */
export const negotiatedRate = z
  .object({
    ...rateShape,
    usd_per_million: usdPerMillion.optional(),
    discount_percent: z
      .string({ error: discountError })
      .regex(/^(100|\d{1,2}(\.\d{1,6})?)$/, { error: discountError })
      .optional(),
    from: usageDate.meta({ description: "First UTC day on which it holds" }),
    to: usageDate.nullish().meta({ description: "Last UTC day on which it holds; open when left out" }),
    note: text(200).optional(),
  })
  .refine((sent) => (sent.usd_per_million === undefined) !== (sent.discount_percent === undefined), {
    error: onePrice,
    path: ["usd_per_million"],
  })
  .refine((sent) => sent.to == null || sent.to >= sent.from, { error: "a day not before `from`", path: ["to"] });

export const storedRate = z.object({
  id: z.string(),
  provider: z.string(),
  model: z.string(),
  meter: rateShape.meter,
  tier: rateShape.tier,
  usd_per_million: z.string().exactOptional(),
  discount_percent: z.string().exactOptional(),
  from: z.string(),
  to: z.string().nullable(),
  note: z.string().exactOptional(),
  set_at: replyInstant,
  set_by: z.string(),
});

export const storedRates = z.object({ prices: z.array(storedRate) });
