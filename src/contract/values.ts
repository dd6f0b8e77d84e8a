import * as z from "zod";
import { ENVIRONMENTS, PURPOSES, UNALLOCATED } from "#core/dimensions.ts";
import { parseGivenPrice, parseUsd } from "#core/money.ts";
import { type Instant, parseInstant, parseUsageDate, type UsageDate } from "#core/time.ts";

/** Neither control characters nor lone surrogates: two of those would become the same text in storage. */
const printable = /^[^\p{Cc}\p{Cs}]*$/u;

function textIn(sent: z.ZodString, max: number, error: string) {
  return sent.min(1, { error }).max(max, { error }).regex(printable, { error });
}

const textError = (max: number) => `text of 1 to ${max} characters without control characters`;

/** Text of 1 to `max` characters, kept as it was sent. */
export function text(max: number) {
  const error = textError(max);
  return textIn(z.string({ error }), max, error);
}

/** A name to group or price by: blanks around it are no part of it, so that "Search " and "Search" are one team. */
export function label(max: number) {
  const error = textError(max);
  return textIn(z.string({ error }).trim(), max, error);
}

const eventTimeError = 'a date and time of RFC 3339 with its offset, not before 2000, such as "2026-11-23T10:15:00Z"';
/** No call of an AI model is older: such a time is a sender's mistake, and no day of it can be reported. */
const earliestMs = Date.UTC(2000, 0, 1);

export const eventTime = z
  .string({ error: eventTimeError })
  .meta({ format: "date-time" })
  .transform((sent, context): Instant => {
    const parsed = parseInstant(sent);
    if (parsed !== undefined && parsed >= earliestMs) return parsed;
    context.issues.push({ code: "custom", message: eventTimeError, input: sent });
    return z.NEVER;
  });

const dateError = 'a UTC day such as "2026-11-23"';

export const usageDate = z
  .string({ error: dateError })
  .meta({ format: "date" })
  .transform((sent, context): UsageDate => {
    const parsed = parseUsageDate(sent);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: "custom", message: dateError, input: sent });
    return z.NEVER;
  });

/** A moment in a reply. */
export const replyInstant = z.string().meta({ format: "date-time" });

/** Exact: a decimal string with at most 12 decimals. */
export const usd = z
  .string({ error: 'a decimal string of USD such as "0.0052"' })
  .refine((sent) => parseUsd(sent) !== undefined, { error: 'a decimal string of USD such as "0.0052"' })
  .meta({ format: "decimal", examples: ["0.0052225"] });

const unitPriceError =
  'a decimal string of USD per million units from 0 to 1000000000, at most 12 decimals, such as "2.5"';

export const usdPerMillion = z
  .string({ error: unitPriceError })
  .refine((sent) => parseGivenPrice(sent) !== undefined, { error: unitPriceError })
  .meta({ format: "decimal", examples: ["2.5"] });

const countError = `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, without a fraction, not in quotes`;

/** A quantity of a meter: what JSON numbers hold exactly. */
export const quantity = z.int({ error: countError }).min(0, { error: countError });

const requestsError = `a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, not in quotes`;

/** Calls in an event. */
export const requestCount = z.int({ error: requestsError }).min(1, { error: requestsError });

const reserved = { error: `another value: "${UNALLOCATED}" is kept for spend that nobody has claimed; leave it out` };

/** A value of a dimension. */
export const dimensionValue = label(64).refine((sent) => sent !== UNALLOCATED, reserved);

export const environment = z.enum(ENVIRONMENTS, { error: `one of ${ENVIRONMENTS.join(", ")}` });
export const purpose = z.enum(PURPOSES, { error: `one of ${PURPOSES.join(", ")}` });
