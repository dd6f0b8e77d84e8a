import type { FieldError } from "#core/field-error.ts";
import { serviceTierOf } from "#core/tier-names.ts";
import type { Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { placeOfAddress } from "../litellm-place.ts";
import { plainText } from "../plain-text.ts";
import { type AttributeMapping, claimedBy, tagsOf } from "./attribution.ts";
import type { ModelCall } from "./model-call.ts";
import { providerOfModel } from "./provider-of-model.ts";
import { textOf, WrongAttribute } from "./read-attributes.ts";
import { modelCallOf } from "./recognise.ts";
import type { OtlpSpan } from "./span.ts";
import { namedOperation } from "./uncounted.ts";

/** What the spans of a request come to. */
export interface OtlpReading {
  readonly events: readonly UsageEvent[];
  /** Calls that cannot be booked, with the reason. */
  readonly rejected: readonly { readonly id: string; readonly error: FieldError }[];
  /** Of the events, those whose sender did not learn its usage: booked without, as estimated. */
  readonly unmeasured: number;
  /** Of each span that tells usage and is no call that we know, what it calls its operation. */
  readonly uncounted: readonly string[];
}

/** As OpenTelemetry calls a service that nobody has named. */
const UNKNOWN_SERVICE = "unknown_service";
const UNKNOWN = "unknown";
const serviceMax = 190;
const nameMax = 200;
const responseIdMax = 500;
const providerMax = 64;
/** No call of a model is older; later ones no date can tell. */
const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(9999, 11, 31);

/** Who made the call, by the name of an instrumentation that does not say it: `openinference.instrumentation.groq`. */
const PROVIDERS_IN_SCOPES =
  /(openai|anthropic|bedrock|mistral|groq|vertexai|google_genai|google-genai|google_generativeai|cohere|together)/i;

const SCOPE_PROVIDERS: Readonly<Record<string, string>> = {
  "google-genai": "google_genai",
  google_generativeai: "google_genai",
};

/** What kits call themselves where the provider is meant. That of Strands, only the model may tell. */
const KIT_PROVIDERS: Readonly<Record<string, string | undefined>> = {
  "gcp.vertex.agent": "google",
  "strands-agents": undefined,
};

function providerOf(call: ModelCall, scope: string): string {
  const told = plainText(call.provider, providerMax);
  const provider = told !== undefined && Object.hasOwn(KIT_PROVIDERS, told) ? KIT_PROVIDERS[told] : told;
  if (provider !== undefined) return provider;
  const named = PROVIDERS_IN_SCOPES.exec(scope)?.[1]?.toLowerCase();
  if (named !== undefined) return SCOPE_PROVIDERS[named] ?? named;
  return providerOfModel(call.model ?? "") ?? UNKNOWN;
}

function wrongId(name: string, found: string, digits: number): WrongAttribute {
  const wanted = `${digits} hexadecimal digits, not all 0`;
  return new WrongAttribute({ path: name, found: JSON.stringify(found.slice(0, 64)), wanted });
}

const isId = (text: string, digits: number) => text.length === digits && /^[0-9a-f]+$/.test(text) && !/^0+$/.test(text);

function idOf({ traceId, spanId }: OtlpSpan): string {
  if (!isId(traceId, 32)) throw wrongId("trace_id", traceId, 32);
  if (!isId(spanId, 16)) throw wrongId("span_id", spanId, 16);
  return `${traceId}:${spanId}`;
}

/** When the call was made, as other senders date it: a day's usage is that of the calls begun on it. */
function timeOf({ startMs, endMs }: OtlpSpan): Instant {
  const time = startMs > 0 ? startMs : endMs;
  if (time >= earliestMs && time <= latestMs) return time as Instant;
  const wanted = "nanoseconds since 1970, of the years 2000 to 9999";
  throw new WrongAttribute({ path: "start_time_unix_nano", found: `${time} ms`, wanted });
}

function eventOf(span: OtlpSpan, call: ModelCall, mapping: AttributeMapping): UsageEvent {
  const { attributes, resource, scope } = span;
  const responseId = plainText(call.responseId, responseIdMax);
  const host = textOf(attributes, "server.address");
  const servingLocation = host && placeOfAddress(`https://${host}`);
  return {
    source: `otlp/${plainText(resource.get("service.name"), serviceMax) ?? UNKNOWN_SERVICE}`,
    id: idOf(span),
    time: timeOf(span),
    provider: providerOf(call, scope.name),
    model: plainText(call.model, nameMax) ?? UNKNOWN,
    serviceTier: serviceTierOf(call.serviceTier ?? "") ?? "standard",
    speed: "standard",
    ...(servingLocation !== undefined && servingLocation !== "" && { servingLocation }),
    requests: 1,
    quantities: call.quantities ?? {},
    claimed: claimedBy(mapping, attributes, resource),
    tags: tagsOf(attributes, resource),
    ...(responseId !== undefined && { responseId }),
    quantitiesEstimated: call.estimated || call.quantities === undefined,
    ...(call.senderCost !== undefined && { senderCost: call.senderCost }),
  };
}

/** The calls of models among spans. All other spans are none of ours, and are neither booked nor rejected. */
export function eventsOf(spans: readonly OtlpSpan[], mapping: AttributeMapping): OtlpReading {
  const events: UsageEvent[] = [];
  const rejected: { id: string; error: FieldError }[] = [];
  const uncounted: string[] = [];
  let unmeasured = 0;
  for (const span of spans) {
    try {
      const call = modelCallOf(span);
      if (call === undefined) continue;
      if (call === "uncounted") {
        uncounted.push(namedOperation(span.attributes));
        continue;
      }
      events.push(eventOf(span, call, mapping));
      if (call.quantities === undefined) unmeasured++;
    } catch (error) {
      if (!(error instanceof WrongAttribute)) throw error;
      rejected.push({ id: `${span.traceId}:${span.spanId}`.slice(0, nameMax), error: error.error });
    }
  }
  return { events, rejected, unmeasured, uncounted };
}
