import * as z from "zod";
import { PRICE_STATUSES, SERVICE_TIERS, type ServiceTier, SPEEDS } from "#core/dimensions.ts";
import { PRICE_WARNINGS } from "#core/price-book.ts";
import { attribution, tags } from "./attribution.ts";
import { meters } from "./meters.ts";
import { fieldError } from "./problem.ts";
import { instant, requestCount, text, usd } from "./values.ts";

export const EVENTS_MAX = 1_000;

const USAGE_FORMATS = [
  "openai_chat",
  "openai_responses",
  "openai_embeddings",
  "anthropic_messages",
  "gemini",
  "bedrock_converse",
  "otel",
] as const;

/** What providers call the tiers, in lower case. */
const TIER_NAMES: Readonly<Record<string, ServiceTier>> = {
  ...(Object.fromEntries(SERVICE_TIERS.map((tier) => [tier, tier])) as Record<ServiceTier, ServiceTier>),
  default: "standard",
  auto: "standard",
  on_demand: "standard",
  "on-demand": "standard",
  standard_only: "standard",
  provisioned_throughput: "provisioned",
  scale: "provisioned",
  reserved: "provisioned",
};

export const serviceTier = z
  .string({ error: `one of ${SERVICE_TIERS.join(", ")}` })
  .toLowerCase()
  .meta({ examples: [...SERVICE_TIERS] })
  .pipe(z.enum(Object.keys(TIER_NAMES), { error: `one of ${SERVICE_TIERS.join(", ")}` }))
  .transform((name): ServiceTier => TIER_NAMES[name] ?? "standard");

const oneUsage = "exactly one of `meters`, or `usage` together with `usage_format`";

/** One AI call, or a group of `requests` calls. Fields that it does not know are dropped, texts of prompts among them. */
export const usageEvent = z
  .object(
    {
      id: text(200),
      source: text(200),
      time: instant,
      provider: text(64),
      model: text(200),
      service_tier: serviceTier.nullish(),
      speed: z.enum(SPEEDS, { error: `one of ${SPEEDS.join(", ")}` }).nullish(),
      serving_location: text(64).nullish(),
      requests: requestCount.nullish(),
      meters: meters.nullish(),
      usage: z.record(z.string(), z.unknown(), { error: "the provider's usage object" }).nullish(),
      usage_format: z.enum(USAGE_FORMATS, { error: `one of ${USAGE_FORMATS.join(", ")}` }).nullish(),
      quantities_estimated: z.boolean({ error: "true when the sender guessed the quantities" }).nullish(),
      attribution: attribution.nullish(),
      tags: tags.nullish(),
      response_id: text(200).nullish(),
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

/** CloudEvents 1.0, structured: `id`, `source` and `time` of the event stand in the envelope, the rest in `data`. */
export const cloudEvent = z.object({
  specversion: z.literal("1.0", { error: '"1.0"' }),
  id: z.string(),
  source: z.string(),
  type: z.string().min(1),
  time: z.string().optional(),
  datacontenttype: z.string().optional(),
  data: z.record(z.string(), z.unknown(), { error: "an object: the usage event without id, source and time" }),
});

export const cloudEventBatch = z.array(cloudEvent).max(EVENTS_MAX);

const EVENT_STATUSES = ["accepted", "duplicate", "conflict", "quarantined", "rejected", "unavailable"] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

const EVENT_WARNINGS = [
  ...PRICE_WARNINGS,
  "attribution_overridden",
  "unknown_provider",
  "unknown_model",
  "content_dropped",
] as const;

const eventResult = z
  .object({
    id: z.string().nullable().meta({ description: "Null when the event had none that could be read" }),
    status: z.enum(EVENT_STATUSES),
    cost_usd: usd.nullable(),
    price_status: z.enum(PRICE_STATUSES).nullable().meta({ description: "Null when rejected or unavailable" }),
    warnings: z.array(z.enum(EVENT_WARNINGS)).optional(),
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
