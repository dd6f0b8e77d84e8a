import * as z from "zod";
import { PRICE_STATUSES, SERVICE_TIERS, type ServiceTier, SPEEDS } from "#core/dimensions.ts";
import { PRICE_WARNINGS } from "#core/price-book.ts";
import { serviceTierOf } from "#core/tier-names.ts";
import { USAGE_FORMATS } from "#core/usage-format.ts";
import { attribution, tags } from "./attribution.ts";
import { meters } from "./meters.ts";
import { fieldError } from "./problem.ts";
import { eventTime, label, requestCount, text, usd } from "./values.ts";

export const EVENTS_MAX = 1_000;
/** Gateways wrap the provider's id in one of their own of over 300 characters. */
const RESPONSE_ID_MAX = 500;

const tierError = `one of ${SERVICE_TIERS.join(", ")}`;

/** Providers' spellings are understood too. */
export const serviceTier = z
  .string({ error: tierError })
  .meta({ examples: [...SERVICE_TIERS] })
  .transform((sent, context): ServiceTier => {
    const tier = serviceTierOf(sent);
    if (tier !== undefined) return tier;
    context.issues.push({ code: "custom", message: tierError, input: sent });
    return z.NEVER;
  });

const oneUsage = "exactly one of `meters`, or `usage` together with `usage_format`";

/** One AI call, or a group of `requests` calls. Fields that it does not know are dropped, texts of prompts among them. */
export const usageEvent = z
  .object(
    {
      id: text(200),
      source: text(200),
      time: eventTime,
      provider: label(64),
      model: label(200),
      service_tier: serviceTier.nullish(),
      speed: z.enum(SPEEDS, { error: `one of ${SPEEDS.join(", ")}` }).nullish(),
      serving_location: label(64).nullish(),
      requests: requestCount.nullish(),
      meters: meters.nullish(),
      usage: z.record(z.string(), z.unknown(), { error: "the provider's usage object" }).nullish(),
      usage_format: z.enum(USAGE_FORMATS, { error: `one of ${USAGE_FORMATS.join(", ")}` }).nullish(),
      quantities_estimated: z.boolean({ error: "true when the sender guessed the quantities" }).nullish(),
      attribution: attribution.nullish(),
      tags: tags.nullish(),
      response_id: text(RESPONSE_ID_MAX).nullish(),
    },
    { error: "an object: a usage event" },
  )
  .superRefine((event, context) => {
    const hasMeters = event.meters != null;
    const hasUsage = event.usage != null;
    if (hasMeters === hasUsage) context.addIssue({ code: "custom", path: ["meters"], message: oneUsage });
    else if (hasUsage && event.usage_format == null) {
      context.addIssue({
        code: "custom",
        path: ["usage_format"],
        message: `one of ${USAGE_FORMATS.join(", ")}: it says how to read \`usage\``,
      });
    }
  })
  .meta({ id: "UsageEvent" });

/** As sent. */
export type SentEvent = z.input<typeof usageEvent>;
export type ParsedEvent = z.output<typeof usageEvent>;

export const eventBatch = z.union([usageEvent, z.object({ events: z.array(usageEvent).max(EVENTS_MAX) })]);

const typeError = 'text: what kind of event it is, such as "com.example.ai.call"';

/** CloudEvents 1.0, structured: `id`, `source` and `time` of the event stand in the envelope, the rest in `data`. */
export const cloudEvent = z.object(
  {
    specversion: z.literal("1.0", { error: '"1.0"' }),
    id: z.string({ error: "text: the id of the event" }),
    source: z.string({ error: "text: who has made the event" }),
    type: z.string({ error: typeError }).min(1, { error: typeError }),
    time: z.string({ error: "text: when the call was made, as in RFC 3339" }).optional(),
    datacontenttype: z.string({ error: "text: a media type" }).optional(),
    data: z.record(z.string(), z.unknown(), { error: "an object: the usage event without id, source and time" }),
  },
  { error: "an object: a CloudEvent" },
);

export const cloudEventBatch = z.array(cloudEvent).max(EVENTS_MAX);

const EVENT_STATUSES = ["accepted", "duplicate", "conflict", "quarantined", "rejected", "unavailable"] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

const EVENT_WARNINGS = [
  ...PRICE_WARNINGS,
  "attribution_overridden",
  "attribution_unregistered",
  "attribution_incomplete",
  "model_unapproved",
  "unknown_provider",
  "unknown_model",
  "content_dropped",
  "unknown_fields",
  "no_usage",
  "implausible_quantity",
] as const;

export type EventWarning = (typeof EVENT_WARNINGS)[number];

export const UNKNOWN_FIELDS_MAX = 10;
export const UNKNOWN_FIELD_LENGTH_MAX = 64;

export const eventResult = z
  .object({
    id: z.string().nullable().meta({ description: "Null when the event had none that could be read" }),
    status: z.enum(EVENT_STATUSES),
    cost_usd: usd.nullable(),
    price_status: z
      .enum(PRICE_STATUSES)
      .nullable()
      .meta({ description: "Null when rejected, in conflict or unavailable" }),
    warnings: z.array(z.enum(EVENT_WARNINGS)).optional(),
    unknown_fields: z
      .array(z.string().max(UNKNOWN_FIELD_LENGTH_MAX))
      .max(UNKNOWN_FIELDS_MAX)
      .optional()
      .meta({ description: "Names of the event's fields that were dropped because nobody knows them, cut when long" }),
    errors: z.array(fieldError).optional(),
  })
  .meta({ id: "EventResult" });

export type EventResult = z.output<typeof eventResult>;

const count = z.int().min(0);

export const eventResults = z
  .object({
    results: z.array(eventResult).meta({ description: "In the order sent" }),
    accepted: count,
    duplicates: count,
    conflicts: count,
    quarantined: count,
    rejected: count,
    unavailable: count,
  })
  .meta({ id: "EventResults" });

export type EventResults = z.output<typeof eventResults>;
