import * as z from "zod";
import { SERVICE_TIERS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import { nearestMeters } from "./meters.ts";
import { label, replyInstant, text, usageDate, usdPerMillion } from "./values.ts";

const discountError = 'percent off the list price as a decimal string from "0" to "100", at most 6 decimals';

const meterError = (sent: unknown) => `"*" for all, or ${typeof sent === "string" ? nearestMeters(sent) : "a meter"}`;

const rateShape = {
  provider: label(64),
  model: label(200).meta({ description: 'Or "*" for every model of the provider' }),
  meter: z.enum([...METERS, "*"], { error: ({ input }) => meterError(input) }),
  tier: z.enum([...SERVICE_TIERS, "*"], { error: `one of ${SERVICE_TIERS.join(", ")}, or "*" for all` }),
};

/** The company's own price. Which prices and days go together is judged where it is set. */
export const negotiatedRate = z.strictObject(
  {
    ...rateShape,
    usd_per_million: usdPerMillion.optional(),
    discount_percent: z.string({ error: discountError }).optional().meta({ description: discountError }),
    from: usageDate.meta({ description: "First UTC day on which it holds" }),
    to: usageDate.nullish().meta({ description: "Last UTC day on which it holds; open when left out" }),
    note: text(200).optional(),
    restatement: z
      .boolean({ error: "true or false" })
      .optional()
      .meta({ description: "True: `from` may be any day. What is booked already changes by repricing it" }),
  },
  { error: "one of provider, model, meter, tier, usd_per_million, discount_percent, from, to, note, restatement" },
);

export type TakenRate = z.output<typeof negotiatedRate>;

const storedRate = z.object({
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

/** The reply to a rate that was set. */
export const setRate = storedRate.extend({
  model_known: z.boolean().meta({
    description: "False: nobody publishes this model, and the price is of usage that is sent under exactly these names",
  }),
});

export const storedRates = z.object({ prices: z.array(storedRate) });
