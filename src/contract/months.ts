import * as z from "zod";
import { parseMonth } from "#core/drivers/plan-months.ts";
import type { Month } from "#core/time.ts";

const monthError = 'a UTC month such as "2027-01"';

export const month = z
  .string({ error: monthError })
  .meta({ examples: ["2027-01"] })
  .transform((sent, context): Month => {
    const parsed = parseMonth(sent);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: "custom", message: monthError, input: sent });
    return z.NEVER;
  });

const countError = "a whole number of months from 1 to 12";

export const monthCount = z
  .int({ error: countError })
  .min(1, { error: countError })
  .max(12, { error: countError })
  .meta({ description: "Months from the next one on; 12 unless told" });

/** As a parameter of a path. */
export const monthCountText = z
  .string({ error: countError })
  .regex(/^\d{1,2}$/, { error: countError })
  .transform(Number)
  .pipe(monthCount);
